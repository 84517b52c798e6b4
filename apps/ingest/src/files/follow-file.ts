// One feed of kind 'file', followed for as long as it is wanted: looks whenever its folder changes and once a second
// anyway, tries again while the database is away, and tells its state for the pages.

import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { type ZoneConverter, zoneConverter } from '@tollbook/calls'
import { type Db, transaction } from '@tollbook/db'
import { setZoneDetected } from '@tollbook/directory'
import { checkpointOf, type Feed, noteCoverage } from '@tollbook/intake'
import { backoffMs, pause } from '@tollbook/runtime'
import { type FeedRoom, type FeedStateTeller, type FollowedFeed, followFeed } from '../feed-state.ts'
import { feedZones } from '../feed-zones.ts'
import { FileFollower, type FileLook, type FileLot } from './file-follower.ts'
import { fileLotStore } from './store-file-lot.ts'
import type { FileSettings } from './tell-format.ts'

/** Where the folder cannot be watched (network drives tell nothing), this is how late a row is; milliseconds. */
const POLL_MS = 1000
/** A batch of writes makes many changes: one look for all within this. */
const GATHER_MS = 50
/** Coverage without new rows is told this often. */
const COVER_MS = 30_000

/** Starts following at once. */
export function followFile(feed: Feed, room: FeedRoom): FollowedFeed {
  return followFeed(feed, room, (states, stop) => follow(feed, room, states, stop))
}

async function follow(feed: Feed, room: FeedRoom, states: FeedStateTeller, stop: AbortSignal): Promise<void> {
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
  { db, clock }: FeedRoom,
  states: FeedStateTeller,
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
  states: FeedStateTeller,
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
  { db, clock }: FeedRoom,
  states: FeedStateTeller,
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
  const { ofFeed, ofSource, otherwise } = await feedZones(db, feed)
  return {
    zone: ofFeed === undefined ? undefined : zoneConverter(ofFeed),
    otherwise: (ofSource && zoneConverter(ofSource)) || zoneConverter(otherwise) || UTC,
  }
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
