// How fast figures that no rollup knows are answered from the copy by columns, over the month that holds a third of a year of
// calls and over the year; how long copying takes and what it weighs. One JSON object. `--size 2000000 --keep DIR`, `--big-month` makes that month alone, `--plain` asks PostgreSQL too.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Db, migrate } from '@tollbook/db'
import { startEmbedded } from '@tollbook/db/embedded'
import { assert } from '@tollbook/kernel'
import { columnCopy, copyStanding, keepColumns } from '../src/columns/index.ts'
import { parseStatsQuery, queryStats } from '../src/index.ts'
import { BIG_MONTH, callsByMonth, furnish, makeMonth, TENANT, YEAR } from './generated-calls.ts'

const TIMES = 3
const tenant = { tenantId: TENANT, zone: 'Europe/Dublin', currency: 978 }
const option = (name: string) =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined
const say = (text: string) => process.stderr.write(`${text}\n`)

const SPANS = { month: [`${YEAR}-06-01`, `${YEAR}-07-01`], year: [`${YEAR}-01-01`, `${YEAR + 1}-01-01`] } as const
const SUMS = 'calls,answered,asr,acd,minutes,revenue,cost,margin'
const QUESTIONS: readonly Readonly<Record<string, string>>[] = [
  { by: 'destination', account: 'ACCT-7' },
  { by: 'account', trunk: '205' },
  { by: 'hour_of_day', country: '11' },
  { by: 'prefix' },
  { by: 'extension', split: 'outcome', metrics: SUMS },
  { by: 'department' },
  { by: 'tag' },
  { by: 'did', from_number: '_+35312.' },
  { by: 'day', split: 'account', metrics: SUMS },
  { by: 'hour', extension: '!none', metrics: SUMS },
  { by: 'trunk', metrics: 'talk_p50,talk_p95,wait_p95,tta_p90' },
  { by: 'source', talk: '600-' },
  { by: 'account', metrics: 'cps', duration: '0-' },
  { by: 'none', metrics: 'return_rate', duration: '0-' },
  { by: 'day', metrics: 'return_rate' },
  { by: 'carrier', metrics: 'seizures,asr_carrier,ner', extension: '!201' },
]

async function measure(): Promise<void> {
  const calls = Number(option('--size') ?? 1_000_000)
  const kept = option('--keep')
  const dir = kept ?? mkdtempSync(join(tmpdir(), 'tollbook-bench-'))
  mkdirSync(dir, { recursive: true })
  const server = await startEmbedded({ dataDir: dir })
  const db = connect(server.url(), { max: 4 })
  try {
    await migrate(db, new URL('../../../migrations', import.meta.url).pathname)
    await make(db, calls)
    // What a migration touched: rollups are not what is measured here.
    await db.pool.query('delete from touched_hour')
    const copy = columnCopy(dir, (fault) => say(String(fault)))
    let days = 0
    const copyMs = await timed(async () => {
      while ((await keepColumns(db, copy, Date.now(), { everyMs: 0 })) !== undefined) days++
    })
    const standing = await copyStanding(db)
    say(`${days} days copied in ${Math.floor(copyMs / 1000)} s, ${Math.floor(standing.bytes / 1024 ** 2)} MiB`)
    const asked: Record<string, number> = {}
    for (const [span, [from, to]] of Object.entries(SPANS)) {
      if (span === 'year' && process.argv.includes('--big-month')) continue
      for (const question of QUESTIONS) {
        const query = parseStatsQuery({ from, to, limit: '20', ...question }, tenant)
        assert(query.ok, JSON.stringify(query))
        const times: number[] = []
        for (let i = 0; i <= TIMES; i++) times.push(await timed(() => queryStats(db, query.value, copy)))
        const plain = process.argv.includes('--plain') ? await timed(() => queryStats(db, query.value)) : 0
        const ms = Math.floor(times.slice(1).sort((a, b) => a - b)[Math.floor(TIMES / 2)]!)
        const cpu = process.cpuUsage()
        await queryStats(db, query.value, copy)
        const { user, system } = process.cpuUsage(cpu)
        const name = `${span} ${Object.entries(question)
          .map((pair) => pair.join('='))
          .join(' ')}`
        asked[name] = ms
        say(
          `${ms} ms (first ${Math.floor(times[0]!)}, processor ${Math.floor((user + system) / 1000)}, PostgreSQL ${Math.floor(plain)}): ${name}`,
        )
      }
    }
    console.log(JSON.stringify({ bench: 'columns', calls, days, copy_s: copyMs / 1000, bytes: standing.bytes, asked }))
  } finally {
    await db.close()
    await server.stop()
    if (kept === undefined) rmSync(dir, { recursive: true, force: true })
  }
}

async function make(db: Db, calls: number): Promise<void> {
  const { rows } = await db.pool.query('select from tenant')
  if (rows.length > 0) return
  await furnish(db)
  for (const [i, count] of callsByMonth(calls).entries()) {
    if (process.argv.includes('--big-month') && i + 1 !== BIG_MONTH) continue
    await makeMonth(db, i + 1, count)
    say(`${count} calls of month ${i + 1} made`)
  }
  await db.pool.query(
    `insert into column_hour (tenant_id, hour, mark)
     select $1, h, gen_random_uuid() from generate_series($2::timestamptz, $3::timestamptz, '1 hour') h`,
    [TENANT, `${YEAR}-01-01T00:00:00Z`, `${YEAR}-12-31T23:00:00Z`],
  )
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

await measure()
