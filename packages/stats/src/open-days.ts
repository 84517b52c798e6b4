// The day that is not over, by hours: calls come to it all the time, and each time a day is rolled up it is read whole.
// It has no rows by day until it is over; `closeDays` then has it rolled up like any other.

import { type Db, type Tx, transaction } from '@tollbook/db'
import { startOf, startOfHour, startOfNext, startOfNextHour } from '@tollbook/selection/local-time'
import { type RawBuilder, sql } from 'kysely'
import { CUBES, SPREAD_CUBE, TALK_CUBE, tableOf } from './cubes.ts'
import type { StatsTenant } from './parse.ts'
import { instant } from './priced-calls.ts'
import { fromCalls, type Piece, spreadsFromCalls } from './rollup-days.ts'
import { runsOf } from './runs.ts'

const HOUR_MS = 3_600_000
/** Names these touches in the list; no batch of calls has it. */
const CLOSING = '00000000-0000-8000-8000-0000000c105e'

/** Touches all hours of open days that are over, or are none since the tenant's zone was changed. */
export async function closeDays(db: Db, tenants: ReadonlyMap<number, StatsTenant>, nowMs: number): Promise<void> {
  const { rows } = await sql<{ tenant_id: number; opens_at: Date; closes_at: Date }>`
    select tenant_id, opens_at, closes_at from roll_open_day`.execute(db.q)
  for (const row of rows) {
    const tenant = tenants.get(row.tenant_id)
    const today = tenant && dayAt(nowMs, tenant)
    if (today && row.opens_at.getTime() === today.fromMs && row.closes_at.getTime() === today.toMs) continue
    await transaction(db, async (tx) => {
      await sql`insert into touched_hour (hour, batch_id, tenant_id)
        select h, ${CLOSING}::uuid, ${row.tenant_id}::int
        from generate_series(date_trunc('hour', ${row.opens_at}::timestamptz, 'UTC'), ${row.closes_at}::timestamptz
          - interval '1 microsecond', interval '1 hour') h
        on conflict do nothing`.execute(tx.q)
      await sql`delete from roll_open_day where tenant_id = ${row.tenant_id} and opens_at = ${row.opens_at}`.execute(
        tx.q,
      )
    })
  }
}

/**
 * Rolls up what of these hours (starts in ms, ascending) lies in the tenant's day of `nowMs`, and answers the hours that
 * lie, also or only, in others.
 */
export async function rollUpOpenDay(
  tx: Tx,
  tenant: StatsTenant,
  hours: readonly number[],
  nowMs: number,
): Promise<readonly number[]> {
  const day = dayAt(nowMs, tenant)
  const inside = hours.filter((ms) => ms < day.toMs && ms + HOUR_MS > day.fromMs)
  if (inside.length === 0) return hours
  const opened = await sql`insert into roll_open_day (tenant_id, opens_at, closes_at)
    values (${tenant.tenantId}, ${instant(day.fromMs)}, ${instant(day.toMs)})
    on conflict do nothing returning 1`.execute(tx.q)
  const all = localHours(day, tenant.zone)
  const isNew = opened.rows.length > 0
  // Questions that began before the last day was closed may still read its hours: they stay until now.
  if (isNew) await deleteHours(tx, tenant, sql`hour < ${instant(day.toMs)}`)
  const due = isNew ? all : all.filter((h) => inside.some((ms) => ms < h.toMs && ms + HOUR_MS > h.fromMs))
  for (const run of runsOf(
    due.map((h) => h.fromMs),
    HOUR_MS,
  ))
    await rollUpHours(tx, tenant, run, due.find((h) => h.fromMs === run.at(-1))!.toMs)
  return hours.filter((ms) => ms < day.fromMs || ms + HOUR_MS > day.toMs)
}

type Span = { readonly fromMs: number; readonly toMs: number }

function dayAt(ms: number, { zone }: StatsTenant): Span {
  return { fromMs: startOf(ms, 'day', zone), toMs: startOfNext(ms, 'day', zone) }
}

/** Hours of the wall, cut where the clock is changed. */
function localHours(day: Span, zone: string): readonly Span[] {
  const found: Span[] = []
  for (let fromMs = startOfHour(day.fromMs, zone); fromMs < day.toMs; ) {
    const toMs = startOfNextHour(fromMs, zone)
    found.push({ fromMs, toMs })
    fromMs = toMs
  }
  return found
}

async function rollUpHours(tx: Tx, tenant: StatsTenant, starts: readonly number[], toMs: number): Promise<void> {
  const [from, to] = [instant(starts[0]!), instant(toMs)]
  await deleteHours(tx, tenant, sql`hour >= ${from} and hour < ${to}`)
  const list = sql`${starts.map((ms) => new Date(ms).toISOString())}::timestamptz[]`
  const piece: Piece = {
    tenant,
    unit: 'hour',
    when: sql<boolean>`opened_at >= ${from} and opened_at < ${to}`,
    of: (at) => sql`(${list})[width_bucket(${at}, ${list})]`,
  }
  await fromCalls(
    tx,
    piece,
    CUBES.filter((c) => c.hours),
  )
  await spreadsFromCalls(tx, piece)
}

async function deleteHours(tx: Tx, tenant: StatsTenant, which: RawBuilder<unknown>): Promise<void> {
  for (const cube of [...CUBES.filter((c) => c.hours), SPREAD_CUBE, TALK_CUBE])
    await sql`delete from ${sql.table(tableOf(cube, 'hour'))}
      where tenant_id = ${tenant.tenantId} and ${which}`.execute(tx.q)
}
