// Which PBXs are captured: looks at the stored connections again and again, starts new ones, stops removed or disabled
// ones, and begins anew where something was changed. So a connection entered on the page starts by itself.

import type { SourceConnection } from '@tollbook/directory'
import type { SourceId } from '@tollbook/kernel'
import type { Log } from '@tollbook/runtime'
import type { SourceCapture } from './capture-source.ts'

export type KeepSourcesOptions = {
  /** Reads all stored connections; may throw when the database is away. */
  readonly read: () => Promise<readonly SourceConnection[]>
  /** Starts capturing one; must not throw. */
  readonly start: (connection: SourceConnection) => SourceCapture
  readonly log: Log
}

export type SourceKeeper = {
  /** Looks now; a look that is under way is followed by another. */
  look(): Promise<void>
  stop(): Promise<void>
}

/** Without a notification changes are found within this time, milliseconds. */
const LOOK_MS = 3000

type Running = { readonly fingerprint: string; readonly capture: SourceCapture }

export function keepSources(options: KeepSourcesOptions): SourceKeeper {
  const running = new Map<SourceId, Running>()
  let stopped = false
  let looking: Promise<void> = Promise.resolve()
  const lookOnce = async () => {
    if (stopped) return
    let wanted: Map<SourceId, SourceConnection>
    try {
      wanted = new Map((await options.read()).filter((c) => c.enabled).map((c) => [c.sourceId, c]))
    } catch (error) {
      // What runs goes on: with the database away the queues hold what comes.
      return options.log.warn({ err: error }, 'the stored connections could not be read')
    }
    await Promise.all(
      [...running].map(async ([sourceId, { fingerprint, capture }]) => {
        const connection = wanted.get(sourceId)
        if (connection && fingerprintOf(connection) === fingerprint) return
        await capture.stop()
        running.delete(sourceId)
      }),
    )
    if (stopped) return
    for (const [sourceId, connection] of wanted) {
      if (running.has(sourceId)) continue
      running.set(sourceId, { fingerprint: fingerprintOf(connection), capture: options.start(connection) })
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
      await Promise.all([...running.values()].map(({ capture }) => capture.stop()))
    },
  }
}

/** Everything whose change means a new connection. */
function fingerprintOf(c: SourceConnection): string {
  return JSON.stringify([c.host, c.port, c.username, c.secretSealed.toString('base64'), c.zone, c.tenantId])
}
