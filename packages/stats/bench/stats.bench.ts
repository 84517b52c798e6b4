// How fast figures are answered over a year of calls: the questions of every page over a day, the month that holds a third of
// all calls, and the year; any other metric by any dimension; the same as plain SQL over the calls, in the same run, as the
// baseline. One JSON object with an entry per size. `--sizes 1000000,10000000,30000000`; default a million alone.
//
// `--keep DIR` keeps the databases there and finds them again: making thirty million calls takes longer than asking of them.
//
// Each question is asked five times after one that warms up; its time is the median, and p95 is over the questions.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Db, migrate } from '@tollbook/db'
import { type EmbeddedServer, startEmbedded } from '@tollbook/db/embedded'
import { assert } from '@tollbook/kernel'
import { parseStatsQuery, queryStats, rollUpTouched } from '../src/index.ts'
import { BIG_MONTH, callsByMonth, furnish, makeMonth, monthName, TENANT, YEAR } from './generated-calls.ts'

const TIMES = 5
const tenant = { tenantId: TENANT, zone: 'Europe/Dublin', currency: 978 }

async function measureAll(): Promise<void> {
  const at = process.argv.indexOf('--sizes')
  const sizes = at < 0 ? [1_000_000] : process.argv[at + 1]!.split(',').map(Number)
  const kept = process.argv.indexOf('--keep')
  const dir = kept < 0 ? mkdtempSync(join(tmpdir(), 'tollbook-bench-')) : process.argv[kept + 1]!
  mkdirSync(dir, { recursive: true })
  const server = await startEmbedded({ dataDir: dir })
  try {
    const measured: Record<string, unknown>[] = []
    for (const calls of sizes) measured.push(await measure(server, calls))
    console.log(JSON.stringify({ bench: 'stats', ...measured.at(-1), sizes: measured }))
  } finally {
    await server.stop()
    if (kept < 0) rmSync(dir, { recursive: true, force: true })
  }
}

async function measure(server: EmbeddedServer, calls: number): Promise<Record<string, unknown>> {
  const name = `stats_${calls}`
  const made = await isMade(server, name)
  const db = connect(server.url(name), { max: 4 })
  try {
    await migrate(db, new URL('../../../migrations', import.meta.url).pathname)
    if (!made) await make(db, name, calls)
    // A migration may have touched hours since it was made.
    const rolledMs = await timed(() => rollUpAll(db))
    say(`rolled up in ${Math.floor(rolledMs / 1000)} s`)
    if (process.argv.includes('--make-only')) return { calls, rollup_s: Math.floor(rolledMs / 1000) }
    const pages = await ask(db, PAGES)
    const others = await ask(db, OTHERS)
    const bare = await baseline(db)
    return {
      calls,
      p95_ms: percentile(pages.map(({ ms }) => ms)),
      worst_query: worst(pages),
      other_month_ms: percentile(others.filter(({ span }) => span === 'month').map(({ ms }) => ms)),
      other_year_ms: percentile(others.filter(({ span }) => span === 'year').map(({ ms }) => ms)),
      worst_other: worst(others),
      search_ms: await searchMs(db),
      baseline_p95_ms: percentile(bare),
      rollup_s: Math.floor(rolledMs / 1000),
      page_queries: Object.fromEntries(pages.map(({ name, ms }) => [name, ms])),
    }
  } finally {
    await db.close()
  }
}

/** Whether a database of that name was made whole; one begun and not finished is dropped, and a new one waits empty. */
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

const MADE = 'calls are all there'

async function make(db: Db, name: string, calls: number): Promise<void> {
  const madeMs = await timed(async () => {
    await furnish(db)
    for (const [i, count] of callsByMonth(calls).entries()) {
      await makeMonth(db, i + 1, count)
      say(`${count} calls of month ${i + 1} made`)
    }
    await db.pool.query(
      `insert into touched_hour (hour, batch_id, tenant_id)
       select h, '00000000-0000-0000-0000-000000000001', $1 from generate_series($2::timestamptz, $3::timestamptz, '1 hour') h`,
      [TENANT, `${YEAR}-01-01T00:00:00Z`, `${YEAR}-12-31T23:00:00Z`],
    )
    await db.pool.query(`comment on database ${name} is '${MADE}'`)
  })
  say(`${calls} calls made in ${Math.floor(madeMs / 1000)} s`)
}

const SPANS = {
  day: [`${YEAR}-06-10`, `${YEAR}-06-11`],
  month: [`${YEAR}-06-01`, `${YEAR}-07-01`],
  year: [`${YEAR}-01-01`, `${YEAR + 1}-01-01`],
} as const
type SpanName = keyof typeof SPANS
type Question = { readonly name: string; readonly by: string; readonly more?: Readonly<Record<string, string>> }

/** What the pages ask, whatever the span. */
const PAGES: readonly Question[] = [
  { name: 'overview total', by: 'none' },
  { name: 'overview outcomes', by: 'outcome' },
  { name: 'overview hours or days', by: 'day', more: { split: 'outcome' } },
  { name: 'traffic heat map', by: 'weekday_hour' },
  { name: 'destinations', by: 'destination', more: { limit: '10' } },
  { name: 'countries', by: 'country' },
  { name: 'quality causes', by: 'cause' },
  { name: 'quality trunks', by: 'trunk', more: { metrics: 'calls,answered,asr,acd,ner' } },
  { name: 'money accounts', by: 'account', more: { limit: '20' } },
  { name: 'money days', by: 'day', more: { metrics: 'revenue,cost,margin' } },
  { name: 'money carriers', by: 'carrier' },
]

/** Any other metric by any dimension, filtered by any other. */
const OTHERS: readonly Question[] = [
  { name: 'destination of an account', by: 'destination', more: { account: 'ACCT-7' } },
  { name: 'accounts of a trunk', by: 'account', more: { trunk: '205', limit: '20' } },
  { name: 'hour of day of a country', by: 'hour_of_day', more: { country: '11' } },
  { name: 'prefixes', by: 'prefix', more: { limit: '20' } },
  { name: 'talk percentiles by trunk', by: 'trunk', more: { metrics: 'talk_p50,talk_p95' } },
  { name: 'long calls by source', by: 'source', more: { talk: '600-' } },
]

type Timed = { readonly name: string; readonly span: SpanName; readonly ms: number }

async function ask(db: Db, questions: readonly Question[]): Promise<Timed[]> {
  const times: Timed[] = []
  for (const span of Object.keys(SPANS) as SpanName[]) {
    for (const { name, by, more } of questions) {
      const [from, to] = SPANS[span]
      const query = parseStatsQuery({ from, to, by, ...more }, tenant)
      assert(query.ok, `${name}: ${query.ok ? '' : JSON.stringify(query.error)}`)
      const ms = await median(() => queryStats(db, query.value))
      times.push({ name: `${name}, ${span}`, span, ms })
      say(`${name}, ${span}: ${ms} ms`)
    }
  }
  return times
}

/** The same as whoever has only the calls would ask them. */
async function baseline(db: Db): Promise<number[]> {
  const times: number[] = []
  for (const span of Object.keys(SPANS) as SpanName[]) {
    for (const column of ['outcome', 'destination_id', 'account_id', 'trunk_id']) {
      const [from, to] = SPANS[span]
      times.push(
        await timed(() =>
          db.pool.query(
            `select ${column}, count(*), count(*) filter (where outcome = 1), sum(talk_s) from call
             where opened_at >= $1 and opened_at < $2 group by 1`,
            [from, to],
          ),
        ),
      )
    }
  }
  return times
}

/** The slowest of finding calls of the big month by number, account and DID, newest first. */
async function searchMs(db: Db): Promise<number> {
  const { rows } = await db.pool.query(
    `select to_number, account_id, did from call where opened_at >= $1 and did <> '' limit 1`,
    [`${monthName(BIG_MONTH)}-10`],
  )
  const { to_number, account_id, did } = rows[0]
  const month = [`${monthName(BIG_MONTH)}-01`, `${monthName(BIG_MONTH + 1)}-01`]
  const within = 'opened_at >= $2 and opened_at < $3'
  const number = `with hit as materialized (select * from call where right(to_number, 8) = right($1, 8) and ${within})
    select * from hit order by call_key desc limit 100`
  const times = [
    await median(() => db.pool.query(number, [to_number, ...month])),
    await median(() =>
      db.pool.query(`select * from call where account_id = $1 and ${within} order by call_key desc limit 100`, [
        account_id,
        ...month,
      ]),
    ),
    await median(() =>
      db.pool.query(`select * from call where did = $1 and did <> '' and ${within} order by call_key desc limit 100`, [
        did,
        ...month,
      ]),
    ),
  ]
  return Math.max(...times)
}

async function rollUpAll(db: Db): Promise<void> {
  const nowMs = Date.UTC(YEAR + 1, 1, 1)
  let hours = 0
  for (let more = -1; more !== 0; hours += more) {
    more = (await rollUpTouched(db, nowMs)).hours
    say(`rolled up ${hours + more} hours`)
  }
  if (hours > 0) await db.pool.query('vacuum analyze')
}

async function median(work: () => Promise<unknown>): Promise<number> {
  await work()
  const times: number[] = []
  for (let i = 0; i < TIMES; i++) times.push(await timed(work))
  return Math.floor(times.sort((a, b) => a - b)[TIMES >> 1]! * 10) / 10
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

function percentile(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return Math.floor((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0) * 10) / 10
}

function worst(times: readonly Timed[]): string {
  const slowest = times.reduce((a, b) => (b.ms > a.ms ? b : a))
  return `${slowest.name}: ${slowest.ms} ms`
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

await measureAll()
