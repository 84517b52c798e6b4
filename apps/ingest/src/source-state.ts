// What each live connection is doing, for the pages. The one writer of table source_state.

import { type Db, notifyStatement } from '@tollbook/db'
import type { Clock, SourceId } from '@tollbook/kernel'
import type { Log } from '@tollbook/runtime'
import type { SourceStatus } from './capture-source.ts'

export type StateWriter = {
  /** Remembers the newest status; it is written within a second. Counters are since the start of that capture. */
  set(sourceId: SourceId, status: SourceStatus): void
  /** A new capture of the source begins: its counters start at zero again. */
  begin(sourceId: SourceId): void
  /** Writes what is still to be written. */
  close(): Promise<void>
}

const WRITE_MS = 1000
/** A state not confirmed for longer than this many writes is stale to a reader; so it is confirmed without a change. */
const CONFIRM_WRITES = 5

type Entry = { status: SourceStatus; written: SourceStatus | undefined; age: number }

/** Starts writing changed states once a second. A database that is away is simply tried again a second later. */
export function stateWriter(db: Db, clock: Clock, log: Log): StateWriter {
  const entries = new Map<SourceId, Entry>()
  let writing: Promise<void> | undefined
  const writeAll = async () => {
    for (const [sourceId, entry] of entries) {
      const { status, written } = entry
      if (status === written && ++entry.age < CONFIRM_WRITES) continue
      try {
        await writeState(db, sourceId, status, written, clock.now())
        entry.written = status
        entry.age = 0
      } catch (error) {
        log.warn({ err: error, source: sourceId }, 'the state of a source could not be written')
      }
    }
  }
  const timer = setInterval(() => {
    // Not inside: with nothing to write it would be over before it is remembered, and remembered for ever.
    writing ??= writeAll().finally(() => {
      writing = undefined
    })
  }, WRITE_MS)
  return {
    set(sourceId, status) {
      const entry = entries.get(sourceId)
      if (entry) entry.status = status
      else entries.set(sourceId, { status, written: undefined, age: 0 })
    },
    begin(sourceId) {
      entries.delete(sourceId)
    },
    async close() {
      clearInterval(timer)
      await writing
      await writeAll()
    },
  }
}

/** Adds what the counters grew by since `before`, so that the totals outlive this process. */
async function writeState(
  db: Db,
  sourceId: SourceId,
  now: SourceStatus,
  before: SourceStatus | undefined,
  nowMs: number,
): Promise<void> {
  const changed = before?.state !== now.state || before.detail !== now.detail || before.version !== now.version
  const nowAt = new Date(nowMs)
  const grown = { legs: now.legs - (before?.legs ?? 0), cel: now.cel - (before?.cel ?? 0) }
  const rejected = now.rejected - (before?.rejected ?? 0)
  await db.pool.query(UPSERT, [
    ...[sourceId, now.state, now.detail, now.version, nowAt, dateOrNull(now.lastEventAtMs)],
    ...[grown.legs, grown.cel, rejected],
    ...[dateOrNull(now.bootedAtMs), now.clockOffsetMs ?? null, now.waitingBytes, dateOrNull(now.waitingSinceMs)],
    // Nothing seen by this run says nothing about the PBX.
    now.observed.cdrs + now.observed.cel === 0 ? null : JSON.stringify({ ami: now.observed }),
  ])
  if (!changed && before?.legs === now.legs && before.rejected === now.rejected) return
  const { text, values } = notifyStatement('sources')
  await db.pool.query(text, values)
}

function dateOrNull(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms)
}

/** A source that was deleted meanwhile gets no row. */
const UPSERT = `insert into source_state as s
    (source_id, state, detail, asterisk_version, changed_at, seen_at, last_event_at, legs, cel, rejected,
     booted_at, clock_offset_ms, waiting_bytes, waiting_since, observed)
  select source_id, $2, $3, $4, $5::timestamptz, $5::timestamptz, $6::timestamptz, $7::bigint, $8::bigint, $9::bigint,
    $10::timestamptz, $11::int, $12::bigint, $13::timestamptz, coalesce($14::jsonb, '{}')
  from source where source_id = $1
  on conflict (source_id) do update set
    state = excluded.state, detail = excluded.detail,
    asterisk_version = coalesce(nullif(excluded.asterisk_version, ''), s.asterisk_version),
    changed_at = case when (s.state, s.detail) = (excluded.state, excluded.detail) then s.changed_at
      else excluded.changed_at end,
    seen_at = excluded.seen_at, last_event_at = coalesce(excluded.last_event_at, s.last_event_at),
    legs = s.legs + excluded.legs, cel = s.cel + excluded.cel, rejected = s.rejected + excluded.rejected,
    booted_at = coalesce(excluded.booted_at, s.booted_at),
    clock_offset_ms = coalesce(excluded.clock_offset_ms, s.clock_offset_ms),
    waiting_bytes = excluded.waiting_bytes, waiting_since = excluded.waiting_since,
    observed = s.observed || excluded.observed`
