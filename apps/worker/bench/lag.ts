// How far the rollup lags behind calls that come in: 500 a second for a minute, written in batches as ingest does, with the
// worker's own loop beside them. Lag = from the commit of a batch until its calls are in the rollup.

import { type Db, ensureMonths, listen, monthOf } from '@tollbook/db'
import type { EmbeddedServer } from '@tollbook/db/embedded'
import { systemClock } from '@tollbook/kernel'
import { createLog } from '@tollbook/runtime'
import { columnCopy } from '@tollbook/stats/columns'
import { makeCalls, TENANT } from '../../../packages/stats/bench/generated-calls.ts'
import { startTasks } from '../src/tasks.ts'
import { work } from '../src/work.ts'
import { percentile, say, tenths } from './timing.ts'

const A_SECOND = 500
const SECONDS = 60
const BATCHES_A_SECOND = 5
/** Calls are written when they end; they began up to so long before. */
const LONGEST_S = 120

type Batch = { readonly committedMs: number; readonly calls: number }

export async function measureLag(server: EmbeddedServer, db: Db): Promise<Record<string, unknown>> {
  const log = createLog('worker', 'error')
  const nowMs = systemClock.now()
  await ensureMonths(db, [monthOf(nowMs - LONGEST_S * 1000), monthOf(nowMs + SECONDS * 1000)])
  const columns = columnCopy('', () => undefined) // not copied to: only the rollup runs
  const rollUp = work({ db, clock: systemClock, log, uploadDir: '', columns }).filter((task) => task.name === 'roll up')
  const tasks = startTasks(rollUp, log)
  const listener = listen(db, (topic) => tasks.wake(topic))
  try {
    const before = await rolledCalls(db)
    const batches: Batch[] = []
    const seen: number[] = []
    const writing = writeBatches(db, batches)
    const watched = watch(db, before, batches, seen)
    await writing
    await watched
    say(`${seen.length} batches rolled up`)
    return {
      calls_a_second: A_SECOND,
      rollup_lag_p50_ms: percentile(seen, 50),
      rollup_lag_p95_ms: percentile(seen),
      rollup_lag_max_ms: tenths(Math.max(...seen)),
      port: server.port,
    }
  } finally {
    await tasks.stop()
    await listener.close()
  }
}

/** On a strict schedule: what is late is made up for. */
async function writeBatches(db: Db, batches: Batch[]): Promise<void> {
  const startedMs = performance.now()
  const count = A_SECOND / BATCHES_A_SECOND
  const first = Math.floor(systemClock.now() / 1000) * 1_000
  for (let n = 0; n < SECONDS * BATCHES_A_SECOND; n++) {
    const dueMs = startedMs + (n * 1000) / BATCHES_A_SECOND
    await new Promise((done) => setTimeout(done, Math.max(0, dueMs - performance.now())))
    const client = await db.pool.connect()
    try {
      await client.query('begin')
      const startS = Math.floor(systemClock.now() / 1000) - LONGEST_S
      await makeCalls(
        { pool: client as unknown as Db['pool'] },
        { startS, seconds: LONGEST_S, count, first: first + n * count },
      )
      await client.query(
        `insert into touched_hour select h, gen_random_uuid(), $1 from generate_series(date_trunc('hour', to_timestamp($2)),
           to_timestamp($2 + $3), '1 hour') h`,
        [TENANT, startS, LONGEST_S],
      )
      await client.query(`select pg_notify('tollbook', 'calls')`)
      await client.query('commit')
    } finally {
      client.release()
    }
    batches.push({ committedMs: performance.now(), calls: count })
  }
}

async function watch(db: Db, before: number, batches: readonly Batch[], seen: number[]): Promise<void> {
  let committed = 0
  while (seen.length < SECONDS * BATCHES_A_SECOND) {
    const rolled = (await rolledCalls(db)) - before
    const atMs = performance.now()
    for (let next = batches[seen.length]; next && committed + next.calls <= rolled; next = batches[seen.length]) {
      committed += next.calls
      seen.push(atMs - next.committedMs)
    }
    await new Promise((done) => setTimeout(done, 20))
  }
}

async function rolledCalls(db: Db): Promise<number> {
  const { rows } = await db.pool.query(
    `select coalesce(sum(calls), 0)::int as n from roll_pulse_quarter where tenant_id = $1 and quarter > now() - interval '6 hours'`,
    [TENANT],
  )
  return rows[0].n
}
