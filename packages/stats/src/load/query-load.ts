// The question about load from end to end: what the tables answer for, what is swept again, figures of everybody, and the
// busy hours and the series of the one that was chosen.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import { stretchesOf } from './changed-stretches.ts'
import { chosenLoad } from './chosen-load.ts'
import { type Cells, cellsOf, keyOf, type Limits } from './load-cells.ts'
import { limitFigures, loadFigures } from './load-figures.ts'
import { hourLoads, hoursOf } from './load-hours.ts'
import { SCOPE } from './load-row.ts'
import type { LoadQuery } from './parse-load.ts'
import { peakInstants } from './peak-instants.ts'
import type { LoadFigures, TrunkLoad } from './trunk-load.ts'

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
