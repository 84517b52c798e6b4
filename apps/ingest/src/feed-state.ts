// Tells what a followed feed is doing: writes its state when it is another, now and then while it is the same, and never
// fails, since following goes on without.

import type { Db } from '@tollbook/db'
import { type Feed, type FeedState, setFeedState } from '@tollbook/intake'
import type { Clock } from '@tollbook/kernel'
import type { Log } from '@tollbook/runtime'

export type FeedRoom = { readonly db: Db; readonly clock: Clock; readonly log: Log }

/** `read` counts since the follower began, `restart` says that it begins anew. */
type Told = Pick<FeedState, 'state' | 'detail'> & Partial<FeedState>

export type FeedStateTeller = {
  tell(told: Told): Promise<void>
  /** Cheap: said after each lot, written once a second. */
  progress(told: Partial<FeedState>): void
  /** A follower that begins anew counts its rows from zero again. */
  restart(): void
  /** True once for each zone. */
  isNewZone(zone: string): boolean
}

/** A state is written this often at least, so that it can be seen to be alive, and progress once a second. */
const BEAT_MS = 15_000
const PROGRESS_MS = 1000

const BEGINNING: FeedState = {
  ...{ state: 'starting', detail: '', zoneDetected: '', read: 0, behindBytes: 0, caughtUpAtMs: undefined },
}

export function feedStateTeller(feed: Pick<Feed, 'feedId' | 'name'>, { db, clock, log }: FeedRoom): FeedStateTeller {
  let now = BEGINNING
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
  const take = (told: Partial<FeedState>) => {
    now = { ...now, ...told, read: countedBefore + (told.read ?? now.read - countedBefore) }
  }
  return {
    async tell(told) {
      if (told.state !== now.state) log.info({ feed: feed.name, state: told.state, detail: told.detail }, 'feed')
      take(told)
      const isNews = written?.state !== now.state || written.detail !== now.detail
      const isMore = written?.read !== now.read || written.behindBytes !== now.behindBytes
      const sinceMs = clock.now() - writtenAtMs
      if (isNews || sinceMs >= BEAT_MS || (isMore && sinceMs >= PROGRESS_MS)) await write()
    },
    progress(told) {
      take(now.state === 'waiting' ? { state: 'live', detail: '', ...told } : told)
      if (clock.now() - writtenAtMs >= PROGRESS_MS) void write()
    },
    restart() {
      countedBefore = now.read
    },
    isNewZone(zone) {
      const isNew = zone !== zoneTold
      zoneTold = zone
      return isNew
    },
  }
}

export type FollowedFeed = {
  /** Stops after the lot under way; what was stored stays. */
  stop(): Promise<void>
}

/** Follows until it is stopped, and says so when it ends by itself. `follow` ends soon after its signal. */
export function followFeed(
  feed: Pick<Feed, 'feedId' | 'name'>,
  room: FeedRoom,
  follow: (states: FeedStateTeller, stop: AbortSignal) => Promise<void>,
): FollowedFeed {
  const stopping = new AbortController()
  const states = feedStateTeller(feed, room)
  const running = follow(states, stopping.signal).catch(async (error: unknown) => {
    room.log.error({ err: error, feed: feed.name }, 'a feed is no longer followed')
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
