// One feed of kind 'file', followed for as long as it is wanted: looks whenever its folder changes and once a second
// anyway, tries again while the database is away, and tells its state for the pages.

import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { type ZoneConverter, zoneConverter } from '@tollbook/calls'
import { type Db, transaction } from '@tollbook/db'
import { setZoneDetected } from '@tollbook/directory'
import { checkpointOf, type Feed, type FeedState, noteCoverage, setFeedState } from '@tollbook/intake'
import type { Clock } from '@tollbook/kernel'
import { backoffMs, type Log, pause } from '@tollbook/runtime'
import { FileFollower, type FileLook, type FileLot } from './file-follower.ts'
import { fileLotStore } from './store-file-lot.ts'
import type { FileSettings } from './tell-format.ts'

export type FileFeedRoom = { readonly db: Db; readonly clock: Clock; readonly log: Log }

export type FollowedFeed = {
  /** Stops after the lot under way; what was stored stays. */
  stop(): Promise<void>
}

/** Where the folder cannot be watched (network drives tell nothing), this is how late a row is; milliseconds. */
const POLL_MS = 1000
/** A batch of writes makes many changes: one look for all within this. */
const GATHER_MS = 50
/** A state is written this often at least, so that it can be seen to be alive, and progress once a second. */
const BEAT_MS = 15_000
const PROGRESS_MS = 1000
/** Coverage without new rows is told this often. */
const COVER_MS = 30_000

/** Starts following at once. */
export function followFile(feed: Feed, room: FileFeedRoom): FollowedFeed {
  const stopping = new AbortController()
  const states = stateTeller(feed, room)
  const running = follow(feed, room, states, stopping.signal).catch(async (error: unknown) => {
    room.log.error({ err: error, feed: feed.name }, 'a file is no longer followed')
    await states.tell({ state: 'refused', detail: error instanceof Error ? error.message : String(error) })
  })
  return {
    async stop() {
      stopping.abort()
      await running
      await states.tell({ state: 'stopped', detail: '' })
    },
  }
}

type StateTeller = ReturnType<typeof stateTeller>

async function follow(feed: Feed, room: FileFeedRoom, states: StateTeller, stop: AbortSignal): Promise<void> {
  const settings = settingsOf(feed)
  if (settings === undefined) return await states.tell({ state: 'refused', detail: 'its settings name no file' })
  await states.tell({ state: 'starting', detail: '' })
  const changes = changesIn(settings.path)
  let failures = 0
  let follower: FileFollower | undefined
  let coveredAtMs = Number.NEGATIVE_INFINITY
  while (!stop.aborted) {
    try {
      follower ??= await newFollower(feed, settings, room, states, stop)
      const look = await follower.look(stop, (behindBytes, read) => states.progress({ behindBytes, read }))
      failures = 0
      await tellLook(look, feed, room, states, room.clock.now() - coveredAtMs >= COVER_MS)
      if (look.coverage && room.clock.now() - coveredAtMs >= COVER_MS) coveredAtMs = room.clock.now()
      await changes.next(POLL_MS, stop)
    } catch (error) {
      // The place in memory may be ahead of the stored one: begin again from that.
      await follower?.close()
      follower = undefined
      states.restart()
      if (stop.aborted) break
      failures++
      const detail = `cannot go on: ${error instanceof Error ? error.message : String(error)}`
      room.log.warn({ err: error, feed: feed.name }, 'a followed file')
      await states.tell({ state: 'waiting', detail })
      await pause(backoffMs(failures), stop)
    }
  }
  changes.close()
  await follower?.close()
}

async function newFollower(
  feed: Feed,
  settings: FileSettings,
  { db, clock }: FileFeedRoom,
  states: StateTeller,
  stop: AbortSignal,
): Promise<FileFollower> {
  const store = fileLotStore(db, feed, clock)
  return new FileFollower({
    ...{ settings, sourceId: feed.sourceId, ...(await zoneOf(feed, db)) },
    load: () => checkpointOf(db, feed.feedId),
    store: (lot) => storeAtLast(lot, store, states, stop),
    now: () => clock.now(),
  })
}

/** With the database away the same lot is tried again, with growing pauses, for as long as it takes. */
async function storeAtLast(
  lot: FileLot,
  store: (lot: FileLot) => Promise<void>,
  states: StateTeller,
  stop: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await store(lot)
    } catch (error) {
      if (stop.aborted) throw error
      await states.tell({ state: 'waiting', detail: `cannot store: ${error instanceof Error ? error.message : error}` })
      await pause(backoffMs(attempt), stop)
      if (stop.aborted) throw error
    }
  }
}

async function tellLook(
  look: FileLook,
  feed: Feed,
  { db, clock }: FileFeedRoom,
  states: StateTeller,
  isTimeToCover: boolean,
): Promise<void> {
  const { state, detail, read, behindBytes, zone, zoneFound, isCaughtUp, coverage } = look
  const caughtUp = isCaughtUp ? { caughtUpAtMs: clock.now() } : {}
  await states.tell({ state, detail, read, behindBytes, ...(zone !== '' && { zoneDetected: zone }), ...caughtUp })
  const isNewZone = zoneFound && feed.zone === 'auto' && states.isNewZone(zone)
  if (!isNewZone && !(coverage && isTimeToCover)) return
  await transaction(db, async (tx) => {
    if (isNewZone) await setZoneDetected(tx, feed.sourceId, zone)
    if (coverage && isTimeToCover) {
      await noteCoverage(tx, { sourceId: feed.sourceId, toldBy: `feed ${feed.feedId}`, ...coverage }, clock.now())
    }
  })
}

/** The API keeps settings as it checked them; by hand anything may stand there. */
function settingsOf({ settings }: Feed): FileSettings | undefined {
  const { path, content, columns } = settings as Partial<Record<string, unknown>>
  if (typeof path !== 'string' || !path.startsWith('/')) return undefined
  const known = content === 'cdr' || content === 'cel' || content === 'queue_log' ? content : 'auto'
  return { path, content: known, ...(typeof columns === 'string' && { columns }) }
}

const UTC = zoneConverter('UTC') as ZoneConverter

type Zones = { readonly zone: ZoneConverter | undefined; readonly otherwise: ZoneConverter }

/**
 * The feed's own zone, else what the rows tell: with usegmtime a file is in UTC while the PBX tells its wall clock over
 * AMI. Where no row tells, the zone of the source.
 */
async function zoneOf(feed: Feed, db: Db): Promise<Zones> {
  const row = await db.q
    .selectFrom('source as s')
    .innerJoin('tenant as t', 't.tenant_id', 's.tenant_id')
    .select(['s.zone', 's.zone_detected', 't.zone as tenant_zone'])
    .where('s.source_id', '=', feed.sourceId)
    .executeTakeFirst()
  const named = (zone: string | undefined) => (zone === undefined || zone === 'auto' ? undefined : zoneConverter(zone))
  const otherwise = named(row?.zone) ?? named(row?.zone_detected) ?? named(row?.tenant_zone) ?? UTC
  return { zone: named(feed.zone), otherwise }
}

/** Changes of the file and its rotations, as far as the system tells of them. */
function changesIn(path: string) {
  let watcher: FSWatcher | undefined
  let wake = () => {}
  const stem = basename(path, extname(path))
  const begin = () => {
    try {
      watcher = watch(dirname(path), { persistent: false }, (_, name) => {
        if (name === null || name.startsWith(stem)) wake()
      })
      watcher.on('error', () => {
        watcher?.close()
        watcher = undefined
      })
    } catch {
      watcher = undefined // the folder is not there, or there are too many watchers: polling goes on
    }
  }
  return {
    async next(mostMs: number, stop: AbortSignal): Promise<void> {
      if (!watcher) begin()
      const change = new AbortController()
      wake = () => change.abort()
      await pause(mostMs, AbortSignal.any([change.signal, stop]))
      if (change.signal.aborted) await pause(GATHER_MS, stop)
    },
    close: () => watcher?.close(),
  }
}

type Told = Pick<FeedState, 'state' | 'detail'> & Partial<FeedState>

/** Writes the state when it is another, now and then while it is the same; never fails, since following goes on without. */
function stateTeller(feed: Pick<Feed, 'feedId' | 'name'>, { db, clock, log }: FileFeedRoom) {
  let now: FeedState = {
    ...{ state: 'starting', detail: '', zoneDetected: '', read: 0, behindBytes: 0, caughtUpAtMs: undefined },
  }
  let written: FeedState | undefined
  let writtenAtMs = Number.NEGATIVE_INFINITY
  let countedBefore = 0
  let zoneTold = ''
  let writing: Promise<void> = Promise.resolve()
  // One after the other: each adds the rows since the one before to the count.
  const write = () => {
    writtenAtMs = clock.now()
    writing = writing.then(async () => {
      const state = now
      try {
        await setFeedState(db, feed.feedId, state, written?.read ?? 0, clock.now())
        written = state
      } catch (error) {
        log.warn({ err: error, feed: feed.name }, 'the state of a feed could not be written')
      }
    })
    return writing
  }
  return {
    async tell(told: Told): Promise<void> {
      if (told.state !== now.state) log.info({ feed: feed.name, state: told.state, detail: told.detail }, 'file')
      const read = countedBefore + (told.read ?? now.read - countedBefore)
      now = { ...now, ...told, read }
      const isNews = written?.state !== now.state || written.detail !== now.detail
      const isMore = written?.read !== now.read || written.behindBytes !== now.behindBytes
      const sinceMs = clock.now() - writtenAtMs
      if (isNews || sinceMs >= BEAT_MS || (isMore && sinceMs >= PROGRESS_MS)) await write()
    },
    progress({ behindBytes, read }: { readonly behindBytes: number; readonly read: number }): void {
      now = { ...now, behindBytes, read: countedBefore + read }
      if (now.state === 'waiting') now = { ...now, state: 'live', detail: '' }
      if (clock.now() - writtenAtMs >= PROGRESS_MS) void write()
    },
    /** A follower that begins anew counts from zero again. */
    restart(): void {
      countedBefore = now.read
    },
    isNewZone(zone: string): boolean {
      const isNew = zone !== zoneTold
      zoneTold = zone
      return isNew
    },
  }
}
