// The question about load from end to end: what the tables answer for, what is swept again, figures of everybody, and the
// busy hours and the series of the one that was chosen.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import { dateOf, localHour, startOfHour, startOfNextHour } from '../local-time.ts'
import { HOUR_US, type HourLoad } from './busy-hours.ts'
import { stretchesOf } from './changed-stretches.ts'
import { chosenLoad } from './chosen-load.ts'
import { type Cells, cellsOf, keyOf, type Limits } from './load-cells.ts'
import { limitFigures, loadFigures } from './load-figures.ts'
import { SCOPE } from './load-row.ts'
import type { LoadQuery } from './parse-load.ts'
import { peakInstants } from './peak-instants.ts'
import type { Window } from './sweep.ts'
import type { LoadFigures, TrunkLoad } from './trunk-load.ts'

/** Hours of the question, each with where it begins (µs) and what the clock and the calendar call it. */
export type Hours = {
  readonly borders: readonly number[]
  readonly named: readonly Pick<HourLoad, 'clock' | 'date' | 'startMs'>[]
}

/** Answers a parsed question, exactly at every moment. What lies after `nowMs` is no part of any mean. */
export async function queryLoad(q: Queryable, query: LoadQuery, nowMs: number): Promise<TrunkLoad> {
  const { tenantId, zone, target } = query
  const window = { fromUs: query.fromMs * 1000, toUs: query.toMs * 1000 }
  const names = await namesOf(q, tenantId)
  const limits: Limits = new Map(names.trunks.flatMap((t) => (t.capacity > 0 ? [[t.id, t.capacity] as const] : [])))
  const stretches = await stretchesOf(q, tenantId, window)
  const hours = hoursOf(query)
  const cells = await cellsOf(q, tenantId, stretches, hours.borders, limits)
  const instants = await peakInstants(q, tenantId, stretches, hours.borders, cells)
  const seconds = Math.max(0, Math.min(query.toMs, Math.max(nowMs, query.fromMs)) - query.fromMs) / 1000
  const figures = (scope: number, scopeId: number): LoadFigures => {
    const key = keyOf({ scope, scopeId })
    const loads = hourLoads(hours, cells, key, nowMs)
    return loadFigures([...(cells.get(key)?.values() ?? [])], loads, instants.get(key), seconds)
  }
  const all = figures(SCOPE.all, 0)
  const limitOf = (key: string) => [...(cells.get(key)?.values() ?? [])]
  const trunks = trunksOf(names, cells).map(({ id, name, capacity }) => {
    const mine = figures(SCOPE.trunk, id)
    return { id: id || null, name, ...mine, ...limitFigures(mine, limitOf(`${SCOPE.trunk} ${id}`), capacity, target) }
  })
  return {
    from: new Date(query.fromMs).toISOString(),
    to: new Date(query.toMs).toISOString(),
    zone,
    target: target * 100,
    all: { ...all, ...limitFigures(all, [], 0, target), ...together(trunks) },
    trunks,
    sources: names.sources
      .filter(({ id }) => cells.has(keyOf({ scope: SCOPE.source, scopeId: id })))
      .map(({ id, name }) => ({ id, name, ...figures(SCOPE.source, id) })),
    chosen: await chosenLoad(q, query, nowMs, stretches, hours, cells, limits),
  }
}

/** Channels of all trunks, where each has a number; a seizure met its own trunk full. */
function together(trunks: TrunkLoad['trunks']): Pick<TrunkLoad['all'], 'capacity' | 'metFull' | 'limitSeconds'> {
  const known = trunks.filter((t) => t.capacity !== null)
  const whole = known.length > 0 && known.length === trunks.length
  return {
    capacity: whole ? known.reduce((sum, t) => sum + t.capacity!, 0) : null,
    metFull: known.length > 0 ? known.reduce((sum, t) => sum + t.metFull!, 0) : null,
    limitSeconds: null,
  }
}

type Named = { readonly id: number; readonly name: string }
type Names = { readonly trunks: readonly (Named & { readonly capacity: number })[]; readonly sources: readonly Named[] }

async function namesOf(q: Queryable, tenantId: number): Promise<Names> {
  const trunks = await sql<Named & { capacity: number }>`select trunk_id as id, name, capacity from trunk
    where tenant_id = ${tenantId} order by name, trunk_id`.execute(q.q)
  const sources = await sql<Named>`select source_id as id, name from source
    where tenant_id = ${tenantId} order by name, source_id`.execute(q.q)
  return { trunks: trunks.rows, sources: sources.rows }
}

/** All named trunks, also idle ones; those without a name where they took anything. */
function trunksOf(names: Names, cells: Cells): Names['trunks'] {
  const unnamed = cells.has(keyOf({ scope: SCOPE.trunk, scopeId: 0 }))
  return [...names.trunks, ...(unnamed ? [{ id: 0, name: '', capacity: 0 }] : [])]
}

function hoursOf({ fromMs, toMs, zone }: LoadQuery): Hours {
  const starts: number[] = []
  for (let at = startOfHour(fromMs, zone); at < toMs; at = startOfNextHour(at, zone)) starts.push(at)
  const cut = starts.map((ms) => Math.max(ms, fromMs))
  return {
    borders: [...cut, toMs].map((ms) => ms * 1000),
    named: cut.map((startMs) => ({ startMs, clock: localHour(startMs, zone), date: dateOf(startMs, zone) })),
  }
}

/** Every hour that has begun, also those in which nothing was taken. */
export function hourLoads({ named }: Hours, cells: Cells, key: string, nowMs: number): readonly HourLoad[] {
  const mine = cells.get(key)
  return named
    .map((hour, i) => ({ ...hour, takenUs: mine?.get(i)?.takenUs ?? 0, starts: mine?.get(i)?.starts ?? 0 }))
    .filter((hour) => hour.startMs <= nowMs)
}

/** Windows in which sixty minutes may carry more than the best hour of the clock does: two neighbours bound what lies across. */
export function candidates({ borders }: Hours, cells: Cells, key: string): readonly Window[] {
  const taken = (i: number) => cells.get(key)?.get(i)?.takenUs ?? 0
  const count = borders.length - 1
  let best = 0
  for (let i = 0; i < count; i++) best = Math.max(best, taken(i))
  if (best === 0) return []
  const found: { fromUs: number; toUs: number }[] = []
  for (let i = 0; i < count; i++) {
    // Sixty minutes may touch three hours where a change of clocks cut one short.
    const short = i + 1 < count && borders[i + 2]! - borders[i + 1]! < HOUR_US
    const reach = short ? i + 3 : i + 2
    const sum = taken(i) + taken(i + 1) + (short ? taken(i + 2) : 0)
    if (sum < best) continue
    const toUs = borders[Math.min(reach, count)]!
    const last = found.at(-1)
    if (last && borders[i]! <= last.toUs) last.toUs = Math.max(last.toUs, toUs)
    else found.push({ fromUs: borders[i]!, toUs })
  }
  return found
}
