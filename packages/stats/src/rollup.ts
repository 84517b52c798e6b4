// Keeps the rollups: for each touched hour its quarters, for each touched local day its day rows, and of those
// its months, of the day that is not over its hours; always the whole bucket anew and never an increment, so late legs and rerates come out right.
//
// One set = at most `maxHours` hours, one transaction, under one lock for the whole database: a second worker finds the
// lock taken and leaves. The set's touches are deleted first and only they: a batch that commits meanwhile has its own
// row in the list and is done in the next set.
// Hours are recomputed in runs (hours less than a day apart), not one by one: three months after an import are one run.

import { type Db, ensureMonths, monthOf, transaction, tryLockInTransaction } from '@tollbook/db'
import { dateOf } from '@tollbook/selection/local-time'
import { sql } from 'kysely'
import { analyzeGrownMonths } from './analyze-grown-months.ts'
import { fallBehind } from './columns/state.ts'
import { rollUpLoad } from './load/index.ts'
import { closeDays, rollUpOpenDay } from './open-days.ts'
import type { StatsTenant } from './parse.ts'
import { rollUpDays } from './rollup-days.ts'
import { rollUpMonths } from './rollup-months.ts'
import { rollUpQuarters } from './rollup-quarters.ts'
import { deleteTouches, readTouches, type Touch } from './touched.ts'

export type RollUpOptions = {
  /** Hours of one set; the default takes an import of three months at once. */
  readonly maxHours?: number
}

export type RollUpReport = {
  /** Hours recomputed; 0 = nothing to do, or another worker is at it. */
  readonly hours: number
  readonly days: number
}

const MAX_HOURS = 2_500
const HOUR_MS = 3_600_000
const NOTHING: RollUpReport = { hours: 0, days: 0 }

/** Rolls up one set of touched hours, oldest first. Call again while `hours` is not 0. */
export async function rollUpTouched(db: Db, nowMs: number, options: RollUpOptions = {}): Promise<RollUpReport> {
  const tenants = await tenantsOf(db)
  await closeDays(db, tenants, nowMs)
  const touches = await readTouches(db, options.maxHours ?? MAX_HOURS)
  if (touches.length === 0) return NOTHING
  const months = monthsOf(touches, tenants)
  await ensureMonths(db, months)
  await analyzeGrownMonths(db, months)
  return transaction(db, async (tx) => {
    if (!(await tryLockInTransaction(tx, 'stats.rollup'))) return NOTHING
    // Whatever the planner knows or does not: comparing all calls with all charges is never right here.
    await tx.client.query('set local enable_nestloop = off')
    const taken = await deleteTouches(tx, touches)
    let report = NOTHING
    for (const tenant of tenants.values()) {
      const hours = uniqueSorted(taken.filter((t) => t.tenantId === tenant.tenantId).map((t) => t.hourMs))
      if (hours.length === 0) continue
      await rollUpQuarters(tx, tenant, hours)
      await rollUpLoad(db, tx, tenant, hours, nowMs)
      const days = await rollUpDays(tx, tenant, await rollUpOpenDay(tx, tenant, hours, nowMs))
      await rollUpMonths(tx, tenant, days)
      await fallBehind(tx, tenant.tenantId, hours)
      report = { hours: report.hours + hours.length, days: report.days + days.length }
    }
    await tx.client.query(`select pg_notify('tollbook', 'stats')`)
    return report
  })
}

async function tenantsOf(db: Db): Promise<ReadonlyMap<number, StatsTenant>> {
  const { rows } = await sql<StatsTenant>`
    select tenant_id as "tenantId", zone, currency from tenant order by tenant_id`.execute(db.q)
  return new Map(rows.map((t) => [t.tenantId, t]))
}

function monthsOf(touches: readonly Touch[], tenants: ReadonlyMap<number, StatsTenant>): ReadonlySet<string> {
  const months = new Set<string>()
  for (const { tenantId, hourMs } of touches) {
    const zone = tenants.get(tenantId)?.zone ?? 'UTC'
    months.add(monthOf(hourMs))
    for (const ms of [hourMs, hourMs + HOUR_MS - 1]) months.add(dateOf(ms, zone).slice(0, 7))
  }
  return months
}

function uniqueSorted(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((a, b) => a - b)
}
