// The sums of a revaluation, old beside new: per account, per rate, per whatever is asked for. Kept in memory while
// calls go by (as many as there are accounts or rates called, not calls), then written to table revaluation_line.

import type { Queryable, Tx } from '@tollbook/db'
import { addMoney, formatMoney, type Micros, ZERO } from '@tollbook/kernel'

/**
 * 'account': what accounts pay, key = account id. 'carrier': what carriers are paid, key = carrier id. 'reason': calls
 * that waited, key = number of the reason. 'rate': by the rate that would count, key = prefix (and `/window`), by the old
 * one where none would. 'old-rate': by the rate that counts now. 'below-cost': rates sold for less than carriers ask, old
 * = cost, new = price.
 */
export type SumPart = 'account' | 'carrier' | 'reason' | 'rate' | 'old-rate' | 'below-cost'

/** One call's share in a sum; undefined = not rated. */
export type Valued = {
  readonly part: SumPart
  readonly key: string
  readonly currency: number
  readonly seconds: number
  readonly old: Micros | undefined
  readonly new: Micros | undefined
}

export type ValueLine = {
  readonly part: SumPart
  readonly key: string
  readonly currency: number
  calls: number
  seconds: number
  old: Micros
  new: Micros
  newlyRated: number
  noLongerRated: number
}

export type ValueSums = { add(valued: Valued): void; lines(): readonly ValueLine[] }

export function valueSums(): ValueSums {
  const sums = new Map<string, ValueLine>()
  return {
    add(valued) {
      const { part, key, currency, seconds } = valued
      const text = `${part} ${key} ${currency}`
      let line = sums.get(text)
      if (line === undefined) {
        const nothing = { calls: 0, seconds: 0, old: ZERO, new: ZERO, newlyRated: 0, noLongerRated: 0 }
        line = { part, key, currency, ...nothing }
        sums.set(text, line)
      }
      line.calls++
      line.seconds += seconds
      line.old = addMoney(line.old, valued.old ?? ZERO)
      line.new = addMoney(line.new, valued.new ?? ZERO)
      if (valued.old === undefined && valued.new !== undefined) line.newlyRated++
      if (valued.old !== undefined && valued.new === undefined) line.noLongerRated++
    },
    lines: () => [...sums.values()],
  }
}

/** Lines a statement: some hundred kilobytes of text. */
const LINES_AT_ONCE = 5_000

/** Adds lines to those there are. */
export async function addLines(tx: Tx, id: string, lines: readonly ValueLine[]): Promise<void> {
  // In the order of their key, so that two lanes never wait for each other in a circle.
  const sorted = lines.toSorted((a, b) => (lineKey(a) < lineKey(b) ? -1 : 1))
  for (let at = 0; at < sorted.length; at += LINES_AT_ONCE) {
    const some = sorted.slice(at, at + LINES_AT_ONCE)
    await tx.client.query(ADD, [
      id,
      some.map((l) => l.part),
      some.map((l) => l.key),
      some.map((l) => l.currency),
      some.map((l) => l.calls),
      some.map((l) => l.seconds),
      some.map((l) => formatMoney(l.old)),
      some.map((l) => formatMoney(l.new)),
      some.map((l) => l.newlyRated),
      some.map((l) => l.noLongerRated),
    ])
  }
}

function lineKey({ part, key, currency }: ValueLine): string {
  return `${part} ${key} ${currency}`
}

const ADD = `
insert into revaluation_line as l (revaluation_id, part, key, currency, calls, seconds, old_amount, new_amount, newly_rated,
  no_longer_rated)
select $1, part, key, currency, calls, seconds, old_amount, new_amount, newly_rated, no_longer_rated
from unnest($2::text[], $3::text[], $4::smallint[], $5::int[], $6::bigint[], $7::numeric[], $8::numeric[], $9::int[],
  $10::int[]) as n (part, key, currency, calls, seconds, old_amount, new_amount, newly_rated, no_longer_rated)
on conflict (revaluation_id, part, key, currency) do update set calls = l.calls + excluded.calls,
  seconds = l.seconds + excluded.seconds, old_amount = l.old_amount + excluded.old_amount,
  new_amount = l.new_amount + excluded.new_amount, newly_rated = l.newly_rated + excluded.newly_rated,
  no_longer_rated = l.no_longer_rated + excluded.no_longer_rated`

/** Takes all lines away, before they are counted from the beginning. */
export async function clearLines({ q }: Queryable, id: string): Promise<void> {
  await q.deleteFrom('revaluation_line').where('revaluation_id', '=', id).execute()
}

/** A stored line; amounts are decimal text with six places. */
export type RevaluationLine = {
  readonly part: SumPart
  readonly key: string
  readonly currency: number
  readonly calls: number
  readonly seconds: number
  readonly old: string
  readonly new: string
  readonly newlyRated: number
  readonly noLongerRated: number
}

/** Lines of some parts, the largest differences first. */
export async function revaluationLines(
  { q }: Queryable,
  id: string,
  parts: readonly SumPart[],
  limit = 500,
): Promise<readonly RevaluationLine[]> {
  const rows = await q
    .selectFrom('revaluation_line')
    .selectAll()
    .where('revaluation_id', '=', id)
    .where('part', 'in', parts)
    .orderBy((e) => e.fn('abs', [e('new_amount', '-', e.ref('old_amount'))]), 'desc')
    .orderBy('key')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    part: row.part as SumPart,
    key: row.key,
    currency: row.currency,
    calls: row.calls,
    seconds: Number(row.seconds),
    old: row.old_amount,
    new: row.new_amount,
    newlyRated: row.newly_rated,
    noLongerRated: row.no_longer_rated,
  }))
}
