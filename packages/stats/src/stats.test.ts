// Every metric computed a second time, in plain SQL over call, charge, call_unrated and leg, and compared with what the
// query answers from rollups, from raw calls and from a mixture of both, in zones that are unkind.

import { createHash } from 'node:crypto'
import { copyLines, ensureMonths, transaction } from '@tollbook/db'
import { timeFirstUuid } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { chooseGrain } from './grain.ts'
import { type BadQuery, eraseTenantStats, parseStatsQuery, queryStats, rollUpTouched } from './index.ts'
import { DEFAULT_METRICS } from './metrics.ts'
import { readPending } from './touched.ts'

const db = testDatabase()

/** The figures that are checked here; reference.test.ts has all. */
const METRIC_NAMES = [...DEFAULT_METRICS, 'ring_time']

/** A tenant per zone, each with the same number of calls around both changes of clocks of 2026. */
const ZONES = ['Asia/Kolkata', 'America/St_Johns', 'Europe/Dublin', 'Asia/Kathmandu'] as const
const SPANS = [
  ['2026-03-05T00:00:00Z', '2026-04-03T00:00:00Z'],
  ['2026-10-22T00:00:00Z', '2026-11-05T00:00:00Z'],
] as const
const CALLS_PER_SPAN = 600
const EUR = 978
const NOW = Date.parse('2026-11-20T10:00:00Z')

// A plain linear congruence, so that a failure can be looked at again.
let seed = 20261123
const random = (n: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 2 ** 32) * n)
}
const iso = (ms: number) => new Date(ms).toISOString()

async function insertCall(lines: Lines, tenantId: number, openedMs: number, n: number): Promise<void> {
  const key = timeFirstUuid(openedMs, createHash('sha256').update(`${tenantId}/${openedMs}/${n}`).digest())
  const outcome = 1 + random(5)
  const talk = outcome === 1 ? 1 + random(3000) : 0
  const ring = random(40)
  const legs = 1 + random(3)
  const direction = random(5)
  const opened = iso(openedMs)
  const answered = outcome === 1 ? iso(openedMs + ring * 1000) : null
  const ended = iso(openedMs + (ring + talk) * 1000)
  const [account, trunk, destination] = [
    tenantId * 10 + random(4),
    tenantId * 10 + random(3),
    tenantId * 10 + random(4),
  ]
  const id = (x: number) => (x % 10 === 0 ? 0 : x)
  lines.call.push([
    ...[key, opened, opened, answered, ended, opened, tenantId, id(account), id(trunk), 0, id(destination)],
    ...[talk, ring, 0, ring + talk, talk, 1, direction, outcome, 16, 372, legs, 1 + random(2), 0, true, 'a', 'b', 'l'],
  ])
  for (let i = 0; i < legs; i++) {
    lines.leg.push([key, opened, i, opened, ended, opened, key, tenantId, 1, talk, 1, 1, `${openedMs}.${n}`, 'l', 'c'])
  }
  if (talk === 0) return
  if (random(10) === 0) {
    lines.unrated.push([key, opened, tenantId, id(account), 3])
    return
  }
  const charge = (side: number, revision: number, sign: number, amount: number, currency = EUR) =>
    lines.charge.push([
      ...[key, opened, side, revision, revision, tenantId, 1, 1, 1, 1, sign * talk, sign * talk, currency],
      ...[`${sign < 0 ? '-' : ''}0.${String(amount).padStart(6, '0')}`, '353', opened],
    ])
  const sell = random(900_000)
  charge(1, 0, 1, sell)
  if (random(4) === 0) {
    charge(1, 1, -1, sell)
    charge(1, 2, 1, random(900_000))
  }
  charge(2, 0, 1, random(900_000))
  if (random(20) === 0) charge(2, 3, 1, random(900_000), 840)
}

type Fields = (string | number | boolean | null)[]
type Lines = { call: Fields[]; leg: Fields[]; charge: Fields[]; unrated: Fields[] }
const CALL = `call_key opened_at started_at answered_at ended_at stitched_at tenant_id account_id trunk_id carrier_id
  destination_id talk_s ring_s wait_s duration_s bill_s source_id direction outcome hangup_cause country_id legs
  attempts revision final from_number to_number linkedid`.split(/\s+/)
const LEG = `call_key opened_at leg_key started_at ended_at received_at batch_id tenant_id source_id duration_s billsec
  disposition uniqueid linkedid channel`.split(/\s+/)
const CHARGE = `call_key opened_at side line revision tenant_id party_id deck_id deck_version destination_id seconds
  billed_s currency amount prefix booked_at`.split(/\s+/)

async function storeAndTouch(lines: Lines, batch: string): Promise<void> {
  await transaction(db(), async (tx) => {
    await copyLines(tx, 'call', CALL, lines.call)
    await copyLines(tx, 'leg', LEG, lines.leg)
    await copyLines(tx, 'charge', CHARGE, lines.charge)
    await copyLines(tx, 'call_unrated', ['call_key', 'opened_at', 'tenant_id', 'account_id', 'reason'], lines.unrated)
    await tx.client.query(
      `insert into touched_hour select distinct date_trunc('hour', opened_at), $1::uuid, tenant_id from call
       on conflict do nothing`,
      [batch],
    )
  })
}

const none = (): Lines => ({ call: [], leg: [], charge: [], unrated: [] })
const BATCH = '00000000-0000-8000-8000-000000000001'

beforeAll(async () => {
  await ensureMonths(db(), ['2026-02', '2026-03', '2026-04', '2026-10', '2026-11'])
  const lines = none()
  for (const [i, zone] of ZONES.entries()) {
    const t = i + 1
    await db().pool.query(
      `insert into tenant (tenant_id, slug, name, zone, currency, created_at) values ($1, $2, $2, $3, ${EUR}, now())`,
      [t, `t${t}`, zone],
    )
    for (let n = 1; n < 4; n++) {
      await db().pool.query(
        `insert into account (account_id, tenant_id, code, name, currency, created_at)
         values ($1, $2, $3, $4, ${EUR}, now())`,
        [t * 10 + n, t, `${1000 + n}`, `Account ${n}`],
      )
      await db().pool.query(`insert into destination (destination_id, tenant_id, name) values ($1, $2, $3)`, [
        ...[t * 10 + n, t, `China, mobile ${n}`],
      ])
      await db().pool.query(
        `insert into trunk (trunk_id, tenant_id, name, peer, created_at) values ($1, $2, $3, $4, now())`,
        [t * 10 + n, t, `trunk ${n}`, `PJSIP/t${n}`],
      )
    }
    for (const [from, to] of SPANS) {
      const [a, z] = [Date.parse(from), Date.parse(to)]
      for (let n = 0; n < CALLS_PER_SPAN; n++) await insertCall(lines, t, a + random((z - a) / 1000) * 1000, n)
      // The very borders of days and hours, where windows of earlier tools lost calls.
      for (const at of ['2026-10-25T00:00:00Z', '2026-10-25T00:59:59Z', '2026-10-25T01:00:00Z', '2026-10-25T23:59:59Z'])
        await insertCall(lines, t, Date.parse(at), random(1e9))
    }
  }
  await storeAndTouch(lines, BATCH)
})

/** SQL for a row's group in words that owe nothing to the code under test: PostgreSQL's own zones and formats. */
function groupSql(by: string, zone: string): string {
  const local = `(c.opened_at at time zone '${zone}')`
  switch (by) {
    case 'none':
      return `'all'`
    case 'hour':
      // Date, hour, and the offset as the difference of local and UTC wall clocks in minutes.
      return `to_char(${local}, 'YYYY-MM-DD"T"HH24') || '|' || extract(epoch from ${local} - (c.opened_at at time zone 'UTC'))::int / 60`
    case 'day':
      return `to_char(${local}, 'YYYY-MM-DD')`
    case 'week':
      return `to_char(${local}, 'IYYY"-W"IW')`
    case 'month':
      return `to_char(${local}, 'YYYY-MM')`
    case 'account':
      return `coalesce((select code from account a where a.account_id = c.account_id), 'none')`
    case 'direction':
      return `(array['unknown','inbound','outbound','internal','transit'])[c.direction + 1]`
    case 'outcome':
      return `(array['answered','no-answer','busy','failed','program'])[c.outcome]`
    case 'country':
      return `c.country_id::text`
    default:
      return `case c.${by}_id when 0 then 'none' else c.${by}_id::text end`
  }
}

type Row = Record<string, number | string | null>

async function independent(
  by: string,
  zone: string,
  tenant: number,
  from: string,
  to: string,
  and = '',
): Promise<Row[]> {
  const { rows } = await db().pool.query(
    `select ${groupSql(by, zone)} as key, count(*)::int as calls,
       sum((select count(*) from leg l where l.call_key = c.call_key))::int as legs, sum(attempts)::int as attempts,
       count(answered_at)::int as answered,
       count(*) filter (where exists (select from call_unrated u where u.call_key = c.call_key))::int as unrated,
       (100.0 * count(answered_at) / count(*))::float8 as asr,
       (sum(extract(epoch from ended_at - answered_at)) / nullif(count(answered_at), 0))::float8 as acd,
       (coalesce(sum(extract(epoch from ended_at - answered_at)), 0) / 60)::float8 as minutes,
       (coalesce(sum((select sum(billed_s) from charge g where g.call_key = c.call_key and side = 1)), 0) / 60.0)::float8 as billed_minutes,
       avg(ring_s)::float8 as ring_time,
       coalesce(sum(sell), 0)::numeric(18,6)::text as revenue, coalesce(sum(buy), 0)::numeric(18,6)::text as cost,
       (coalesce(sum(sell), 0) - coalesce(sum(buy), 0))::numeric(18,6)::text as margin,
       ((coalesce(sum(sell), 0) - coalesce(sum(buy), 0)) * 100 / nullif(sum(sell), 0))::float8 as margin_pct
     from call c, lateral (select (select sum(amount) from charge g where g.call_key = c.call_key and side = 1 and currency = ${EUR}) as sell,
                                  (select sum(amount) from charge g where g.call_key = c.call_key and side = 2 and currency = ${EUR}) as buy) p
     where tenant_id = $1 and opened_at >= $2 and opened_at < $3 ${and} group by 1 order by 1`,
    [tenant, from, to],
  )
  return rows
}

const BIES = 'none hour day week month account destination trunk country direction outcome'.split(' ')

function ask(tenant: number, zone: string, params: Record<string, string>) {
  const own = { tenantId: tenant, zone: ZONES[tenant - 1]!, currency: EUR }
  const query = parseStatsQuery({ metrics: METRIC_NAMES.join(','), zone, ...params }, own)
  if (!query.ok) throw new Error(JSON.stringify(query.error))
  return query.value
}

/** Both sides with keys in one spelling and ratios to twelve digits (the two divide in different orders). */
function comparable(rows: readonly Row[]): Row[] {
  const tidy = rows
    .filter((r) => Number(r.calls) > 0)
    .map((r) => {
      const copy: Row = {}
      for (const [k, v] of Object.entries(r))
        if (k !== 'label') copy[k] = typeof v === 'number' ? +v.toPrecision(12) : v
      return copy
    })
  return tidy.sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1))
}

function hourKey(key: string): string {
  const m = /^(.*T\d\d):00([+-])(\d\d):(\d\d)$/.exec(key)!
  return `${m[1]}|${(m[2] === '-' ? -1 : 1) * (Number(m[3]) * 60 + Number(m[4]))}`
}

async function expectSame(tenant: number, zone: string, by: string, params: Record<string, string>, and = '') {
  const query = ask(tenant, zone, { by, ...params })
  const got = await queryStats(db(), query)
  const want = await independent(by, zone, tenant, got.from, got.to, and)
  const rows = got.rows.map((r) => (by === 'hour' ? { ...r, key: hourKey(r.key) } : r))
  expect(comparable(rows), `${zone} by ${by}`).toEqual(comparable(want))
  const [total] = await independent('none', zone, tenant, got.from, got.to, and)
  expect(comparable([{ key: 'all', ...got.total }])).toEqual(comparable(total ? [total] : []))
  return query
}

const WINDOWS = [
  { from: '2026-03-08', to: '2026-03-30' },
  { from: '2026-10-24', to: '2026-11-02' },
]

async function everyQuestion(): Promise<Set<string>> {
  const seen = new Set<string>()
  for (const [i, zone] of ZONES.entries()) {
    for (const by of BIES) {
      const metrics = METRIC_NAMES.filter((m) => m !== 'ring_time').join(',')
      await expectSame(i + 1, zone, by, WINDOWS[1]!)
      const withoutRing = ask(i + 1, zone, { by, metrics, ...WINDOWS[0]! })
      const touched = await readPending(db(), i + 1, withoutRing.fromMs, withoutRing.toMs)
      const grain = chooseGrain(withoutRing, touched)
      seen.add(
        [...(grain.parts.length > 0 ? [grain.cube!.name] : []), ...(grain.raw.length > 0 ? ['calls'] : [])].join('+'),
      )
      const answer = await queryStats(db(), withoutRing)
      const want = await independent(by, zone, i + 1, answer.from, answer.to)
      const rows = answer.rows.map((r) => (by === 'hour' ? { ...r, key: hourKey(r.key) } : r))
      expect(comparable(rows), `${zone} by ${by} from ${grain.cube?.name}`).toEqual(
        comparable(want.map(({ ring_time: _, ...rest }) => rest)),
      )
    }
  }
  return seen
}

describe('queryStats', () => {
  it('agrees with plain SQL before anything is rolled up', async () => {
    const seen = await everyQuestion()
    expect([...seen].every((s) => s.includes('calls'))).toBe(true)
  })

  it('agrees with plain SQL from the rollups, and uses them', async () => {
    let hours = 0
    for (let n = -1; n !== 0; ) {
      n = (await rollUpTouched(db(), NOW, { maxHours: 500 })).hours
      hours += n
    }
    const { rows } = await db().pool.query(
      `select count(*)::int as n from (select distinct tenant_id, date_trunc('hour', opened_at) from call) h`,
    )
    expect(hours).toBe(rows[0].n)
    const { rows: left } = await db().pool.query('select * from touched_hour')
    expect(left).toEqual([])
    const seen = await everyQuestion()
    expect([...seen].sort()).toEqual(['payer', 'place', 'pulse', 'traffic'])
  })

  it('is right the moment a late call is committed, from rollups and touched hours together, and after rolling up', async () => {
    const lines = none()
    const at = Date.parse('2026-10-25T00:30:00Z')
    for (let t = 1; t <= ZONES.length; t++)
      for (let n = 0; n < 5; n++) await insertCall(lines, t, at + n * 1000, 10 ** 9 + n)
    await transaction(db(), async (tx) => {
      await copyLines(tx, 'call', CALL, lines.call)
      await copyLines(tx, 'leg', LEG, lines.leg)
      await copyLines(tx, 'charge', CHARGE, lines.charge)
      await copyLines(tx, 'call_unrated', ['call_key', 'opened_at', 'tenant_id', 'account_id', 'reason'], lines.unrated)
      await tx.client.query(`insert into touched_hour select '2026-10-25T00:00:00Z', $1::uuid, tenant_id from tenant`, [
        BATCH,
      ])
    })
    const query = ask(1, ZONES[0], { by: 'day', ...WINDOWS[1]! })
    const touched = await readPending(db(), 1, query.fromMs, query.toMs)
    expect(chooseGrain(query, touched)).toMatchObject({
      cube: { name: 'pulse' },
      raw: [{ fromMs: Date.parse('2026-10-25T00:00:00Z'), toMs: Date.parse('2026-10-25T01:00:00Z') }],
    })
    for (const [i, zone] of ZONES.entries()) {
      for (const by of BIES) await expectSame(i + 1, zone, by, WINDOWS[1]!)
      for (const by of ['day', 'account', 'destination'])
        await expectSame(i + 1, zone, by, { ...WINDOWS[1]!, metrics: METRIC_NAMES.join(',') })
    }
    expect(await rollUpTouched(db(), NOW)).toEqual({ hours: ZONES.length, days: expect.any(Number) })
    for (const [i, zone] of ZONES.entries()) for (const by of BIES) await expectSame(i + 1, zone, by, WINDOWS[1]!)
  })

  it('agrees when filtered, in the zone of another tenant and with ends in the middle of an hour', async () => {
    const odd = { from: '2026-10-24T22:07:30Z', to: '2026-10-26T03:00:01Z' }
    const two = { from: '2026-10-24', to: '2026-10-27' }
    for (const by of BIES) {
      await expectSame(3, 'Asia/Kolkata', by, two)
      await expectSame(3, 'Europe/Dublin', by, odd)
      await expectSame(3, 'Europe/Dublin', by, { ...two, account: '1002' }, 'and account_id = 32')
      await expectSame(3, 'Europe/Dublin', by, { ...two, destination: 'China, mobile 1' }, 'and destination_id = 31')
      await expectSame(
        3,
        'Europe/Dublin',
        by,
        { ...two, trunk: '32', outcome: 'answered' },
        'and trunk_id = 32 and outcome = 1',
      )
      await expectSame(3, 'Europe/Dublin', by, { ...two, direction: 'inbound', country: '372' }, 'and direction = 1')
    }
  })

  it('never answers for all when a filter names nobody', async () => {
    for (const filter of [
      { account: '9931' },
      { account: '11' },
      { destination: 'Atlantis' },
      { trunk: 'nowhere' },
      { country: '1' },
    ]) {
      const answer = await queryStats(db(), ask(3, 'Europe/Dublin', { by: 'day', ...WINDOWS[1]!, ...filter } as never))
      expect(answer.total.calls).toBe(0)
      expect(answer.total.asr).toBeNull()
    }
  })

  it('has the first and the last hour of a day, and as many hours as the day has', async () => {
    const hours = async (day: string, next: string) =>
      (await queryStats(db(), ask(3, 'Europe/Dublin', { by: 'hour', from: day, to: next }))).rows
    const autumn = await hours('2026-10-25', '2026-10-26')
    expect(autumn).toHaveLength(25)
    expect(autumn.slice(0, 3).map((r) => r.key)).toEqual([
      '2026-10-25T00:00+01:00',
      '2026-10-25T01:00+01:00',
      '2026-10-25T01:00+00:00',
    ])
    expect(autumn.at(-1)!.key).toBe('2026-10-25T23:00+00:00')
    expect(Number(autumn.at(-1)!.calls)).toBeGreaterThan(0)
    expect(await hours('2026-03-29', '2026-03-30')).toHaveLength(23)
  })

  it('sorts groups by calls and folds the tail into one row, so that rows add up to the total', async () => {
    const full = await queryStats(db(), ask(2, 'America/St_Johns', { by: 'account', ...WINDOWS[1]! }))
    const cut = await queryStats(db(), ask(2, 'America/St_Johns', { by: 'account', limit: '1', ...WINDOWS[1]! }))
    expect(full.rows.map((r) => r.calls)).toEqual(full.rows.map((r) => Number(r.calls)).sort((a, b) => b - a))
    expect(cut.rows.map((r) => r.key)).toEqual([full.rows[0]!.key, 'other'])
    expect(Number(cut.rows[0]!.calls) + Number(cut.rows[1]!.calls)).toBe(full.total.calls)
    expect(cut.total).toEqual(full.total)
  })

  it('divides sums by sums in the total line, never the mean of ratios', async () => {
    const { rows, total } = await queryStats(db(), ask(1, 'Asia/Kolkata', { by: 'day', ...WINDOWS[1]! }))
    const answered = rows.reduce((n, r) => n + Number(r.answered), 0)
    const calls = rows.reduce((n, r) => n + Number(r.calls), 0)
    expect(total.asr).toBe((100 * answered) / calls)
    const mean = rows.reduce((n, r) => n + Number(r.asr), 0) / rows.length
    expect(total.asr).not.toBeCloseTo(mean, 6)
  })

  it('answers an empty interval with nulls and exact zeros', async () => {
    const answer = await queryStats(db(), ask(1, 'Asia/Kolkata', { from: '2020-01-01', to: '2020-01-02' }))
    expect(answer.rows).toEqual([])
    expect(answer.total).toMatchObject({ calls: 0, asr: null, acd: null, revenue: '0.000000', margin_pct: null })
  })
})

describe('parseStatsQuery', () => {
  const tenant = { tenantId: 3, zone: 'Europe/Dublin', currency: EUR }
  const faults = (raw: Record<string, string>) => {
    const parsed = parseStatsQuery(raw, tenant)
    return (parsed.ok ? [] : (parsed.error as BadQuery).fields).map((f) => f.field)
  }

  it('reads dates as local midnights of the zone, the tenant’s by default', () => {
    const parsed = parseStatsQuery({ from: '2026-07-01', to: '2026-07-02' }, tenant)
    expect(parsed.ok && iso(parsed.value.fromMs)).toBe('2026-06-30T23:00:00.000Z')
    expect(parsed.ok && iso(parsed.value.toMs)).toBe('2026-07-01T23:00:00.000Z')
  })

  it('names every fault at once', () => {
    expect(faults({})).toEqual(['from', 'to'])
    const bad = { from: '2026-02-30', to: 'x', zone: 'Mars/Base', by: 'cell', metrics: 'calls,love', limit: '0' }
    expect(faults({ ...bad, direction: 'up', outcome: '' }).sort()).toEqual(
      ['by', 'direction', 'from', 'limit', 'metrics', 'to', 'zone'].sort(),
    )
    expect(faults({ from: '2026-07-02', to: '2026-07-02' })).toEqual(['to'])
    expect(faults({ from: '2026-07-01T00:00:00', to: '2026-07-02' })).toEqual(['from'])
    expect(faults({ from: '2020-01-01', to: '2026-07-02', by: 'hour' })).toEqual(['by'])
    expect(faults({ from: '0000-01-01', to: '9999-01-01' })).toEqual(['from', 'to'])
    expect(faults({ from: '2026-01-01', to: '2026-01-02', country: 'IE' })).toEqual(['country'])
  })
})

describe('rollUpTouched', () => {
  it('leaves alone what was touched while it worked, and does nothing when another is at it', async () => {
    await db().pool.query(`insert into touched_hour values ('2026-10-25T00:00:00Z', $1, 1)`, [BATCH])
    const other = await db().pool.connect()
    await other.query('begin')
    await transaction(db(), async (tx) => {
      const { tryLockInTransaction } = await import('@tollbook/db')
      expect(await tryLockInTransaction(tx, 'stats.rollup')).toBe(true)
      expect((await rollUpTouched(db(), NOW)).hours).toBe(0)
    })
    // A batch that is not committed yet: its touch is invisible and must survive the set that runs meanwhile.
    await other.query(`insert into touched_hour values ('2026-10-25T00:00:00Z', $1, 1)`, [BATCH.replace(/1$/, '2')])
    expect((await rollUpTouched(db(), NOW)).hours).toBe(1)
    await other.query('commit')
    other.release()
    expect((await rollUpTouched(db(), NOW)).hours).toBe(1)
    expect((await rollUpTouched(db(), NOW)).hours).toBe(0)
  })

  it('keeps the day that is not over by hours, and by days what is over', async () => {
    const now = Date.parse('2026-11-04T12:00:00Z')
    const touch = (hour: string) => db().pool.query(`insert into touched_hour values ($1, $2, 3)`, [hour, BATCH])
    const counts = async () => {
      const count = (table: string) => `(select count(*)::int from ${table} where tenant_id = 3)`
      const { rows } =
        await db().pool.query(`select ${count('roll_open_day')} as open, ${count('roll_did_hour')} > 0 as hours,
        (select count(distinct day)::int from roll_did_day where tenant_id = 3 and day = '2026-11-04') as days`)
      return rows[0]
    }
    await db().pool.query(`delete from roll_did_day where tenant_id = 3 and day = '2026-11-04'`)
    await touch('2026-11-04T11:00:00Z')
    expect(await rollUpTouched(db(), now)).toEqual({ hours: 1, days: 0 })
    expect(await counts()).toEqual({ open: 1, hours: true, days: 0 })
    await touch('2026-11-04T11:00:00Z')
    await touch('2026-11-03T11:00:00Z')
    expect(await rollUpTouched(db(), now + 1000)).toEqual({ hours: 2, days: 1 })
    expect(await rollUpTouched(db(), now + 86_400_000)).toEqual({ hours: 24, days: 1 })
    expect(await counts()).toEqual({ open: 0, hours: true, days: 1 })
    expect((await rollUpTouched(db(), now + 86_400_000)).hours).toBe(0)
  })

  it('eraseTenantStats leaves nothing of the tenant and everything of the others', async () => {
    const countBy = async () => {
      const { rows } = await db().pool.query(
        `select tenant_id, count(*)::int as n from roll_traffic_quarter group by 1 order by 1`,
      )
      return rows
    }
    const before = await countBy()
    await transaction(db(), (tx) => eraseTenantStats(tx, 2))
    expect(await countBy()).toEqual(before.filter((r) => r.tenant_id !== 2))
  })
})
