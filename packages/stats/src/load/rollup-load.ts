// Keeps trunk_minute and trunk_quarter, and has the days of these made: for the hours whose calls changed, every stretch that those calls take now or took
// when it was last made is swept anew. Other calls that reach into such a stretch are read with them.

import { type Db, ensureMonths, monthOf, type Tx } from '@tollbook/db'
import { sql } from 'kysely'
import { quartersOf, SCOPE } from './load-row.ts'
import { atMicros, notedReach, noteReach, reachInto, reachOf, spansOf } from './reach.ts'
import { sweepCalls } from './read-channels.ts'
import { type DayTenant, rollUpLoadDays } from './rollup-load-days.ts'
import type { Window } from './sweep.ts'
import { writeMinutes, writeQuarters } from './write-load.ts'

/** So much is swept at a time: a day of a million calls takes some hundred megabytes. */
const CHUNK_US = 24 * 3_600_000_000

/** Makes anew what the calls that opened in these hours (starts in ms, ascending) take or took. */
export async function rollUpLoad(
  db: Db,
  tx: Tx,
  tenant: DayTenant,
  hours: readonly number[],
  nowMs: number,
): Promise<void> {
  const { tenantId } = tenant
  const before = await notedReach(tx, tenantId, hours)
  const now = await reachOf(tx, tenantId, hours)
  await noteReach(tx, tenantId, hours, now)
  const spans = spansOf([...before, ...now])
  // A call may last into a month in which none has opened yet.
  await ensureMonths(db, spans.flatMap(monthsIn))
  for (const span of spans) {
    for (let fromUs = span.fromUs; fromUs < span.toUs; fromUs += CHUNK_US) {
      await rollUpSpan(tx, tenantId, { fromUs, toUs: Math.min(fromUs + CHUNK_US, span.toUs) })
    }
  }
  await rollUpLoadDays(tx, tenant, spans, nowMs)
}

async function rollUpSpan(tx: Tx, tenantId: number, window: Window): Promise<void> {
  const from = atMicros(sql`${window.fromUs}::bigint`)
  const to = atMicros(sql`${window.toUs}::bigint`)
  for (const [table, column] of [
    ['trunk_minute', 'minute'],
    ['trunk_quarter', 'quarter'],
  ] as const) {
    await sql`delete from ${sql.table(table)} where tenant_id = ${tenantId} and ${sql.ref(column)} >= ${from} and ${sql.ref(column)} < ${to}`.execute(
      tx.q,
    )
  }
  const hours = (await reachInto(tx, tenantId, window)).map((r) => r.hourMs)
  const rows = await sweepCalls(tx, tenantId, window, hours)
  // Nobody asks for the minutes of a source.
  await writeMinutes(
    tx,
    tenantId,
    rows.filter((row) => row.scope !== SCOPE.source),
  )
  await writeQuarters(tx, tenantId, quartersOf(rows))
}

function monthsIn({ fromUs, toUs }: Window): readonly string[] {
  const months = new Set<string>()
  const day = 24 * 3_600_000
  for (let ms = fromUs / 1000; ms < toUs / 1000; ms += day) months.add(monthOf(ms))
  return [...months, monthOf(toUs / 1000 - 1)]
}
