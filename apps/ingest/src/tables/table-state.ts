// Tells what a followed table is doing: writes its state when it is another, now and then while it is the same, and never
// fails, since following goes on without.

import type { Db } from '@tollbook/db'
import { type Feed, type FeedState, setFeedState } from '@tollbook/intake'
import type { Clock } from '@tollbook/kernel'
import type { Log } from '@tollbook/runtime'

type Told = Pick<FeedState, 'state' | 'detail'> & { readonly zone?: string; readonly caughtUpAtMs?: number }

export type TableStateTeller = {
  tell(state: Told): Promise<void>
  /** Rows read so far, and the time they have reached; cheap. */
  progress(read: number, reached: string, isFilling: boolean): void
  /** True once for each zone. */
  isNewZone(zone: string): boolean
}

/** A state is written at least this often, so that it can be seen to be alive, and progress at most once a second. */
const BEAT_MS = 15_000
const PROGRESS_MS = 1000

export function tableStateTeller(
  feed: Pick<Feed, 'feedId' | 'name'>,
  { db, clock, log }: { readonly db: Db; readonly clock: Clock; readonly log: Log },
): TableStateTeller {
  let now: FeedState = {
    ...{ state: 'starting', detail: '', zoneDetected: '', read: 0, behindBytes: 0, caughtUpAtMs: undefined },
  }
  let written: FeedState | undefined
  let writtenAtMs = Number.NEGATIVE_INFINITY
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
    async tell({ zone, ...state }) {
      if (state.state !== now.state) {
        log.info({ feed: feed.name, state: state.state, detail: state.detail }, 'table')
      }
      now = { ...now, ...state, zoneDetected: zone ?? now.zoneDetected }
      const isNews = written?.state !== now.state || written.detail !== now.detail || written.read !== now.read
      if (isNews || clock.now() - writtenAtMs >= BEAT_MS) await write()
    },
    progress(read, reached, isFilling) {
      now = { ...now, read }
      if (isFilling) now = { ...now, state: 'starting', detail: `first reading: ${read} rows, up to ${reached}` }
      if (clock.now() - writtenAtMs >= PROGRESS_MS) void write()
    },
    isNewZone(zone) {
      const isNew = zone !== zoneTold
      zoneTold = zone
      return isNew
    },
  }
}
