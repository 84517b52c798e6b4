// The greatest talk and revenue of each part of a file, as the file itself says at its end. Where all calls of the parts are
// wanted, the fiftieth of these is a value that fifty calls reach; and a file whose greatest is less need not be read.

import { basename } from 'node:path'
import { type Micros, parseMoney } from '@tollbook/kernel'
import { sql } from 'kysely'
import type { Engine } from '../engine.ts'
import { textOf } from './duck.ts'
import { fileOf } from './files.ts'
import type { CopiedDay } from './state.ts'

/** Of each part in which a call has such a value: seconds and money alike, in millionths. */
export type Greatest = Readonly<Record<'talk_s' | 'revenue', readonly Micros[]>>

/** What files said that were asked before. A day written anew is forgotten for its next one. */
export type KnownGreatest = Map<string, { readonly generation: string; readonly greatest: Greatest }>

/** Of each of these days. The ends of a year's files are read in 50 ms, and once in a process. */
export async function greatestOf(
  days: readonly CopiedDay[],
  engine: Engine,
  { dir, tenantId, known }: { readonly dir: string; readonly tenantId: number; readonly known: KnownGreatest },
): Promise<(day: CopiedDay) => Greatest> {
  const find = (day: CopiedDay) => {
    const last = known.get(`${tenantId} ${day.day}`)
    return last?.generation === day.generation ? last.greatest : undefined
  }
  const found = new Map(days.map((day) => [day, find(day)]))
  const unknown = days.filter((day) => found.get(day) === undefined)
  const paths = unknown.map((day) => fileOf(dir, tenantId, day, 'calls'))
  const rows =
    paths.length === 0
      ? []
      : await engine.rows<{ file: string; name: keyof Greatest; most: string }>(sql`
          select file_name as file, path_in_schema as name, stats_max_value as most
          from parquet_metadata(${sql.raw(`[${paths.map(textOf).join(', ')}]`)})
          where path_in_schema in ('talk_s', 'revenue') and stats_max_value is not null`)
  const byFile = Map.groupBy(rows, (row) => basename(row.file))
  for (const [i, day] of unknown.entries()) {
    const parts = byFile.get(basename(paths[i]!)) ?? []
    const of = (name: keyof Greatest) => parts.filter((p) => p.name === name).map((p) => parseMoney(p.most))
    const greatest = { talk_s: of('talk_s'), revenue: of('revenue') }
    known.set(`${tenantId} ${day.day}`, { generation: day.generation, greatest })
    found.set(day, greatest)
  }
  return (day) => found.get(day)!
}
