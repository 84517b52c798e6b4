// Which PBXs are captured: those with a stored connection that is switched on.

import type { SourceConnection } from '@tollbook/directory'
import type { Log } from '@tollbook/runtime'
import type { SourceCapture } from './capture-source.ts'
import { type Keeper, keepRunning } from './keep-running.ts'

export type KeepSourcesOptions = {
  /** Reads all stored connections; may throw when the database is away. */
  readonly read: () => Promise<readonly SourceConnection[]>
  /** Starts capturing one; must not throw. */
  readonly start: (connection: SourceConnection) => SourceCapture
  readonly log: Log
}

export function keepSources({ read, start, log }: KeepSourcesOptions): Keeper {
  return keepRunning({
    read: async () => new Map((await read()).filter((c) => c.enabled).map((c) => [c.sourceId, c])),
    fingerprint: fingerprintOf,
    start,
    unreadable: 'the stored connections could not be read',
    log,
  })
}

/** Everything but when it was stored and captured: a change of any of it means a new connection. */
function fingerprintOf({ secretSealed, changedAtMs: _, seenAtMs: _seen, ...rest }: SourceConnection): string {
  const inOrder = Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([secretSealed.toString('base64'), inOrder])
}
