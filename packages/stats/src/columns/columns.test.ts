// The copy by columns against the tables it copies: every figure is the same, whatever happens to the files and the calls.

import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { COLUMN_DIMENSIONS } from '@tollbook/selection'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { furnish, makeMonth, TENANT } from '../../bench/generated-calls.ts'
import { METRIC_NAMES, parseStatsQuery, queryStats, rollUpTouched, STATS_BY } from '../index.ts'
import {
  type ColumnCopy,
  columnCopy,
  copyStanding,
  type Duck,
  type DuckHouse,
  forgetMonth,
  keepColumns,
  lookAhead,
  tidyColumns,
} from './index.ts'
import { fallBehind } from './state.ts'

const db = testDatabase()
const dir = mkdtempSync(join(tmpdir(), 'tollbook-columns-'))
afterAll(() => rmSync(dir, { recursive: true }))

const NOW = Date.parse('2025-08-01T12:00:00Z')
const tenant = { tenantId: TENANT, zone: 'Europe/Dublin', currency: 978 }
const faults: unknown[] = []
let copy: ColumnCopy

/** Touched as whoever changes calls tells it, and taken up as the worker does. */
async function takeUp(hours: string) {
  await db().pool.query(
    `insert into touched_hour (hour, batch_id, tenant_id) select distinct date_trunc('hour', opened_at, 'UTC'), gen_random_uuid(), $1::int
     from call where ${hours}`,
    [TENANT],
  )
  while ((await rollUpTouched(db(), NOW)).hours > 0) {}
}

async function copyAll(everyMs = 0) {
  let days = 0
  while ((await keepColumns(db(), copy, NOW, { everyMs })) !== undefined) days++
  return days
}

beforeAll(async () => {
  await furnish(db())
  await makeMonth(db(), 6, 2500)
  await db().pool.query(MORE)
  await takeUp('true')
  copy = { ...columnCopy(dir, (fault) => faults.push(fault)), fewestCalls: 0 }
  const days = await copyAll()
  expect([days, faults]).toEqual([30, []])
}, 120_000)
beforeEach(() => {
  faults.length = 0
})

/** Tags, departments, tries on trunks, prices taken back, charges in another currency, numbers a file could mistake. */
const MORE = `
  insert into call_tag (call_key, opened_at, tag, tenant_id, tagged_by, tagged_at)
    select call_key, opened_at, tag, tenant_id, 'me', opened_at from call, unnest(array['vip', 'it''s, "so"']) tag
    where talk_s % 7 = 0 and (tag = 'vip' or ring_s % 2 = 0);
  insert into department (department_id, tenant_id, name) values (1, ${TENANT}, 'Sales'), (2, ${TENANT}, 'Help');
  insert into department_member (tenant_id, kind, value, department_id)
    select ${TENANT}, 1, e::text, 1 + e % 2 from generate_series(200, 260) e
    union all select ${TENANT}, 2, 'ACCT-' || a, 1 + a % 2 from generate_series(1, 40) a;
  update call set seized = 3 where direction = 2 and ring_s % 3 = 0;
  insert into seizure (call_key, opened_at, line, tenant_id, source_id, trunk_id, carrier_id, outward, seized_at, answered_at, released_at,
      cause, peer)
    select call_key, opened_at, line, tenant_id, source_id, 200 + line, 100 + line, line < 3, started_at,
      case when line = 2 then answered_at end, ended_at, 16 + line, 'PJSIP/x' from call, generate_series(1, 3) line where seized = 3;
  insert into charge select call_key, opened_at, side, line, 1, tenant_id, party_id, deck_id, deck_version, destination_id, -seconds,
      -billed_s, currency, -amount, prefix, booked_at from charge where seconds % 5 = 0 and side = 1;
  insert into charge (call_key, opened_at, side, line, revision, tenant_id, party_id, deck_id, deck_version, destination_id, seconds, billed_s,
      currency, amount, prefix, booked_at)
    select call_key, opened_at, 1, 2, 2, tenant_id, 1, 1, 1, 5001, 60, 60, case when talk_s % 2 = 0 then 840 else 978 end, 0.000001, '1',
      opened_at from call where talk_s % 11 = 0;
  update call set from_number = case ring_s % 4 when 0 then '' when 1 then 'a,"b' when 2 then E'x\\ny' else '+353860001' || (100 + abs(hashtext(call_key::text)) % 40) end
    where direction = 1;
  update call set to_number = '0860001' || (100 + abs(hashtext(call_key::text)) % 40) where direction = 2 and talk_s % 3 = 0;
  update call set to_number = 'a,"b' where direction = 2 and talk_s % 3 = 1 and ring_s % 5 = 0;
  update call set started_at = date_trunc('day', started_at + interval '12 hours', 'UTC') where talk_s % 6 = 1;
  update call set answered_at = started_at - interval '1.7 s' where outcome = 1 and talk_s % 13 = 0;
  update call set ended_at = started_at + interval '2 hours 3.000001 s' where talk_s % 7 = 2;
  update call set ended_at = date_trunc('hour', started_at + interval '70 minutes') where talk_s % 5 = 1;
  update call set ended_at = started_at + interval '27 hours' where talk_s % 29 = 3;`

/** DuckDB that waits before it writes, until `go`. */
let begin = () => {}
let go = () => {}
const begun = new Promise<void>((done) => {
  begin = done
})
const gone = new Promise<void>((done) => {
  go = done
})
function slow(house: DuckHouse | undefined): DuckHouse | undefined {
  return (
    house && {
      ...house,
      connect: async () => {
        const duck = await house.connect()
        const rows: Duck['rows'] = async (text) => {
          begin()
          await gone
          return duck.rows(text)
        }
        return { ...duck, rows }
      },
    }
  )
}

function listenedTo(house: DuckHouse | undefined, hear: (text: string) => void): DuckHouse | undefined {
  return (
    house && {
      ...house,
      connect: async () => {
        const duck = await house.connect()
        const run: Duck['run'] = async (text, values) => {
          hear(text)
          await duck.run(text, values)
        }
        return { ...duck, run }
      },
    }
  )
}

const metrics = METRIC_NAMES.join(',')
const MONTH = { from: '2025-06-01', to: '2025-07-01', duration: '0-' }

/** Figures of both, how often the copy was opened, and in how many parts it was asked. */
async function both(
  raw: Readonly<Record<string, string>>,
  { callsAtOnce, fewestCalls }: Pick<ColumnCopy, 'callsAtOnce' | 'fewestCalls'> = copy,
) {
  const query = parseStatsQuery({ ...MONTH, metrics, limit: '40', ...raw }, tenant)
  if (!query.ok) throw new Error(JSON.stringify(query.error))
  const plain = await queryStats(db(), query.value)
  let opened = 0
  let parts = 0
  const counted: ColumnCopy = {
    ...copy,
    callsAtOnce,
    fewestCalls,
    house: async () => {
      opened++
      return listenedTo(await copy.house(), (text) => {
        if (text.includes('view calls_opened_')) parts++
      })
    },
  }
  return { plain, copied: await queryStats(db(), query.value, counted), opened, parts }
}

describe('the copy by columns', () => {
  it.each(STATS_BY)('tells every metric by %s as the tables do', async (by) => {
    const { plain, copied, opened } = await both({ by })
    expect(copied).toEqual(plain)
    expect([opened, faults]).toEqual([1, []])
    expect(plain.total.calls).toBeGreaterThan(2400)
  })

  it.each(COLUMN_DIMENSIONS)('and split by %s', async (split) => {
    const { plain, copied } = await both({
      by: split === 'tag' ? 'extension' : 'weekday_hour',
      split,
      zone: 'Asia/Kathmandu',
    })
    expect(copied).toEqual(plain)
    expect(faults).toEqual([])
  })

  it.each(['weekday', 'direction'])(
    'and by %s says of the smaller splits together what it says of them alone',
    async (by) => {
      const { plain, copied } = await both({ by, split: 'account', limit: '3' })
      expect(copied).toEqual(plain)
      const named = [...new Set(plain.rows.map((row) => row.split))].filter((split) => split !== 'other')
      expect(named.length).toBe(8)
      const { plain: rest } = await both({ by, account: `!${named.join(',')}` })
      const together = plain.rows.filter((row) => row.split === 'other').map(({ split, splitLabel, ...row }) => row)
      expect(together).toEqual(rest.rows)
      expect(rest.rows.length).toBeGreaterThan(2)
      expect(faults).toEqual([])
    },
  )

  it('never has a call of several small tags at once with itself', async () => {
    await db().pool.query(`insert into call_tag (call_key, opened_at, tag, tenant_id, tagged_by, tagged_at)
      select call_key, opened_at, 'many-' || n, ${TENANT}, 'me', opened_at from call, generate_series(1, 12) n
      where opened_at >= '2025-06-05' and opened_at < '2025-06-06'`)
    const { plain, copied } = await both({ by: 'hour_of_day', split: 'tag', metrics: 'calls,cps,peak_concurrent' })
    await db().pool.query(`delete from call_tag where tag like 'many-%'`)
    expect(copied).toEqual(plain)
    const others = plain.rows.filter((row) => row.split === 'other' && Number(row.calls) > 0)
    expect(others.length).toBeGreaterThan(10)
    for (const { cps, peak_concurrent } of others) expect([cps, peak_concurrent]).toEqual([null, null])
    expect(faults).toEqual([])
  })

  it('is read instead of the quarters of many days, but for what it is behind in', async () => {
    const asked = { by: 'hour_of_day', split: 'trunk', duration: '', zone: 'America/St_Johns' }
    const fresh = await both(asked)
    expect(fresh.copied).toEqual(fresh.plain)
    const some = `opened_at >= '2025-06-18T09:00:00Z' and opened_at < '2025-06-18T12:00:00Z'`
    await db().pool.query(`update call set trunk_id = 207, talk_s = talk_s + 1 where ${some}`)
    await takeUp(some)
    const behind = await both(asked)
    expect(behind.copied).toEqual(behind.plain)
    expect(behind.plain).not.toEqual(fresh.plain)
    expect([fresh.opened, behind.opened, faults]).toEqual([1, 1, []])
    expect(await copyAll()).toBe(1)
    // A day has few.
    expect((await both({ ...asked, to: '2025-06-02', metrics: 'calls' })).opened).toBe(0)
  })

  it('and what it is compared with', async () => {
    const { plain, copied } = await both({
      by: 'prefix',
      from: '2025-06-16',
      compare: 'previous',
      metrics: 'calls,cost',
    })
    expect(copied).toEqual(plain)
    expect(plain.before!.total.calls).toBeGreaterThan(1000)
  })

  const FILTERS: Readonly<Record<string, string>>[] = [
    { account: 'ACCT-7,none', direction: '!internal' },
    { trunk: '201,203', outcome: 'answered' },
    { tag: 'vip' },
    { tag: '!vip,none' },
    { department: 'Sales' },
    { department: '!Help', tag: 'none' },
    { prefix: '!150', cost: '0.001-' },
    { revenue: '-0.01', rated: 'rated' },
    { rated: 'unrated' },
    { ending: '!voicemail', disposition: 'answered,busy' },
    { from_number: '_+35386000.' },
    { weekday: '1-5', hour_of_day: '!8,9' },
    { hour_of_day: '9', zone: 'Asia/Kathmandu' },
    { number: '!_+44[1-5]X.,201' },
    { did: '!none', wait: '5-' },
    { country: '11,32', cause: '!34', source: '2,3' },
    { q: '+4420*' },
  ]
  it.each(FILTERS)('asks of the same calls: %o', async (filter) => {
    for (const by of ['none', 'trunk', 'hour_of_day']) {
      const { plain, copied, opened } = await both({ by, ...filter })
      expect(copied).toEqual(plain)
      expect([opened, faults]).toEqual([1, []])
    }
  })

  const IN_PARTS: Readonly<Record<string, string>>[] = [
    ...['none', 'week', 'hour_of_day', 'account', 'prefix', 'department', 'tag'].map((by) => ({ by })),
    { by: 'day', split: 'direction', zone: 'America/St_Johns' },
    { by: 'did', split: 'tag', department: 'Sales,Help' },
    // From the middle of a day, and to where nobody is called back any more.
    { by: 'day', from: '2025-06-04T10:20:30Z', to: '2025-06-29T23:59:59Z', outcome: '!busy' },
  ]
  it.each(IN_PARTS)('is asked in parts for what does not add up: %o', async (asked) => {
    const { plain, copied, parts } = await both(
      { metrics: 'calls,cps,return_rate,peak_concurrent', ...asked },
      { ...copy, callsAtOnce: 200 },
    )
    expect(copied).toEqual(plain)
    expect(parts).toBeGreaterThan(8)
    expect(faults).toEqual([])
    expect(plain.total.cps).toBeGreaterThan(4)
    expect(plain.total.peak_concurrent).toBeGreaterThan(3)
    expect(plain.total.return_rate).toBeGreaterThan(20)
    expect(plain.total.return_rate).toBeLessThan(100)
  })

  it('is exact in parts while its files are behind', async () => {
    await db().pool.query(`insert into touched_hour (hour, batch_id, tenant_id)
      select h, gen_random_uuid(), ${TENANT} from unnest(array['2025-06-07T23:00Z', '2025-06-08T00:00Z']::timestamptz[]) h`)
    await db().pool.query(`update call set from_number = '0860001105'
      where direction = 1 and outcome <> 1 and opened_at >= '2025-06-07T23:00Z' and opened_at < '2025-06-08T01:00Z'`)
    const { plain, copied, parts } = await both(
      { by: 'day', metrics: 'cps,return_rate,peak_concurrent' },
      { ...copy, callsAtOnce: 200 },
    )
    expect(copied).toEqual(plain)
    expect(parts).toBeGreaterThan(8)
    while ((await rollUpTouched(db(), NOW)).hours > 0) {}
    expect(await copyAll()).toBe(2)
  })

  it('is exact while its files are behind, before and after the worker has taken up what changed', async () => {
    const some = `opened_at >= '2025-06-10T09:00:00Z' and opened_at < '2025-06-10T14:00:00Z'`
    await db().pool.query(`update call set talk_s = talk_s + 1, trunk_id = 212 where ${some}`)
    const touch = `insert into touched_hour (hour, batch_id, tenant_id) select distinct date_trunc('hour', opened_at, 'UTC'),
      gen_random_uuid(), ${TENANT} from call where ${some}`
    await db().pool.query(touch)
    const touched = await both({ by: 'trunk' })
    expect(touched.copied).toEqual(touched.plain)
    while ((await rollUpTouched(db(), NOW)).hours > 0) {}
    const behind = await both({ by: 'trunk' })
    expect(behind.copied).toEqual(touched.plain)
    expect((await copyStanding(db())).hoursBehind).toBe(5)
    // Not sooner than it may.
    expect(await copyAll(60_000)).toBe(0)
    expect(await copyAll()).toBe(1)
    const again = await both({ by: 'trunk' })
    expect(again.copied).toEqual(touched.plain)
    expect((await copyStanding(db())).hoursBehind).toBe(0)
    expect(faults).toEqual([])
  })

  it('answers for the ends of what rollups tell, and for single days', async () => {
    const ends = { by: 'account', split: 'outcome', metrics: 'calls,revenue,minutes', duration: '' }
    const touch = `insert into touched_hour (hour, batch_id, tenant_id) select h, gen_random_uuid(), ${TENANT} from unnest($1::timestamptz[]) h`
    await db().pool.query(touch, [['2025-06-03T06:00Z', '2025-06-12T09:00Z', '2025-06-28T19:00Z']])
    await db().pool.query(`update call set talk_s = talk_s + 7 where talk_s > 0 and date_trunc('hour', opened_at, 'UTC')
      in (select hour from touched_hour)`)
    for (const span of [
      { from: '2025-06-03T06:10:00Z', to: '2025-06-28T19:50:00Z' },
      { from: '2025-06-03T05:00:00Z', to: '2025-06-28T20:00:00Z' },
      { from: '2025-06-12', to: '2025-06-13', duration: '0-' },
    ]) {
      const { plain, copied, opened } = await both({ ...ends, ...span })
      expect(copied).toEqual(plain)
      expect([opened, faults]).toEqual([1, []])
      expect(plain.total.calls).toBeGreaterThan(80)
    }
    while ((await rollUpTouched(db(), NOW)).hours > 0) {}
    expect(await copyAll()).toBe(3)
  })

  it('is not asked about few calls, nor about hours', async () => {
    const { plain, copied, opened } = await both({ by: 'trunk' }, { ...copy, fewestCalls: 2600 })
    expect([copied, opened]).toEqual([plain, 0])
    expect(await both({ by: 'trunk' }, { ...copy, fewestCalls: 2400 })).toMatchObject({ opened: 1 })
    const day = { by: 'trunk', from: '2025-06-12', to: '2025-06-13' }
    expect(await both(day, { ...copy, fewestCalls: 70 })).toMatchObject({ opened: 1 })
    expect(await both(day, { ...copy, fewestCalls: 100 })).toMatchObject({ opened: 0 })
    const hours = { by: 'trunk', from: '2025-06-12T10:00:00Z', to: '2025-06-12T16:00:00Z' }
    expect(await both(hours)).toMatchObject({ opened: 0 })
  })

  it('keeps what is told while a day is copied', async () => {
    const [at] = (await db().pool.query(`select opened_at from call order by opened_at limit 1`)).rows
    await takeUp(`opened_at = '${at.opened_at.toISOString()}'`)
    // While it is copied, the same hour is told again: after its picture of the tables was taken, that is.
    const copying = keepColumns(db(), { ...copy, house: async () => slow(await copy.house()) }, NOW, { everyMs: 0 })
    await begun
    await transaction(db(), (tx) =>
      fallBehind(tx, TENANT, [Math.floor(at.opened_at.getTime() / 3_600_000) * 3_600_000]),
    )
    go()
    expect(await copying).toMatchObject({ day: '2025-06-01' })
    expect((await copyStanding(db())).hoursBehind).toBe(1)
    expect(await copyAll()).toBe(1)
    expect((await copyStanding(db())).hoursBehind).toBe(0)
  })

  it('counts calls of a second whatever their number', async () => {
    await db().pool.query(`update call set started_at = '2025-06-15T12:00:05Z' where outcome = 1`)
    await takeUp('true')
    expect(await copyAll()).toBe(30)
    for (const callsAtOnce of [200, 10_000]) {
      const { plain, copied } = await both({ by: 'day', metrics: 'cps' }, { ...copy, callsAtOnce })
      expect(copied).toEqual(plain)
      expect(plain.total.cps).toBeGreaterThan(1100)
    }
    const { plain, copied } = await both({ by: 'none', metrics: 'cps' })
    expect(copied).toEqual(plain)
    expect(faults).toEqual([])
    // Files nobody names any more would be taken for those of today below.
    await tidyColumns(db(), copy, Date.now() + 3_600_000)
  })

  it('answers from the tables where a file is damaged or gone, and makes it again', async () => {
    const folder = join(dir, 'columns', String(TENANT))
    const files = readdirSync(folder)
      .filter((f) => f.endsWith('.calls.parquet'))
      .sort()
    const [first, second, third] = files.slice(-3).map((f) => join(folder, f)) as [string, string, string]
    truncateSync(first, 100)
    const bytes = readFileSync(second)
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff
    writeFileSync(second, bytes)
    rmSync(third)
    const many = await both({ by: 'trunk' })
    expect(many.copied).toEqual(many.plain)
    expect(await tidyColumns(db(), copy, Date.now())).toEqual({ lost: 3, swept: 0 })
    const told = await both({ by: 'trunk' })
    expect(told.copied).toEqual(many.plain)
    expect(await copyAll()).toBe(3)
    // An hour later nobody reads the old ones.
    expect(await tidyColumns(db(), copy, Date.now() + 3_600_000)).toMatchObject({ lost: 0 })
    expect(readdirSync(folder)).toHaveLength(60)
    const { plain, copied } = await both({ by: 'trunk' })
    expect(copied).toEqual(plain)
    expect(faults).toEqual([])
  })

  it('looks through all files ahead, the latest first, until it is to end', async () => {
    const seen: string[] = []
    const watched = { ...copy, isWhole: async (path: string) => seen.push(path) > 0 }
    expect(await lookAhead(db(), watched, new AbortController().signal)).toBe(seen.length)
    const folder = join(dir, 'columns', String(TENANT))
    expect([...seen].sort()).toEqual(
      readdirSync(folder)
        .map((file) => join(folder, file))
        .sort(),
    )
    const days = seen.map((path) => path.slice(folder.length + 1, folder.length + 11))
    expect(days).toEqual([...days].sort().reverse())
    expect(await lookAhead(db(), watched, AbortSignal.abort())).toBe(0)
  })

  it('forgets a month that has left the tables', async () => {
    await transaction(db(), (tx) => forgetMonth(tx, '2025-06'))
    expect(await copyStanding(db())).toMatchObject({ days: 0, hoursBehind: 0 })
    await tidyColumns(db(), copy, Date.now() + 3_600_000)
    expect(readdirSync(join(dir, 'columns', String(TENANT)))).toEqual([])
  })

  it('leaves everything to PostgreSQL where DuckDB does not load', async () => {
    const none = { ...copy, house: async () => undefined }
    const query = parseStatsQuery({ ...MONTH, by: 'trunk' }, tenant)
    if (!query.ok) throw new Error()
    expect(await queryStats(db(), query.value, none)).toEqual(await queryStats(db(), query.value))
    expect(await keepColumns(db(), none, NOW, { everyMs: 0 })).toBeUndefined()
  })
})
