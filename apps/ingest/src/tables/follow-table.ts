// One feed of kind 'table', followed for as long as it is wanted: looks again and again, tells its state, waits longer
// while the other database is away. Never asks more of it than a tenth of its time.

import { type TableFailure, tableSettings } from '@tollbook/asterisk/tables'
import { type Db, transaction } from '@tollbook/db'
import { setZoneDetected } from '@tollbook/directory'
import { checkpointOf, type Feed, type FeedState, listFeeds } from '@tollbook/intake'
import { backoffMs, openSecret, pause } from '@tollbook/runtime'
import { type FeedRoom, type FeedStateTeller, type FollowedFeed, followFeed } from '../feed-state.ts'
import { type FeedZones, feedZones } from '../feed-zones.ts'
import { tableStore } from './store-table-rows.ts'
import { type TableLook, tableReader } from './table-reader.ts'

export type TableFeedRoom = FeedRoom & {
  /** Opens the stored passwords. */
  readonly key: Buffer
}

/** Seconds between looks: with an index a look costs nothing, without one the other database reads its whole table. */
const POLL_S = 5
const POLL_WITHOUT_INDEX_S = 60
/** A refused feed is tried again this often: a right may have been granted meanwhile. */
const REFUSED_MS = 60_000

/** Starts following at once. */
export function followTable(feed: Feed, room: TableFeedRoom): FollowedFeed {
  return followFeed(feed, room, (states, stop) => follow(feed, room, states, stop))
}

async function follow(feed: Feed, room: TableFeedRoom, states: FeedStateTeller, stop: AbortSignal): Promise<void> {
  const settings = tableSettings(feed.settings)
  if (!settings.ok) return await states.tell({ state: 'refused', detail: settings.error })
  const password = passwordOf(feed, room.key)
  if (password === undefined) return await states.tell({ state: 'refused', detail: SECRET_LOST })
  await states.tell({ state: 'starting', detail: '' })
  const reader = tableReader({
    ...{ sourceId: feed.sourceId, settings: settings.value, password, clock: room.clock },
    zone: await retrying(() => feedZones(room.db, feed), states, stop, UNKNOWN_ZONE),
    checkpoint: () => checkpointOf(room.db, feed.feedId),
    store: tableStore(room.db, feed, room.clock, (trouble) => {
      if (trouble !== '') void states.tell({ state: 'waiting', detail: trouble })
    }),
    onProgress: (read, reached, isFilling) =>
      states.progress({
        read,
        ...(isFilling && { state: 'starting', detail: `first reading: ${read} rows, up to ${reached}` }),
      }),
  })
  let failures = 0
  while (!stop.aborted) {
    const beganMs = room.clock.now()
    try {
      const look = await reader.look(stop)
      failures = look.ok ? 0 : failures + 1
      if (look.ok) await told(look.value, feed, room, states, stop)
      else await states.tell(troubleOf(look.error))
      const waitMs = look.ok
        ? pauseOf(look.value, settings.value.pollS, room.clock.now() - beganMs)
        : look.error.kind === 'refused'
          ? REFUSED_MS
          : backoffMs(failures + 2)
      await pause(waitMs, stop)
    } catch (error) {
      failures++
      await states.tell({ state: 'waiting', detail: `cannot store: ${error instanceof Error ? error.message : error}` })
      await pause(backoffMs(failures), stop)
    }
  }
  await reader.close()
}

function pauseOf({ table }: TableLook, pollS: number | undefined, tookMs: number): number {
  const isCheap = table.idColumn !== undefined || table.timeIsIndexed
  const seconds = pollS ?? (isCheap ? POLL_S : POLL_WITHOUT_INDEX_S)
  return Math.max(seconds * 1000, 10 * tookMs)
}

async function told(
  look: TableLook,
  feed: Feed,
  room: TableFeedRoom,
  states: FeedStateTeller,
  stop: AbortSignal,
): Promise<void> {
  if (stop.aborted) return
  const { table, zone, zoneFound } = look
  const hints = [await twiceHint(feed, room.db), indexHint(table)].filter((h) => h !== '')
  await states.tell({ state: 'live', detail: hints.join('; '), zoneDetected: zone, caughtUpAtMs: room.clock.now() })
  if (!zoneFound || table.content !== 'cdr' || table.timesAreInstants || !states.isNewZone(zone)) return
  await transaction(room.db, (tx) => setZoneDetected(tx, feed.sourceId, zone))
}

function indexHint({ idColumn, timeIsIndexed, timeColumn }: TableLook['table']): string {
  if (idColumn !== undefined || timeIsIndexed) return ''
  return `no index on ${timeColumn}: it is read once a minute only`
}

/** FreePBX keeps the last two months of `cdr` a second time in `transient_cdr`. */
async function twiceHint(feed: Feed, db: Db): Promise<string> {
  const bare = (name: string) => name.split('.').at(-1)?.toLowerCase()
  if (bare(feed.name) !== 'cdr' && bare(feed.name) !== 'transient_cdr') return ''
  const others = (await listFeeds(db, feed.tenantId)).filter(
    (f) => f.kind === 'table' && f.enabled && f.sourceId === feed.sourceId && f.feedId !== feed.feedId,
  )
  const twin = bare(feed.name) === 'cdr' ? 'transient_cdr' : 'cdr'
  const isTwice = others.some((f) => bare(f.name) === twin)
  return isTwice ? 'cdr and transient_cdr of FreePBX hold the same calls: follow cdr alone' : ''
}

function troubleOf({ kind, reason }: TableFailure): Pick<FeedState, 'state' | 'detail'> {
  return { state: kind === 'refused' ? 'refused' : 'waiting', detail: reason }
}

const SECRET_LOST = 'the stored password cannot be opened with the key of this installation; enter it again'

function passwordOf(feed: Feed, key: Buffer): string | undefined {
  if (feed.secretSealed === undefined) return ''
  try {
    return openSecret(key, feed.secretSealed)
  } catch {
    return undefined // sealed with another key: the data directory was replaced
  }
}

const UNKNOWN_ZONE: FeedZones = { ofFeed: undefined, ofSource: undefined, otherwise: 'UTC' }

async function retrying<T>(
  work: () => Promise<T>,
  states: FeedStateTeller,
  stop: AbortSignal,
  otherwise: T,
): Promise<T> {
  for (let attempt = 1; !stop.aborted; attempt++) {
    try {
      return await work()
    } catch (error) {
      await states.tell({ state: 'waiting', detail: error instanceof Error ? error.message : String(error) })
      await pause(backoffMs(attempt), stop)
    }
  }
  return otherwise
}
