// Which files and tables are followed: the stored feeds that are switched on. How each kind is followed is handed in.

import type { Feed, FeedKind } from '@tollbook/intake'
import type { Log } from '@tollbook/runtime'
import { type Keeper, keepRunning } from './keep-running.ts'

export type KeepFeedsOptions = {
  /** Reads all stored feeds; may throw when the database is away. */
  readonly read: () => Promise<readonly Feed[]>
  /** Starts following one, by kind; must not throw. A kind without a starter is left alone. */
  readonly start: Readonly<Partial<Record<FeedKind, (feed: Feed) => { stop(): Promise<void> }>>>
  readonly log: Log
}

export function keepFeeds({ read, start, log }: KeepFeedsOptions): Keeper {
  const isWanted = (feed: Feed) => feed.enabled && start[feed.kind] !== undefined
  return keepRunning({
    read: async () => new Map((await read()).filter(isWanted).map((feed) => [feed.feedId, feed])),
    fingerprint: fingerprintOf,
    start: (feed) => start[feed.kind]!(feed),
    unreadable: 'the stored feeds could not be read',
    log,
  })
}

/** Everything whose change means to begin anew. */
function fingerprintOf({ kind, name, settings, secretSealed, zone, changedAtMs }: Feed): string {
  return JSON.stringify([kind, name, settings, secretSealed?.toString('base64') ?? '', zone, changedAtMs])
}
