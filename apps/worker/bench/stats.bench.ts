// How fast figures are answered over a year of calls: what every page asks over a day, the month that holds a third of all
// calls, and the year; any other metric by any dimension; peak concurrency; search; figures of today while calls come in; and
// plain SQL over the calls, in the same run, as the baseline. One JSON object with an entry for each size.
//
// `--sizes 1000000,10000000,30000000`; default a million alone. `--keep DIR` keeps the databases there and finds them again.
// `--make-only` asks nothing. `--lag` measures how long the rollup of 500 calls a second takes, instead of questions.
// Each question is asked five times after one that warms up; its time is the median, and p95 is over the questions.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db } from '@tollbook/db'
import { type EmbeddedServer, startEmbedded } from '@tollbook/db/embedded'
import type { ColumnCopy } from '@tollbook/stats/columns'
import { BIG_MONTH, monthName, YEAR } from '../../../packages/stats/bench/generated-calls.ts'
import { type Kept, keptCalls, rollUpAll, touch } from './kept-calls.ts'
import { measureLag } from './lag.ts'
import {
  found,
  listQuestions,
  load,
  otherQuestions,
  pageQuestions,
  type Question,
  questionsAbout,
  SPANS,
  type SpanName,
} from './page-questions.ts'
import { median, percentile, say, type Timed, tenths, timed, worst } from './timing.ts'

const NAMES = Object.keys(SPANS) as SpanName[]

async function measureAll(): Promise<void> {
  const sizes = (optionOf('--sizes') ?? '1000000').split(',').map(Number)
  const kept = optionOf('--keep')
  const dir = kept ?? mkdtempSync(join(tmpdir(), 'tollbook-bench-'))
  mkdirSync(dir, { recursive: true })
  const server = await startEmbedded({ dataDir: dir })
  try {
    const measured: Record<string, unknown>[] = []
    for (const calls of sizes) measured.push(await measure(server, dir, calls))
    console.log(JSON.stringify({ bench: 'stats', ...measured.at(-1), ...growth(measured), sizes: measured }))
  } finally {
    await server.stop()
    if (kept === undefined) rmSync(dir, { recursive: true, force: true })
  }
}

async function measure(server: EmbeddedServer, dir: string, calls: number): Promise<Record<string, unknown>> {
  const kept = await keptCalls(server, dir, calls)
  const head = { calls, made_s: kept.madeS, rollup_s: kept.rolledS, columns_s: kept.copiedS }
  try {
    if (process.argv.includes('--make-only')) return head
    if (process.argv.includes('--lag')) return { ...head, ...(await measureLag(server, kept.db)) }
    return { ...head, ...(await measureQuestions(kept)) }
  } finally {
    await kept.db.close()
  }
}

async function measureQuestions({ db, copy }: Kept): Promise<Record<string, unknown>> {
  const pages = await askAll(db, NAMES.flatMap(pageQuestions), copy)
  const month = await askAll(db, otherQuestions('month'), copy)
  const year = await askAll(db, otherQuestions('year'), copy)
  const lists = await askAll(db, (['month', 'year'] as const).flatMap(listQuestions), copy)
  const today = await askToday(db, copy)
  return {
    p95_ms: percentile(pages.map(({ ms }) => ms)),
    worst_query: told(worst(pages)),
    peak_concurrency_ms: worst(await askAll(db, [load('peaks of each trunk, month', SPANS.month)])).ms,
    search_ms: worst(await askAll(db, await searches(db))).ms,
    lists_ms: worst(lists).ms,
    worst_list: told(worst(lists)),
    today_p95_ms: percentile(today.map(({ ms }) => ms)),
    worst_today: told(worst(today)),
    other_month_ms: worst(month).ms,
    other_year_ms: worst(year).ms,
    worst_other: told(worst([...month, ...year])),
    baseline_p95_ms: percentile(await baseline(db)),
    page_queries: Object.fromEntries(
      [...pages, ...today, ...month, ...year, ...lists].map(({ name, ms }) => [name, ms]),
    ),
  }
}

async function askAll(db: Db, questions: readonly Question[], copy?: ColumnCopy): Promise<Timed[]> {
  const times: Timed[] = []
  for (const { name, ask } of questions) {
    const ms = await median(() => ask(db, copy))
    times.push({ name, ms })
    say(`${name}: ${ms} ms`)
  }
  return times
}

/** The day of ten million calls a month at its busiest, when calls of this hour and the last have just come. */
async function askToday(db: Db, copy: ColumnCopy): Promise<Timed[]> {
  const nowMs = Date.UTC(YEAR, BIG_MONTH - 1, 10, 16, 40)
  const hourMs = 3_600_000
  await touch(db, nowMs - hourMs, nowMs)
  await rollUpAll(db, nowMs)
  await touch(db, Date.UTC(YEAR, BIG_MONTH - 1, 10, 15), Date.UTC(YEAR, BIG_MONTH - 1, 10, 17))
  const today = { from: SPANS.day.from, to: new Date(nowMs).toISOString(), grain: 'hour' } as const
  const before = { from: `${YEAR}-06-09`, to: new Date(nowMs - 24 * hourMs).toISOString(), grain: 'hour' } as const
  const times = await askAll(db, questionsAbout('today', today, before), copy)
  await rollUpAll(db)
  return times
}

/** Calls of the big month by a number that has very many, account and DID, newest first; by the number over the year too. */
async function searches(db: Db): Promise<readonly Question[]> {
  const { rows } = await db.pool.query(
    `select to_number, did from call where opened_at >= $1 and did <> '' order by call_key limit 1`,
    [`${monthName(BIG_MONTH)}-10`],
  )
  const number = { q: rows[0].to_number }
  const words = [number, { account: 'ACCT-7' }, { account: 'ACCT-1900' }, { did: rows[0].did }]
  const month = words.map((each) => found(`search ${JSON.stringify(each)}`, SPANS.month, each))
  return [...month, found(`search ${JSON.stringify(number)}, year`, SPANS.year, number)]
}

/** The same as whoever has only the calls would ask them. */
async function baseline(db: Db): Promise<number[]> {
  const times: number[] = []
  for (const name of NAMES) {
    for (const column of ['outcome', 'destination_id', 'account_id', 'trunk_id']) {
      const text = `select ${column}, count(*), count(*) filter (where outcome = 1), sum(talk_s) from call
        where opened_at >= $1 and opened_at < $2 group by 1`
      times.push(await timed(() => db.pool.query(text, [SPANS[name].from, SPANS[name].to])))
    }
  }
  return times
}

/** From the smallest to the largest. */
function growth(measured: readonly Record<string, unknown>[]): Record<string, number> {
  const [first, last] = [measured[0]?.p95_ms, measured.at(-1)?.p95_ms]
  if (measured.length < 2 || typeof first !== 'number' || typeof last !== 'number') return {}
  return { growth: tenths((10 * last) / first) / 10 }
}

function told({ name, ms }: Timed): string {
  return `${name}: ${ms} ms`
}

function optionOf(name: string): string | undefined {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

await measureAll()
