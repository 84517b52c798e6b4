// The question about load from end to end: what the tables answer for, what is swept again, figures of everybody, and the
// busy hours and the series of the one that was chosen.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import { stretchesOf } from './changed-stretches.ts'
import { chosenLoad } from './chosen-load.ts'
import { cellsOf, keyOf, type Limits } from './load-cells.ts'
import { loadOfDays } from './load-days.ts'
import { limitFigures, loadFigures } from './load-figures.ts'
import { hoursOf } from './load-hours.ts'
import { SCOPE } from './load-row.ts'
import { NO_TOTAL, type Total, totalsOf } from './load-totals.ts'
import type { LoadQuery } from './parse-load.ts'
import { peakInstants } from './peak-instants.ts'
import type { TrunkLoad } from './trunk-load.ts'

/** Answers a parsed question, exactly at every moment. What lies after `nowMs` is no part of any mean. */
export async function queryLoad(q: Queryable, query: LoadQuery, nowMs: number): Promise<TrunkLoad> {
  const { tenantId, zone, target } = query
  const window = { fromUs: query.fromMs * 1000, toUs: query.toMs * 1000 }
  const names = await namesOf(q, tenantId)
  const limits: Limits = new Map(names.trunks.flatMap((t) => (t.capacity > 0 ? [[t.id, t.capacity] as const] : [])))
  const stretches = await stretchesOf(q, tenantId, window)
  const hours = hoursOf(query)
  const days = await loadOfDays(q, query, nowMs, stretches, hours, limits)
  const cells = await cellsOf(q, tenantId, days.rest, hours.borders, limits)
  const instants = await peakInstants(q, tenantId, days.rest, hours.borders, cells)
  const totals = totalsOf(hours, cells, days, instants, nowMs)
  const totalOf = (scope: number, scopeId: number) => totals.get(keyOf({ scope, scopeId })) ?? NO_TOTAL
  const seconds = Math.max(0, Math.min(query.toMs, Math.max(nowMs, query.fromMs)) - query.fromMs) / 1000
  const all = loadFigures(totalOf(SCOPE.all, 0), seconds)
  const trunks = trunksOf(names, totals).map(({ id, name, capacity }) => {
    const mine = totalOf(SCOPE.trunk, id)
    const figures = loadFigures(mine, seconds)
    return { id: id || null, name, ...figures, ...limitFigures(figures, mine, capacity, target) }
  })
  return {
    from: new Date(query.fromMs).toISOString(),
    to: new Date(query.toMs).toISOString(),
    zone,
    target: target * 100,
    all: { ...all, ...limitFigures(all, NO_TOTAL, 0, target), ...together(trunks) },
    trunks,
    sources: names.sources
      .filter(({ id }) => totals.has(keyOf({ scope: SCOPE.source, scopeId: id })))
      .map(({ id, name }) => ({ id, name, ...loadFigures(totalOf(SCOPE.source, id), seconds) })),
    chosen: await chosenLoad(q, query, nowMs, { stretches, hours, days, cells }, limits),
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
function trunksOf(names: Names, totals: ReadonlyMap<string, Total>): Names['trunks'] {
  const unnamed = totals.has(keyOf({ scope: SCOPE.trunk, scopeId: 0 }))
  return [...names.trunks, ...(unnamed ? [{ id: 0, name: '', capacity: 0 }] : [])]
}
