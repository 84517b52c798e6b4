// Answers about load against counting, with everything still to be rolled up, with all of it rolled up, and in between; in zones
// of half and quarter hours, over both changes of clocks; by questions that begin and end anywhere.

import { ensureMonths, transaction } from '@tollbook/db'
import { timeFirstUuid } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseLoadQuery, queryLoad, rollUpLoad, type TrunkLoad } from './index.ts'
import { type Channel, naiveRow } from './testing/naive-load.ts'

const db = testDatabase()
const HOUR = 3_600_000
/** Three days around the change of clocks in Lord Howe (half an hour), and others that have none. */
const BASE = Date.parse('2026-04-03T12:00:00Z')
const DAYS = 3
const NOW = Date.parse('2026-04-30T00:00:00Z')
const ZONES = ['Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'America/Santiago', 'UTC']
const CAPACITY: Readonly<Record<number, number>> = { 1: 2, 2: 3, 3: 0 }

beforeAll(async () => {
  await db().pool.query(
    `insert into tenant (tenant_id, slug, name, zone, currency, created_at) values (1, 'main', 'Main', 'UTC', 978, now()),
       (2, 'other', 'Other', 'UTC', 978, now())`,
  )
  await db().pool.query(
    `insert into trunk (trunk_id, tenant_id, name, peer, capacity, created_at)
     select n, 1, 'T' || n, 'PJSIP/' || n, c, now() from (values (1, 2), (2, 3), (3, 0)) x (n, c)`,
  )
  await db().pool.query(
    `insert into source (source_id, tenant_id, name, zone, created_at) select n, 1, 'S' || n, 'UTC', now() from generate_series(1, 2) n`,
  )
  await ensureMonths(db(), ['2026-03', '2026-04', '2026-05'])
})

type Life = { trunk: number; at: number; length: number; answer: number; cause: number }

const life: fc.Arbitrary<Life> = fc.record({
  trunk: fc.integer({ min: 0, max: 3 }),
  // Crowded into few hours, else nothing ever meets.
  at: fc
    .oneof(fc.integer({ min: 0, max: 6 * HOUR }), fc.integer({ min: 0, max: DAYS * 24 * HOUR }))
    .map((ms) => ms - (ms % 500)),
  length: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 * HOUR }), fc.integer({ min: 1, max: 50 * HOUR })),
  answer: fc.integer({ min: 0, max: 2 * HOUR }),
  cause: fc.constantFrom(16, 34, 42),
})

const chosen = fc.constantFrom('all', 'none', '1', '2', '3')

const anySpan = fc.record({
  zone: fc.constantFrom(...ZONES),
  from: fc.oneof(fc.constant(0), fc.integer({ min: -5 * HOUR, max: 40 * HOUR })),
  length: fc.oneof(fc.constant(72 * HOUR), fc.integer({ min: 1, max: 80 * HOUR })),
  chosen,
})

/** Whole days of a zone, and the parts of days around them. */
const wholeDays = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    first: fc.integer({ min: 0, max: 2 }),
    days: fc.integer({ min: 1, max: 4 }),
    cut: fc.constantFrom(0, HOUR / 4, 7 * HOUR),
    chosen,
  })
  .map(({ zone, first, days, cut, ...rest }) => {
    const start = DateTime.fromMillis(BASE, { zone }).startOf('day').plus({ days: first })
    const from = start.toMillis() - BASE - cut
    return { ...rest, zone, from, length: start.plus({ days }).toMillis() - BASE - from }
  })

const question = fc.oneof(anySpan, wholeDays)

describe('load', () => {
  it('is what counting tells, whatever is rolled up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 25 }),
        fc.array(life, { maxLength: 5 }),
        question,
        fc.integer({ min: 0, max: 30 }),
        fc.constantFrom(...ZONES),
        fc.constantFrom(...ZONES),
        async (lives, later, asked, rolled, zone, nextZone) => {
          await db().pool.query(
            'truncate call, seizure, trunk_minute, trunk_quarter, trunk_day, trunk_reach, touched_hour',
          )
          home = zone
          await tell(lives, 0)
          await rollUp(rolled, zone)
          // Some of the calls are told anew, maybe shorter; the others stay.
          await tell(later, 0)
          const all = await channels()
          const answer = await ask(asked)
          checkFigures(answer, all, asked)
          await rollUp(1000, zone)
          expect(await ask(asked)).toEqual(answer)
          await checkDays(asked, answer)
          // The tenant's zone is changed; half of what that touches is made anew.
          home = nextZone
          await touchAll()
          await rollUp(lives.length / 2, nextZone)
          expect(await ask(asked)).toEqual(answer)
          await rollUp(1000, nextZone)
          expect(await ask(asked)).toEqual(answer)
          await checkDays(asked, answer)
        },
      ),
      { numRuns: 12 },
    )
  })
})

/** The zone by whose days load is kept. */
let home = 'UTC'

type Asked = { zone: string; from: number; length: number; chosen: string }

/** With days and without, also when the last of them are not over. */
async function checkDays(asked: Asked, answer: TrunkLoad): Promise<void> {
  const within = BASE + asked.from + asked.length - 20 * HOUR
  const before = await ask(asked, within)
  await db().pool.query('create temporary table days_before as select * from trunk_day')
  await db().pool.query('truncate trunk_day')
  expect(await ask(asked)).toEqual(answer)
  expect(await ask(asked, within)).toEqual(before)
  await db().pool.query('insert into trunk_day select * from days_before')
  await db().pool.query('drop table days_before')
}

async function touchAll(): Promise<void> {
  await db().pool.query(
    `insert into touched_hour (hour, batch_id, tenant_id)
     select distinct date_trunc('hour', opened_at, 'UTC'), gen_random_uuid(), 1 from seizure`,
  )
}

async function ask({ zone, from, length, chosen }: Asked, nowMs: number = NOW): Promise<TrunkLoad> {
  const iso = (ms: number) => new Date(ms).toISOString()
  const raw = { from: iso(BASE + from), to: iso(BASE + from + length), zone, trunk: chosen }
  const query = parseLoadQuery(raw, { tenantId: 1, zone: home })
  if (!query.ok) throw new Error(JSON.stringify(query.error))
  return queryLoad(db(), query.value, nowMs)
}

/** One channel each: as the call itself, since trunks' ids fit. Calls with the same place are the same call. */
async function tell(lives: readonly Life[], shift: number): Promise<void> {
  for (const [i, l] of lives.entries()) {
    const at = BASE + l.at + shift
    const opened = new Date(BASE + ((i * 7) % 60) * HOUR).toISOString()
    const key = timeFirstUuid(Date.parse(opened), Buffer.alloc(32, i))
    await db().pool.query('delete from seizure where call_key = $1', [key])
    await db().pool.query(
      `insert into seizure (call_key, opened_at, line, tenant_id, source_id, trunk_id, carrier_id, outward, seized_at,
         answered_at, released_at, cause, peer)
       values ($1, $2, 1, 1, $3, $4, 0, true, $5, $6, $7, $8, 'p')`,
      [
        ...[key, opened, 1 + (i % 2), l.trunk, new Date(at).toISOString()],
        ...[
          l.answer <= l.length ? new Date(at + l.answer).toISOString() : null,
          new Date(at + l.length).toISOString(),
          l.cause,
        ],
      ],
    )
    await db().pool.query(
      `insert into touched_hour (hour, batch_id, tenant_id) values (date_trunc('hour', $1::timestamptz, 'UTC'), $2, 1)
       on conflict do nothing`,
      [opened, key],
    )
  }
}

async function rollUp(count: number, zone: string): Promise<void> {
  const { rows } = await db().pool.query<{ hour: Date }>(
    'select distinct hour from touched_hour where tenant_id = 1 order by 1 limit $1',
    [Math.floor(count)],
  )
  const hours = rows.map((r) => r.hour.getTime())
  await transaction(db(), async (tx) => {
    await tx.client.query('delete from touched_hour where hour = any($1)', [rows.map((r) => r.hour)])
    await rollUpLoad(db(), tx, { tenantId: 1, zone }, hours, NOW)
  })
}

/** As they count: a channel that began more than a day before its call is said to have opened is cut off there. */
async function channels(): Promise<Channel[]> {
  const us = (c: string) => `(extract(epoch from ${c}) * 1000000)::bigint`
  const { rows } = await db().pool.query(
    `select trunk_id, source_id, ${us("greatest(seized_at, opened_at - interval '1 day')")} as f, ${us('released_at')} as t,
       ${us('coalesce(answered_at, released_at)')} as a, cause from trunk_seizure`,
  )
  return rows.map((r) => ({
    ...{ trunk: r.trunk_id, source: r.source_id, from: Number(r.f), to: Math.max(Number(r.t), Number(r.f)) },
    ...{ answered: Number(r.a), cause: r.cause },
  }))
}

function checkFigures(answer: TrunkLoad, all: readonly Channel[], asked: Asked): void {
  const from = (BASE + asked.from) * 1000
  const to = from + asked.length * 1000
  const wall = wallHours(asked)
  check(answer.all, all)
  for (const trunk of answer.trunks) {
    const mine = all.filter((c) => c.trunk === (trunk.id ?? 0))
    const naive = check(trunk, mine)
    const capacity = CAPACITY[trunk.id ?? 0] ?? 0
    expect(trunk.limitSeconds).toBe(capacity === 0 ? null : naive.held[capacity - 1]! / 1e6)
    expect(trunk.metFull).toBe(capacity === 0 ? null : naive.met[capacity - 1])
  }
  for (const source of answer.sources)
    check(
      source,
      all.filter((c) => c.source === source.id),
    )
  checkChosen()

  function check(figures: TrunkLoad['all'] | TrunkLoad['sources'][number], mine: readonly Channel[]) {
    const naive = naiveRow(mine, from, to, [0, 1, 2, 3])
    expect(figures.peak).toBe(naive.peak)
    expect(figures.peakAt === null ? null : Date.parse(figures.peakAt)).toBe(
      naive.peak === 0 ? null : Math.floor(naive.peakAtUs / 1000),
    )
    expect(figures.talkPeak).toBe(naive.talkPeak)
    expect(figures.seizures).toBe(naive.starts)
    expect(figures.congested).toBe(naive.congested)
    expect(figures.cps).toBe(naive.cps)
    expect(figures.erlangHours).toBeCloseTo(naive.takenUs / 3.6e9, 9)
    expect(figures.talkErlangHours).toBeCloseTo(naive.talkUs / 3.6e9, 9)
    expect(figures.busyHour?.erlangs ?? 0).toBeCloseTo(Math.max(0, ...hourly(mine).map((h) => h.erlangs)), 9)
    return naive
  }

  function hourly(mine: readonly Channel[]) {
    return wall.map((h) => ({ ...h, erlangs: naiveRow(mine, h.from, h.to, []).takenUs / 3.6e9 }))
  }

  function checkChosen(): void {
    const { chosen } = answer
    const trunk = chosen.trunk === 'none' ? 0 : Number(chosen.trunk)
    const mine = chosen.trunk === 'all' ? all : all.filter((c) => c.trunk === trunk)
    const hours = hourly(mine)
    const means = (keyOf: (h: (typeof hours)[number]) => string | number, of: (h: typeof hours) => number) =>
      [...new Set(hours.map(keyOf))].map((k) => of(hours.filter((h) => keyOf(h) === k)))
    const clocks = means(
      (h) => h.clock,
      (hs) => hs.reduce((s, h) => s + h.erlangs, 0) / hs.length,
    )
    expect(chosen.busyHours.timeConsistent?.erlangs ?? 0).toBeCloseTo(Math.max(0, ...clocks), 9)
    const days = means(
      (h) => h.date,
      (hs) => Math.max(...hs.map((h) => h.erlangs)),
    )
    expect(chosen.busyHours.dailyPeaks?.erlangs ?? 0).toBeCloseTo(days.reduce((s, d) => s + d, 0) / days.length, 9)
    let sliding = 0
    for (let us = Math.floor(from / 6e7) * 6e7; us < to; us += 6e7) {
      const taken = mine.reduce(
        (s, c) => s + Math.max(0, Math.min(us + 3.6e9, to, c.to) - Math.max(us, from, c.from)),
        0,
      )
      sliding = Math.max(sliding, taken / 3.6e9)
    }
    expect(chosen.busyHours.sliding?.erlangs ?? 0).toBeCloseTo(sliding, 9)
    const capacity = CAPACITY[trunk] ?? 0
    const starts = chosen.series.points.map((p) => Date.parse(p.at) * 1000)
    expect(starts.length).toBeLessThanOrEqual(800)
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b))
    for (const [i, point] of chosen.series.points.entries()) {
      const naive = naiveRow(mine, starts[i]!, starts[i + 1] ?? to, [0, 1, 2, 3])
      expect(point.peak).toBe(naive.peak)
      expect(point.average).toBeCloseTo(naive.takenUs / ((starts[i + 1] ?? to) - starts[i]!), 9)
      expect(point.limitSeconds).toBe(capacity === 0 || chosen.trunk === 'all' ? 0 : naive.held[capacity - 1]! / 1e6)
    }
  }
}

/** Quarter by quarter along the wall clock: where its hour changes another hour begins. */
function wallHours({ zone, from, length }: Asked) {
  const quarter = HOUR / 4
  const hours = new Map<string, { from: number; to: number; clock: number; date: string }>()
  for (let ms = BASE + from; ms < BASE + from + length; ms = ms - (ms % quarter) + quarter) {
    const at = DateTime.fromMillis(ms, { zone })
    const key = at.toFormat('yyyy-MM-dd HH ZZ')
    const until = Math.min(ms - (ms % quarter) + quarter, BASE + from + length)
    const hour = hours.get(key) ?? { from: ms * 1000, to: 0, clock: at.hour, date: at.toFormat('yyyy-MM-dd') }
    hours.set(key, { ...hour, to: until * 1000 })
  }
  return [...hours.values()]
}
