// Load of one trunk (or source, or all) minute by minute: rows that stand for several minutes taken apart.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import { inside, type Stretches } from './changed-stretches.ts'
import { keyOf, type Scope } from './load-cells.ts'
import { heldFrom, type LoadRow, MINUTE_US } from './load-row.ts'
import { atMicros, micros } from './reach.ts'
import type { Window } from './sweep.ts'

export type Minute = {
  /** Start of the minute, or of the part that lies in the question. */
  readonly atUs: number
  readonly peak: number
  readonly takenUs: number
  readonly starts: number
  readonly limitUs: number
}

/** Minutes within these windows (whole quarters, ascending and apart), ascending; those in which nothing was taken or seized are not told. */
export async function minutesOf(
  q: Queryable,
  tenantId: number,
  stretches: Stretches,
  scope: Scope,
  windows: readonly Window[],
  limit: number,
): Promise<readonly Minute[]> {
  const { kept, swept } = inside(stretches, windows)
  const mine = swept.filter((row) => keyOf(row) === keyOf(scope))
  const rows = [...(kept.length > 0 ? await keptRows(q, tenantId, scope, kept) : []), ...mine]
  return rows.sort((a, b) => a.atUs - b.atUs).flatMap((row) => [...apart(row, limit)])
}

async function keptRows(
  q: Queryable,
  tenantId: number,
  { scope, scopeId }: Scope,
  kept: readonly Window[],
): Promise<readonly LoadRow[]> {
  // Window by window: between two of them lie months of minutes.
  const { rows } = await sql<Omit<LoadRow, 'takenUs' | 'atUs'> & { atUs: string; takenUs: string }>`
    select ${micros(sql.ref('minute'))} as "atUs", minutes, carry, starts, ends, peak, taken_us as "takenUs", low, held
    from unnest(${kept.map((w) => w.fromUs)}::bigint[], ${kept.map((w) => w.toUs)}::bigint[]) as w (f, t),
      lateral (select * from trunk_minute where tenant_id = ${tenantId} and scope = ${scope} and scope_id = ${scopeId}
        and minute >= ${atMicros(sql`f`)} and minute < ${atMicros(sql`t`)} offset 0) m`.execute(q.q)
  return rows.map((row) => ({ ...row, atUs: Number(row.atUs), takenUs: Number(row.takenUs) }))
}

/** All that happened, happened in the first minute; in the others the level stood where it left it. */
function* apart(row: LoadRow, limit: number): Generator<Minute> {
  const level = row.carry + row.starts - row.ends
  const quiet = (row.minutes - 1) * MINUTE_US
  const atLimit = limit > 0 && level >= limit ? MINUTE_US : 0
  const first = row.atUs - (row.atUs % MINUTE_US)
  if (row.minutes === 1 || level === 0) {
    yield { atUs: row.atUs, peak: row.peak, takenUs: row.takenUs, starts: row.starts, limitUs: heldFrom(row, limit) }
    return
  }
  yield {
    ...{ atUs: row.atUs, peak: row.peak, starts: row.starts, takenUs: row.takenUs - level * quiet },
    limitUs: heldFrom(row, limit) - (row.minutes - 1) * atLimit,
  }
  for (let i = 1; i < row.minutes; i++) {
    yield { atUs: first + i * MINUTE_US, peak: level, takenUs: level * MINUTE_US, starts: 0, limitUs: atLimit }
  }
}
