// Load by intervals of time: what the tables keep and what was swept again, added up (or the greater taken) per interval.

import type { Queryable } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import type { Stretches } from './changed-stretches.ts'
import { heldFrom, type LoadRow, metFrom, SCOPE } from './load-row.ts'
import { atMicros } from './reach.ts'
import type { Window } from './sweep.ts'

/** One interval of a trunk, a source, or all. */
export type Cell = {
  readonly bucket: number
  takenUs: number
  talkUs: number
  starts: number
  congested: number
  cps: number
  peak: number
  talkPeak: number
  /** Time at the limit, and seizures that found it reached; 0 where there is none. */
  limitUs: number
  met: number
}

/** Cells of a scope's ids, and of each by the interval. */
export type Cells = ReadonlyMap<string, ReadonlyMap<number, Cell>>

/** Channels of each trunk, by its id; a trunk that is not here has an unknown number. */
export type Limits = ReadonlyMap<number, number>

export type Scope = { readonly scope: number; readonly scopeId: number }

export const keyOf = ({ scope, scopeId }: Scope): string => `${scope} ${scopeId}`

/**
 * Cells of intervals that begin at `borders` (µs, ascending, each at a quarter of an hour or at the window's begin; the
 * last is the window's end). `only` = of one scope alone.
 */
export async function cellsOf(
  q: Queryable,
  tenantId: number,
  stretches: Stretches,
  borders: readonly number[],
  limits: Limits,
  only?: Scope,
): Promise<Cells> {
  const cells = new Map<string, Map<number, Cell>>()
  const ofKey = (key: string) => cells.get(key) ?? cells.set(key, new Map()).get(key)!
  for (const cell of await keptCells(q, tenantId, stretches.kept, borders, limits, only)) {
    ofKey(keyOf(cell)).set(cell.bucket, cell)
  }
  for (const row of stretches.swept) {
    if (only && keyOf(row) !== keyOf(only)) continue
    const bucket = bucketAt(borders, row.atUs)
    const mine = ofKey(keyOf(row))
    mine.set(bucket, added(mine.get(bucket), bucket, row, limits))
  }
  return cells
}

type KeptCell = Cell & Scope

async function keptCells(
  q: Queryable,
  tenantId: number,
  kept: readonly Window[],
  borders: readonly number[],
  limits: Limits,
  only: Scope | undefined,
): Promise<readonly KeptCell[]> {
  if (kept.length === 0) return []
  const mine = only ? sql`and scope = ${only.scope} and scope_id = ${only.scopeId}` : sql``
  const { rows } = await sql<Record<keyof KeptCell, string>>`
    select scope, scope_id as "scopeId", width_bucket(quarter, ${instants(borders)}) - 1 as bucket,
      sum(taken_us) as "takenUs", sum(talk_us) as "talkUs", sum(starts) as starts, sum(congested) as congested,
      max(cps) as cps, max(peak) as peak, max(talk_peak) as "talkPeak",
      coalesce(sum(${upFrom('held')}) filter (where peak >= channels), 0) as "limitUs",
      coalesce(sum(${upFrom('met')}) filter (where peak >= channels), 0) as met
    from trunk_quarter
    left join unnest(${[...limits.keys()]}::int[], ${[...limits.values()]}::int[]) as t (trunk_id, channels)
      on scope = ${SCOPE.trunk} and trunk_id = scope_id
    where tenant_id = ${tenantId} ${mine} and ${within(sql.ref('quarter'), kept)}
    group by 1, 2, 3`.execute(q.q)
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, Number(v)])) as KeptCell)
}

/** The sum of an array of levels from the limit up. */
function upFrom(column: 'held' | 'met'): RawBuilder<unknown> {
  return sql`(select sum(n) from unnest(${sql.ref(column)}[greatest(channels - low, 0) + 1:]) as n)`
}

/** In one of these windows: in an array of their borders, odd places are inside. */
export function within(column: RawBuilder<unknown>, windows: readonly Window[]): RawBuilder<boolean> {
  const borders = windows.flatMap((w) => [w.fromUs, w.toUs])
  const outer = sql<boolean>`${column} >= ${atMicros(sql`${borders[0]!}::bigint`)}
    and ${column} < ${atMicros(sql`${borders.at(-1)!}::bigint`)}`
  if (windows.length === 1) return outer
  return sql<boolean>`${outer} and width_bucket(${column}, ${instants(borders)}) % 2 = 1`
}

function instants(us: readonly number[]): RawBuilder<unknown> {
  return sql`(select array_agg(${atMicros(sql`u`)} order by u) from unnest(${us}::bigint[]) as u)`
}

function added(cell: Cell | undefined, bucket: number, row: LoadRow, limits: Limits): Cell {
  const limit = row.scope === SCOPE.trunk ? (limits.get(row.scopeId) ?? 0) : 0
  return {
    bucket,
    takenUs: (cell?.takenUs ?? 0) + row.takenUs,
    talkUs: (cell?.talkUs ?? 0) + row.talkUs,
    starts: (cell?.starts ?? 0) + row.starts,
    congested: (cell?.congested ?? 0) + row.congested,
    cps: Math.max(cell?.cps ?? 0, row.cps),
    peak: Math.max(cell?.peak ?? 0, row.peak),
    talkPeak: Math.max(cell?.talkPeak ?? 0, row.talkPeak),
    limitUs: (cell?.limitUs ?? 0) + heldFrom(row, limit),
    met: (cell?.met ?? 0) + metFrom(row, limit),
  }
}

/** Place of the last border at or before an instant. */
export function bucketAt(borders: readonly number[], us: number): number {
  let low = 0
  let high = borders.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (borders[middle]! <= us) low = middle
    else high = middle - 1
  }
  return low
}
