// Reads the distributions of a question, each in a statement of its own or two: lengths by rows, or packed in lists.

import { type RawBuilder, sql } from 'kysely'
import type { Buckets } from './buckets.ts'
import { SPREAD_KIND, TALK_CUBE } from './cubes.ts'
import type { Spread } from './figures.ts'
import type { Part } from './grain.ts'
import { spreadsFor } from './metrics.ts'
import type { Asked } from './parse.ts'
import { callGrouping, callsOf, rollupPart, type Source } from './select.ts'
import type { Cell } from './series.ts'
import { type SpreadName, spreadOver } from './sums.ts'

/** These figures with the distributions their metrics need. */
export async function withSpreads(
  query: Asked,
  sources: (name: SpreadName) => Promise<readonly Source[]>,
  buckets: Buckets,
  cells: readonly Cell[],
): Promise<readonly Cell[]> {
  let all = cells
  for (const name of spreadsFor(query.metrics)) {
    const spreads = new Map<string, Spread>()
    for (const source of await sources(name)) {
      for (const [at, part] of await partsFrom(query, source, buckets, name)) {
        const before = spreads.get(at)
        spreads.set(at, before ? [before, part] : part)
      }
    }
    // A call may have come between two statements; it is counted the next time.
    all = all.map((cell) => {
      const spread = spreads.get(placeOf(cell.key, cell.split))
      if (!spread) return cell
      return { ...cell, figures: { ...cell.figures, spreads: { ...cell.figures.spreads, [name]: spread } } }
    })
  }
  return all
}

const placeOf = (key: string | number, split: string | number | undefined) => `${key}\n${split ?? '0'}`

type Place = { readonly d: string | number; readonly s: string | number }
type Parts = readonly (readonly [at: string, part: Int32Array])[]

async function partsFrom(query: Asked, source: Source, buckets: Buckets, name: SpreadName): Promise<Parts> {
  const { cube, parts, raw } = source.grain
  if (cube !== TALK_CUBE) return await byRows(query, source, buckets, name)
  const packed = parts.length > 0 ? await fromLists(query, source, buckets) : []
  const rest = { ...source, grain: { cube, parts: [], raw } }
  return raw.length > 0 ? [...packed, ...(await byRows(query, rest, buckets, name))] : packed
}

async function byRows(query: Asked, { grain, engine }: Source, buckets: Buckets, name: SpreadName): Promise<Parts> {
  const parts: RawBuilder<unknown>[] = []
  for (const part of grain.parts) {
    const { rows, d, s } = rollupPart(query, grain.cube!, part, buckets)
    parts.push(sql`select ${d} as d, ${s} as s, seconds, sum(calls) as n from ${rows}
      and kind = ${SPREAD_KIND[name]} group by 1, 2, 3`)
  }
  if (grain.raw.length > 0) {
    const { d, s } = callGrouping(query, buckets, engine.dialect)
    const { seconds, of } = spreadOver(name, engine.dialect)
    parts.push(sql`select ${d} as d, ${s} as s, ${seconds} as seconds, count(*) as n
      from ${callsOf(query, grain.raw, engine.dialect)} and ${of} group by 1, 2, 3`)
  }
  const rows = await engine.rows<Place & { seconds: number; n: string }>(sql`
    select d, s, seconds, n from (${sql.join(parts, sql` union all `)}) part`)
  const pairs = new Map<string, number[]>()
  for (const { d, s, seconds, n } of rows) {
    const at = placeOf(d, s)
    const before = pairs.get(at)
    if (before) before.push(seconds, Number(n))
    else pairs.set(at, [seconds, Number(n)])
  }
  return [...pairs].map(([at, list]) => [at, Int32Array.from(list)])
}

async function fromLists(query: Asked, { grain, engine }: Source, buckets: Buckets): Promise<Parts> {
  const selected = grain.parts.map((part) => {
    const { rows, d, s } = rollupPart(query, TALK_CUBE, part, buckets)
    return sql`select ${d} as d, ${s} as s, ${lengthsOf(part)} as lengths from ${rows}`
  })
  const rows = await engine.rows<Place & { lengths: Buffer }>(sql.join(selected, sql` union all `))
  return rows.map(({ d, s, lengths }) => [placeOf(d, s), pairsOf(lengths)])
}

/** Months hold them as they are wanted here. */
function lengthsOf({ unit }: Part): RawBuilder<unknown> {
  if (unit === 'month') return sql`lengths`
  return sql`(select string_agg(int4send(u.seconds) || int4send(u.calls), '') from unnest(seconds, calls) as u (seconds, calls))`
}

function pairsOf(lengths: Buffer): Int32Array {
  const pairs = new Int32Array(lengths.length / 4)
  for (let i = 0; i < pairs.length; i++) pairs[i] = lengths.readInt32BE(4 * i)
  return pairs
}
