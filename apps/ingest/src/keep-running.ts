// What is stored to be run, is running: looks again and again, starts what is new, stops what is gone or switched off, and
// begins anew where something was changed. So what is entered on a page starts by itself.

import type { Log } from '@tollbook/runtime'

export type KeepRunningOptions<Key, Item> = {
  /** Reads all that is to run, by key; may throw when the database is away. */
  readonly read: () => Promise<ReadonlyMap<Key, Item>>
  /** Whatever differs in it means to begin anew. */
  readonly fingerprint: (item: Item) => string
  /** Starts one; must not throw. */
  readonly start: (item: Item) => { stop(): Promise<void> }
  /** For the log, when nothing can be read. */
  readonly unreadable: string
  readonly log: Log
}

export type Keeper = {
  /** Looks now; a look that is under way is followed by another. */
  look(): Promise<void>
  stop(): Promise<void>
}

/** Without a notification changes are found within this time, milliseconds. */
const LOOK_MS = 3000

type Running = { readonly fingerprint: string; readonly stop: () => Promise<void> }

export function keepRunning<Key, Item>(options: KeepRunningOptions<Key, Item>): Keeper {
  const running = new Map<Key, Running>()
  let stopped = false
  let looking: Promise<void> = Promise.resolve()
  const lookOnce = async () => {
    if (stopped) return
    let wanted: ReadonlyMap<Key, Item>
    try {
      wanted = await options.read()
    } catch (error) {
      // What runs goes on: each waits for the database by itself.
      return options.log.warn({ err: error }, options.unreadable)
    }
    await Promise.all(
      [...running].map(async ([key, { fingerprint, stop }]) => {
        const item = wanted.get(key)
        if (item !== undefined && options.fingerprint(item) === fingerprint) return
        await stop()
        running.delete(key)
      }),
    )
    if (stopped) return
    for (const [key, item] of wanted) {
      if (running.has(key)) continue
      const started = options.start(item)
      running.set(key, { fingerprint: options.fingerprint(item), stop: () => started.stop() })
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
