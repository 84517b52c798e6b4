// A second computation of every metric by every dimension, in plain TypeScript over rows that plain selects give, compared
// with what the query answers: from single calls, from the rollups and from both together.

import { createHash } from 'node:crypto'
import { ensureMonths, transaction } from '@tollbook/db'
import { timeFirstUuid } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { METRIC_NAMES, parseStatsQuery, queryStats, rollUpTouched, STATS_BY, type StatsRow } from './index.ts'
import { answersAndReferences, FACTS, type Fact } from './testing/index.ts'

const db = testDatabase()
const ZONE = 'Asia/Kathmandu'
const EUR = 978
const NOW = Date.parse('2026-11-05T12:00:00Z')
const TENANT = { tenantId: 1, zone: ZONE, currency: EUR }

let seed = 7
const random = (n: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 2 ** 32) * n)
}
const one = <T>(list: readonly T[]): T => list[random(list.length)]!
const iso = (ms: number) => new Date(ms).toISOString()
const run = (text: string, values: unknown[] = []) => db().pool.query(text, values)

/** A call with whatever may hang on it: charges taken back, fail-over tries, tags. */
async function addCall(openedMs: number, n: number): Promise<void> {
  const key = timeFirstUuid(openedMs, createHash('sha256').update(`${openedMs}/${n}`).digest())
  const outcome = 1 + random(5)
  const [ring, talk, wait] = [random(40), outcome === 1 ? one([3, 9, 10, 61, 300]) : 0, one([0, 0, 20, 75])]
  const start = openedMs + random(3) * 1000
  const answered = outcome === 1 ? iso(start + (ring + wait) * 1000 + 400) : null
  const seized = random(4)
  const spelled = () => `${one(['', '+', '00'])}35312345${random(3)}`
  await run(
    `insert into call (call_key, opened_at, started_at, answered_at, ended_at, stitched_at, tenant_id, account_id, trunk_id,
       carrier_id, destination_id, talk_s, ring_s, wait_s, duration_s, bill_s, source_id, direction, outcome, hangup_cause,
       country_id, legs, attempts, revision, final, from_number, to_number, linkedid, did, extension, disposition, seized)
     values ($1,$2,$3,$4,$5,$2,1,$6,$7,$8,$9,$10,$11,$12,$13,$10,$14,$15,$16,$17,$18,$19,$20,0,true,$21,$22,'l',$23,$24,$25,$26)`,
    [
      ...[
        key,
        iso(openedMs),
        iso(start),
        answered,
        iso(start + one([0, 400_000, 7_200_000, 100_000_000])),
        random(3),
        random(3),
        random(3),
        random(3),
      ],
      ...[talk, ring, wait, ring + wait + talk, 1 + random(2), random(5), outcome, one([0, 16, 17, 18, 1, 34])],
      ...[one([0, 372]), 1 + random(3), 1 + random(2), one([spelled(), '2001']), one([spelled(), '2002'])],
      ...[one(['', '35318000000']), one(['', '2001', '2002']), random(7), seized],
    ],
  )
  for (let line = 1; seized === 3 && line <= 1 + random(3); line++)
    await run(`insert into seizure values ($1,$2,$3,1,1,$4,$5,$6,$2,$7,$2,$8,'p')`, [
      ...[key, iso(openedMs), line, random(3), random(3), random(4) > 0, random(2) ? iso(start) : null],
      one([16, 34]),
    ])
  const charge = (side: number, revision: number, sign: number, amount: string, prefix: string, currency = EUR) =>
    run(`insert into charge values ($1,$2,$3,0,$4,1,1,1,1,1,$5,$6,$7,$8,$9,$2)`, [
      ...[key, iso(openedMs), side, revision, sign * talk, sign * (talk + 5), currency],
      ...[`${sign < 0 ? '-' : ''}${amount}`, prefix],
    ])
  if (talk > 0 && random(8) > 0) {
    await charge(1, 0, 1, `0.${100_000 + random(800_000)}`, '353')
    if (random(3) === 0) {
      await charge(1, 1, -1, '0.100000', '353')
      if (random(2) === 0) await charge(1, 2, 1, '0.333333', '3531')
    }
    await charge(2, 0, 1, `0.${100_000 + random(400_000)}`, '35')
    if (random(5) === 0) await charge(2, 1, 1, '9.000000', '35', 840)
  } else if (talk > 0) await run(`insert into call_unrated values ($1,$2,1,1,3)`, [key, iso(openedMs)])
  for (const tag of ['vip', 'late'])
    if (random(5) === 0) await run(`insert into call_tag values ($1,$2,$3,1,'me',$2)`, [key, iso(openedMs), tag])
}

const touchAll = (batch: number) =>
  run(
    `insert into touched_hour select distinct date_trunc('hour', opened_at), $1::uuid, 1 from call on conflict do nothing`,
    [`00000000-0000-8000-8000-00000000000${batch}`],
  )

beforeAll(async () => {
  await ensureMonths(db(), ['2026-09', '2026-10', '2026-11'])
  await run(
    `insert into tenant (tenant_id, slug, name, zone, currency, created_at) values (1,'t','t','${ZONE}',${EUR},now())`,
  )
  for (const n of [1, 2]) {
    await run(`insert into account (account_id, tenant_id, code, name, currency, created_at)
      values (${n}, 1, '100${n}', 'A${n}', ${EUR}, now())`)
    await run(`insert into department values (${n}, 1, 'Dep ${n}')`)
  }
  await run(`insert into department_member values (1, 1, '2001', 1), (1, 2, '1002', 2)`)
  for (let n = 0; n < 700; n++) {
    const from = Date.parse('2026-09-28T00:00:00Z')
    await addCall(from + random((Date.parse('2026-11-03T00:00:00Z') - from) / 1000) * 1000, n)
  }
  const burst = Date.parse('2026-10-25T00:59:59Z')
  for (let n = 0; n < 12; n++) await addCall(burst + n * 250, 1000 + n)
  await touchAll(1)
}, 120_000)

async function compare(zone: string, from: string, to: string, split = 'none', clock = {}): Promise<void> {
  const facts: Fact[] = (await run(FACTS, [1])).rows
  const all = await answersAndReferences(db(), TENANT, facts, { zone, from, to, split, ...clock })
  for (const { what, got, want } of all) expect(got, what).toEqual(want)
}

describe('queryStats against a computation of its own', () => {
  it('agrees in every metric by every dimension, from single calls', async () => {
    await compare(ZONE, '2026-10-20', '2026-11-03')
    await compare('Europe/Dublin', '2026-10-25', '2026-10-26', 'direction')
  }, 60_000)

  it('agrees while a day is open, when calls come to it, and in its middle', async () => {
    const open = Date.parse('2026-11-02T12:10:00Z')
    while ((await rollUpTouched(db(), open)).hours > 0) {}
    const kept = await run(
      'select (select count(*)::int from roll_open_day) as days, count(*) > 5 as rows from roll_payer_hour',
    )
    expect(kept.rows).toEqual([{ days: 1, rows: true }])
    await compare(ZONE, '2026-11-01', '2026-11-04')
    await compare(ZONE, '2026-10-31', '2026-11-03', 'none', { hour_of_day: '9-20' })
    await compare(ZONE, '2026-11-02', '2026-11-03')
    await compare('Europe/Dublin', '2026-11-01T23:15:00Z', '2026-11-02T09:50:30Z', 'outcome')
    for (let n = 0; n < 9; n++) await addCall(Date.parse('2026-11-02T09:55:00Z') + n * 60_000, 7000 + n)
    await run(`insert into touched_hour select h, '00000000-0000-8000-8000-000000000007', 1
      from unnest(array['2026-11-02T09:00Z', '2026-11-02T10:00Z']::timestamptz[]) h`)
    await compare(ZONE, '2026-11-02', '2026-11-03')
    expect(await rollUpTouched(db(), open)).toEqual({ hours: 2, days: 0 })
    await compare(ZONE, '2026-11-02', '2026-11-03')
    await compare(ZONE, '2026-10-01', '2026-11-03')
  }, 120_000)

  it('agrees from the rollups, in the tenant’s zone and another, over whole months and parts of them', async () => {
    while ((await rollUpTouched(db(), NOW)).hours > 0) {}
    await compare(ZONE, '2026-10-01', '2026-11-01')
    await compare(ZONE, '2026-09-30', '2026-11-02')
    await compare('America/St_Johns', '2026-10-03', '2026-11-01', 'outcome')
  }, 60_000)

  it('agrees about hours of the day and weekdays, in whole months, parts of them and another zone', async () => {
    await compare(ZONE, '2026-09-29', '2026-11-02', 'none', { weekday: '1-4', hour_of_day: '0-2,9-17' })
    await compare(ZONE, '2026-10-01', '2026-11-01', 'direction', { weekday: '!6,7' })
    await compare(ZONE, '2026-10-01', '2026-11-01', 'none', { hour_of_day: '!0' })
    await compare('Australia/Lord_Howe', '2026-10-03T09:10:00Z', '2026-10-31T23:50:30Z', 'none', { hour_of_day: '1-2' })
    await compare(ZONE, '2026-10-05', '2026-10-06', 'none', { weekday: '2' })
  }, 120_000)

  it('says of a compared span what it says of that span alone, each row beside its own', async () => {
    const words = { zone: ZONE, from: '2026-10-20', to: '2026-10-25', metrics: METRIC_NAMES.join(',') }
    const ask = async (more: Record<string, string>) => {
      const query = parseStatsQuery({ ...words, ...more }, TENANT)
      if (!query.ok) throw new Error(JSON.stringify(query.error))
      return await queryStats(db(), query.value)
    }
    const BEFORE = { from: '2026-10-15', to: '2026-10-20' }
    for (const by of STATS_BY) {
      const { before, ...now } = await ask({ by, compare: 'previous' })
      expect(now).toEqual(await ask({ by }))
      const alone = await ask({ by, ...BEFORE })
      expect([before!.from, before!.to, before!.total]).toEqual([alone.from, alone.to, alone.total])
      const others = before!.rows.filter((row) => row.key !== 'other')
      const timed = ['hour', 'day', 'week', 'month'].includes(by)
      if (!timed) expect(others.map((row) => row.key)).toEqual(now.rows.map((row) => row.key))
      const rows = new Map(alone.rows.map((row) => [row.key, row]))
      for (const row of others) {
        if (row.calls !== 0 || timed) expect(row).toEqual(rows.get(row.key))
      }
    }
    const { before, rows } = await ask({ by: 'destination', split: 'outcome', compare: 'previous', limit: '1' })
    const alone = await ask({ by: 'destination', split: 'outcome', ...BEFORE })
    expect(before!.rows.slice(0, rows.length).map(({ key, split }) => [key, split])).toEqual(
      rows.map(({ key, split }) => [key, split]),
    )
    const sum = (list: readonly StatsRow[]) => list.reduce((n, row) => n + Number(row.calls), 0)
    expect(sum(before!.rows)).toBe(sum(alone.rows))
    expect(sum(alone.rows)).toBeGreaterThan(50)
  }, 60_000)

  it('agrees the moment late calls and reversals are there, and after they are rolled up', async () => {
    for (const at of ['2026-10-12T05:20:00Z', '2026-10-31T18:14:59Z', '2026-10-31T18:15:00Z'])
      for (let n = 0; n < 3; n++) await addCall(Date.parse(at) + n * 60_000, 5000 + n)
    await transaction(db(), async (tx) => {
      await tx.client.query(`insert into charge select call_key, opened_at, side, line, 9, tenant_id, party_id, deck_id,
        deck_version, destination_id, -seconds, -billed_s, currency, -amount, prefix, booked_at from charge
        where opened_at >= '2026-10-15' and opened_at < '2026-10-15 06:00Z' and side = 2 and revision = 0`)
      await tx.client.query(`insert into touched_hour select h, '00000000-0000-8000-8000-000000000009', 1
        from unnest(array['2026-10-12T05:00Z', '2026-10-31T18:00Z']::timestamptz[]
          || array(select generate_series('2026-10-15T00:00Z'::timestamptz, '2026-10-15T05:00Z', '1 hour'))) h`)
    })
    await compare(ZONE, '2026-10-01', '2026-11-01')
    await compare(ZONE, '2026-10-10', '2026-11-02', 'trunk')
    while ((await rollUpTouched(db(), NOW)).hours > 0) {}
    await compare(ZONE, '2026-10-01', '2026-11-01')
    await compare(ZONE, '2026-10-10', '2026-11-02', 'trunk')
  }, 120_000)
})
