// The databases of the benchmark: made once for each size, found again, brought up to date with the migrations of today.

import { join } from 'node:path'
import { connect, type Db, migrate } from '@tollbook/db'
import type { EmbeddedServer } from '@tollbook/db/embedded'
import { rollUpTouched } from '@tollbook/stats'
import { type ColumnCopy, columnCopy, keepColumns, keepMissed, tidyColumns } from '@tollbook/stats/columns'
import { callsByMonth, furnish, makeMonth, TENANT, YEAR } from '../../../packages/stats/bench/generated-calls.ts'
import { say, timed } from './timing.ts'

/** After all calls: no day is open. */
export const AFTER_MS = Date.UTC(YEAR + 1, 1, 1)
const MADE = 'calls are all there'

export type Kept = {
  readonly db: Db
  readonly copy: ColumnCopy
  readonly madeS: number | null
  readonly rolledS: number
  readonly copiedS: number
}

/** A year of so many calls, rolled up. A database begun and not finished is made anew. */
export async function keptCalls(server: EmbeddedServer, dir: string, calls: number): Promise<Kept> {
  const name = `stats_${calls}`
  const made = await isMade(server, name)
  const db = connect(server.url(name), { max: 8 })
  await migrate(db, new URL('../../../migrations', import.meta.url).pathname)
  const madeMs = made ? null : await timed(() => make(db, name, calls))
  // A migration may have touched hours since it was made.
  const rolledMs = await timed(() => rollUpAll(db))
  say(`${calls} calls: rolled up in ${Math.floor(rolledMs / 1000)} s`)
  const copy = columnCopy(join(dir, name))
  const copiedMs = await timed(async () => {
    // Files of another layout are as good as none.
    await tidyColumns(db, copy, AFTER_MS)
    await copyAll(db, copy)
  })
  return {
    ...{ db, copy, madeS: madeMs === null ? null : Math.floor(madeMs / 1000) },
    ...{ rolledS: Math.floor(rolledMs / 1000), copiedS: Math.floor(copiedMs / 1000) },
  }
}

async function copyAll(db: Db, copy: ColumnCopy): Promise<void> {
  let days = 0
  while ((await keepColumns(db, copy, AFTER_MS, { everyMs: 0 })) !== undefined) days++
  if (days > 0) say(`${days} days copied by columns`)
  let missed = 0
  while ((await keepMissed(db, copy)) !== undefined) missed++
  if (missed > 0) say(`missed callers of ${missed} days made`)
}

export async function rollUpAll(db: Db, nowMs: number = AFTER_MS): Promise<void> {
  let hours = 0
  for (let more = -1; more !== 0; hours += more) {
    more = (await rollUpTouched(db, nowMs)).hours
    if (more > 0) say(`rolled up ${hours + more} hours`)
  }
  if (hours > 1_000) await db.pool.query('vacuum analyze')
}

async function isMade(server: EmbeddedServer, name: string): Promise<boolean> {
  const admin = connect(server.url(), { max: 1 })
  try {
    const { rows } = await admin.pool.query(
      `select shobj_description(oid, 'pg_database') as said from pg_database where datname = $1`,
      [name],
    )
    if (rows[0]?.said === MADE) return true
    if (rows.length > 0) await admin.pool.query(`drop database ${name}`)
    await admin.pool.query(`create database ${name}`)
    return false
  } finally {
    await admin.close()
  }
}

async function make(db: Db, name: string, calls: number): Promise<void> {
  await furnish(db)
  for (const [i, count] of callsByMonth(calls).entries()) {
    await makeMonth(db, i + 1, count)
    say(`${count} calls of month ${i + 1} made`)
  }
  await touch(db, Date.UTC(YEAR, 0, 1), Date.UTC(YEAR + 1, 0, 1))
  await db.pool.query(`comment on database ${name} is '${MADE}'`)
}

/** Says that the rollups of these hours are out of date. */
export async function touch(db: Db, fromMs: number, toMs: number): Promise<void> {
  await db.pool.query(
    `insert into touched_hour (hour, batch_id, tenant_id)
     select h, gen_random_uuid(), $1
     from generate_series(date_trunc('hour', $2::timestamptz), $3::timestamptz - interval '1 second', '1 hour') h`,
    [TENANT, new Date(fromMs).toISOString(), new Date(toMs).toISOString()],
  )
}
