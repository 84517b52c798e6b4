// Which files and tables are followed: looks at the stored feeds again and again, starts new ones, stops removed or
// disabled ones, and begins anew where something was changed. How each kind is followed is handed in.

import type { Feed, FeedKind } from '@tollbook/intake'
import type { Log } from '@tollbook/runtime'

export type KeepFeedsOptions = {
  /** Reads all stored feeds; may throw when the database is away. */
  readonly read: () => Promise<readonly Feed[]>
  /** Starts following one, by kind; must not throw. A kind without a starter is left alone. */
  readonly start: Readonly<Partial<Record<FeedKind, (feed: Feed) => { stop(): Promise<void> }>>>
  readonly log: Log
}

export type FeedKeeper = {
  /** Looks now; a look that is under way is followed by another. */
  look(): Promise<void>
  stop(): Promise<void>
}

/** Without a notification changes are found within this time, milliseconds. */
const LOOK_MS = 3000

type Running = { readonly fingerprint: string; readonly stop: () => Promise<void> }

export function keepFeeds(options: KeepFeedsOptions): FeedKeeper {
  const running = new Map<number, Running>()
  let stopped = false
  let looking: Promise<void> = Promise.resolve()
  const lookOnce = async () => {
    if (stopped) return
    let wanted: Map<number, Feed>
    try {
      wanted = new Map((await options.read()).filter((feed) => feed.enabled).map((feed) => [feed.feedId, feed]))
    } catch (error) {
      // What runs goes on: each follower waits for the database by itself.
      return options.log.warn({ err: error }, 'the stored feeds could not be read')
    }
    await Promise.all(
      [...running].map(async ([feedId, { fingerprint, stop }]) => {
        const feed = wanted.get(feedId)
        if (feed && fingerprintOf(feed) === fingerprint) return
        await stop()
        running.delete(feedId)
      }),
    )
    if (stopped) return
    for (const [feedId, feed] of wanted) {
      const start = options.start[feed.kind]
      if (!start || running.has(feedId)) continue
      const followed = start(feed)
      running.set(feedId, { fingerprint: fingerprintOf(feed), stop: () => followed.stop() })
    }
  }
  let next: Promise<void> | undefined
  const look = () => {
    // However often it is asked for, one look waits behind the one under way.
    next ??= looking.then(() => {
      next = undefined
      looking = lookOnce()
      return looking
    })
    return next
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  void look()
  return {
    look,
    async stop() {
      stopped = true
      clearInterval(timer)
      await next
      await looking
      await Promise.all([...running.values()].map(({ stop }) => stop()))
    },
  }
}

/** Everything whose change means to begin anew. */
function fingerprintOf({ kind, name, settings, secretSealed, zone, changedAtMs }: Feed): string {
  return JSON.stringify([kind, name, settings, secretSealed?.toString('base64') ?? '', zone, changedAtMs])
}
