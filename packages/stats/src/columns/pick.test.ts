// In which bucket DuckDB puts an instant, against the borders themselves, over a year with its changes of the clock.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { timeBuckets } from '../buckets.ts'
import { DUCKDB } from '../dialect.ts'
import { CYCLE_DIMENSIONS, SERIES_DIMENSIONS } from '../dimensions.ts'
import { type Duck, openDuck } from './index.ts'

const COMPILER = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})
const dir = mkdtempSync(join(tmpdir(), 'tollbook-pick-'))
let duck: Duck
beforeAll(async () => {
  duck = await (await openDuck(dir)).connect()
})
afterAll(() => {
  duck.close()
  rmSync(dir, { recursive: true })
})

const ZONES = ['UTC', 'Europe/Dublin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu']
const CASES = ZONES.flatMap((zone) => [...SERIES_DIMENSIONS, ...CYCLE_DIMENSIONS].map((by) => ({ zone, by })))

it.each(CASES)('by $by in $zone', async ({ zone, by }) => {
  const [fromMs, toMs] = [Date.parse('2024-12-30T13:10:07Z'), Date.parse('2026-01-02T01:00:00Z')]
  const { borders } = timeBuckets(fromMs, toMs, by, zone)
  const instants = borders.flatMap(({ startMs }) => [startMs - 1, startMs, startMs + 1_799_999])
  const asked = [fromMs, ...instants.filter((ms) => ms >= fromMs && ms < toMs), toMs - 1]
  const picked = DUCKDB.pick(
    sql`make_timestamp(ms * 1000)`,
    borders.map((b) => new Date(b.startMs).toISOString()),
    'timestamptz',
    borders.map((b) => b.bucket),
  )
  const { sql: text, parameters } = sql`select ms, ${picked} as bucket
    from (select unnest(from_json(${JSON.stringify(asked)}::json, '["bigint"]')) as ms) t`.compile(COMPILER)
  const rows = await duck.rows(text, parameters as string[])
  const got = new Map(rows.map((row) => [Number(row.ms), Number(row.bucket)]))
  let at = 0
  for (const ms of asked) {
    while (at + 1 < borders.length && borders[at + 1]!.startMs <= ms) at++
    expect(got.get(ms), new Date(ms).toISOString()).toBe(borders[at]!.bucket)
  }
})
