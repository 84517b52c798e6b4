// Where sixty minutes may carry more than the best hour of the clock: first by hours, then by quarters of those, so that few
// minutes have to be read. What is left out is proved to carry less.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import { HOUR_US } from './busy-hours.ts'
import { inside, type Stretches } from './changed-stretches.ts'
import { keyOf, type Scope } from './load-cells.ts'
import type { Hours } from './load-hours.ts'
import { QUARTER_US, quarterAt } from './load-row.ts'
import { atMicros, joined, micros } from './reach.ts'
import type { Window } from './sweep.ts'

/** Taken time and greatest peak of a part. */
type Part = { readonly takenUs: number; readonly peak: number }

/** Minutes of so long are read at once rather than their quarters first. */
const FEW_US = 3 * HOUR_US
const QUARTERS = HOUR_US / QUARTER_US
const NOTHING: Part = { takenUs: 0, peak: 0 }

/** Ascending and apart. `parts`: of all the question's hours. */
export async function busiestWindows(
  q: Queryable,
  tenantId: number,
  stretches: Stretches,
  scope: Scope,
  hours: Hours,
  parts: readonly Part[],
): Promise<readonly Window[]> {
  const best = parts.reduce((most, hour) => Math.max(most, hour.takenUs), 0)
  if (best === 0) return []
  const windows = byHours(hours, parts, best)
  if (windows.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0) <= FEW_US) return windows
  return byQuarters(await quartersIn(q, tenantId, inside(stretches, windows), scope), windows, best)
}

function byHours({ borders }: Hours, parts: readonly Part[], best: number): readonly Window[] {
  const found: Window[] = []
  const count = parts.length
  for (let i = 0; i < count; i++) {
    // Sixty minutes may touch three hours where a change of clocks, or the question, cut one short.
    const short = i + 2 < borders.length && borders[i + 2]! - borders[i + 1]! < HOUR_US
    const reach = short ? i + 3 : i + 2
    const most = short ? sumOf(parts.slice(i, reach)) : across(parts[i]!, parts[i + 1] ?? NOTHING, HOUR_US)
    if (most >= best) found.push({ fromUs: borders[i]!, toUs: borders[Math.min(reach, count)]! })
  }
  return joined(found)
}

/** Sixty minutes that begin in a quarter hold the three next whole, and of its own and the fourth next a quarter together. */
function byQuarters(parts: ReadonlyMap<number, Part>, windows: readonly Window[], best: number): readonly Window[] {
  const partAt = (us: number) => parts.get(us) ?? NOTHING
  const after = (us: number) => [1, 2, 3].map((n) => partAt(us + n * QUARTER_US))
  const starts = windows.flatMap(({ fromUs, toUs }) => {
    const first = quarterAt(fromUs)
    return Array.from({ length: Math.ceil((toUs - first) / QUARTER_US) }, (_, i) => first + i * QUARTER_US)
  })
  const least = starts.reduce((most, us) => Math.max(most, sumOf([partAt(us), ...after(us)])), best)
  const found = starts
    .filter((us) => sumOf(after(us)) + across(partAt(us), partAt(us + HOUR_US), QUARTER_US) >= least)
    .map((us) => ({ fromUs: us, toUs: us + (QUARTERS + 1) * QUARTER_US }))
  return joined(found)
}

async function quartersIn(
  q: Queryable,
  tenantId: number,
  { kept, swept }: Stretches,
  { scope, scopeId }: Scope,
): Promise<ReadonlyMap<number, Part>> {
  const { rows } = await sql<{ at: string; takenUs: string; peak: number }>`
    select ${micros(sql`quarter`)} as at, taken_us as "takenUs", peak
    from unnest(${kept.map((w) => w.fromUs)}::bigint[], ${kept.map((w) => w.toUs)}::bigint[]) as w (f, t),
      lateral (select * from trunk_quarter where tenant_id = ${tenantId} and scope = ${scope} and scope_id = ${scopeId}
        and quarter >= ${atMicros(sql`f`)} and quarter < ${atMicros(sql`t`)} offset 0) r`.execute(q.q)
  const parts = new Map<number, Part>()
  const add = (at: number, { takenUs, peak }: Part) => {
    const known = parts.get(at) ?? NOTHING
    parts.set(at, { takenUs: known.takenUs + takenUs, peak: Math.max(known.peak, peak) })
  }
  for (const row of rows) add(Number(row.at), { takenUs: Number(row.takenUs), peak: row.peak })
  for (const row of swept) if (keyOf(row) === keyOf({ scope, scopeId })) add(quarterAt(row.atUs), row)
  return parts
}

function sumOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.takenUs, 0)
}

/**
 * Most that a time of this length can carry that begins in one part and ends in the other: of each no more than it carried, and no
 * more than its peak for as long as the time lies in it. The sum of both bounds is greatest where one of them bends.
 */
function across(a: Part, b: Part, lengthUs: number): number {
  const carried = (us: number) => Math.min(a.takenUs, a.peak * us) + Math.min(b.takenUs, b.peak * (lengthUs - us))
  const bends = [a.peak > 0 ? a.takenUs / a.peak : 0, b.peak > 0 ? lengthUs - b.takenUs / b.peak : lengthUs]
  // Bends are quotients: a bound that rounding made too low by a microsecond would hide a window.
  return Math.max(...[0, lengthUs, ...bends].map(carried)) + 1
}
