// Days of load: that they are read where they answer, made anew when a quarter of theirs is or the zone is changed, and that the
// migration makes the same of what was there before.

import { readFile } from 'node:fs/promises'
import { ensureMonths, transaction } from '@tollbook/db'
import { timeFirstUuid } from '@tollbook/kernel'
import { startOfDate } from '@tollbook/selection/local-time'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseLoadQuery, queryLoad, rollUpLoad, type TrunkLoad } from './index.ts'

const db = testDatabase()
const HOUR = 3_600_000
const NOW = Date.parse('2026-04-10T12:00:00Z')
const LORD_HOWE = 'Australia/Lord_Howe'
const MIGRATION = new URL('../../../../migrations/0018-trunk-day.sql', import.meta.url)

beforeAll(async () => {
  await db().pool.query(
    `insert into tenant (tenant_id, slug, name, zone, currency, created_at) values (1, 'main', 'Main', 'Asia/Kathmandu', 978, now())`,
  )
  await db().pool.query(
    `insert into trunk (trunk_id, tenant_id, name, peer, capacity, created_at) values (1, 1, 'T1', 'PJSIP/1', 2, now())`,
  )
  await ensureMonths(db(), ['2026-03', '2026-04'])
})

beforeEach(async () => {
  await db().pool.query('truncate seizure, trunk_minute, trunk_quarter, trunk_day, trunk_reach')
})

/** Calls of a week of April, crowded by day; some last over midnight. */
async function tellWeek(zone: string, nowMs: number = NOW): Promise<void> {
  const hours = new Set<number>()
  for (let i = 0; i < 120; i++) {
    const at = Date.parse('2026-04-02T00:00:00Z') + ((i * i * 37) % (7 * 24 * 60)) * 60_000
    hours.add(await tell(i, at, (5 + ((i * 53) % 300)) * 60_000))
  }
  await rollUp([...hours], zone, nowMs)
}

async function tell(id: number, at: number, length: number): Promise<number> {
  const key = timeFirstUuid(at, Buffer.alloc(32, id))
  await db().pool.query('delete from seizure where call_key = $1', [key])
  await db().pool.query(
    `insert into seizure (call_key, opened_at, line, tenant_id, source_id, trunk_id, carrier_id, outward, seized_at, answered_at,
       released_at, cause, peer) values ($1, $2, 1, 1, 1, $3, 0, true, $2, null, $4, 16, 'p')`,
    [key, new Date(at).toISOString(), id % 3, new Date(at + length).toISOString()],
  )
  return at - (at % HOUR)
}

async function rollUp(hours: readonly number[], zone: string, nowMs: number = NOW): Promise<void> {
  const sorted = [...hours].sort((a, b) => a - b)
  await transaction(db(), (tx) => rollUpLoad(db(), tx, { tenantId: 1, zone }, sorted, nowMs))
}

async function ask(
  zone: string,
  from = '2026-04-02',
  to = '2026-04-09',
  nowMs: number = NOW,
  home = zone,
): Promise<TrunkLoad> {
  const query = parseLoadQuery({ from, to, zone, trunk: '1' }, { tenantId: 1, zone: home })
  if (!query.ok) throw new Error(JSON.stringify(query.error))
  return queryLoad(db(), query.value, nowMs)
}

type Row = { zone: string; from_at: Date; to_at: Date; scope: number; scope_id: number }

async function days(where = 'true'): Promise<readonly Row[]> {
  const { rows } = await db().pool.query<Row>(
    `select * from trunk_day where ${where} order by zone, from_at, scope, scope_id`,
  )
  return rows
}

const starts = async (where?: string) => [...new Set((await days(where)).map((row) => row.from_at.getTime()))]

describe('days of load', () => {
  it('answer for whole days alone', async () => {
    await tellWeek('Asia/Kathmandu')
    const [whole, cut, elsewhere] = [
      await ask('Asia/Kathmandu'),
      await ask('Asia/Kathmandu', '2026-04-02T06:00:00+05:45'),
      await ask('UTC'),
    ]
    // Whoever reads them is told a second more a day.
    await db().pool.query('update trunk_day set taken_us = taken_us + 1000000')
    const added = (a: TrunkLoad, b: TrunkLoad) => Math.round((a.all.erlangHours - b.all.erlangHours) * 3_600)
    expect(added(await ask('Asia/Kathmandu'), whole)).toBe(7)
    expect(added(await ask('Asia/Kathmandu', '2026-04-02T06:00:00+05:45'), cut)).toBe(6)
    expect(added(await ask('UTC'), elsewhere)).toBe(0)
    expect(
      added(await ask('Asia/Kathmandu', '2026-04-02', '2026-04-09', Date.parse('2026-04-05T12:00:00Z')), whole),
    ).toBe(3)
  })

  it.each([
    ['Europe/Dublin', 'America/New_York', 6],
    ['Asia/Kolkata', 'Asia/Kathmandu', 0],
    ['UTC', LORD_HOWE, 2],
  ])('kept in %s answer for hours of %s that are the same', async (home, zone, known) => {
    await tellWeek(home)
    const asked = () => ask(zone, '2026-04-02', '2026-04-09', NOW, home)
    const kept = await asked()
    await db().pool.query('create temporary table days_before as select * from trunk_day')
    await db().pool.query('truncate trunk_day')
    expect(await asked()).toEqual(kept)
    await db().pool.query('insert into trunk_day select * from days_before')
    await db().pool.query('drop table days_before')
    await db().pool.query('update trunk_day set taken_us = taken_us + 1000000')
    expect(Math.round(((await asked()).all.erlangHours - kept.all.erlangHours) * 3_600)).toBe(known)
  })

  it('are made of days that are over, and of the others when they are', async () => {
    const nowMs = startOfDate('2026-04-06', 'Asia/Kathmandu') + 5 * HOUR
    await tellWeek('Asia/Kathmandu', nowMs)
    expect(Math.max(...(await starts()))).toBe(startOfDate('2026-04-05', 'Asia/Kathmandu'))
    await tellWeek('Asia/Kathmandu')
    expect(await starts()).toContain(startOfDate('2026-04-06', 'Asia/Kathmandu'))
  })

  it('forget what a call took that became shorter, and leave other days alone', async () => {
    await tellWeek('Asia/Kathmandu')
    const at = Date.parse('2026-04-04T17:00:00Z')
    await rollUp([await tell(200, at, 3 * HOUR)], 'Asia/Kathmandu')
    const long = await days()
    await db().pool.query(`update trunk_day set cps = 77`)
    await rollUp([await tell(200, at, 60_000)], 'Asia/Kathmandu')
    const short = await days()
    expect(short).not.toEqual(long)
    expect(await starts('cps <> 77')).toEqual(
      ['2026-04-04', '2026-04-05'].map((date) => startOfDate(date, 'Asia/Kathmandu')),
    )
    const answer = await ask('Asia/Kathmandu')
    await db().pool.query('truncate trunk_day')
    expect({ ...answer.all, cps: 0 }).toEqual({ ...(await ask('Asia/Kathmandu')).all, cps: 0 })
  })

  it('follow a change of the zone, also where no call is left to be told anew', async () => {
    await tellWeek('Asia/Kathmandu')
    const answer = await ask(LORD_HOWE)
    await db().pool.query('truncate seizure')
    const hourMs = await tell(201, Date.parse('2026-03-20T10:00:00Z'), 60_000)
    await rollUp([hourMs], LORD_HOWE)
    expect(await days(`zone <> '${LORD_HOWE}'`)).toEqual([])
    expect((await starts()).length).toBeGreaterThan(7)
    expect(await ask(LORD_HOWE)).toEqual(answer)
  })

  it('keep the hours of a day that is half an hour longer', async () => {
    await tellWeek(LORD_HOWE)
    const { rows } = await db().pool.query(
      `select cardinality(hour_us) as hours, to_at - from_at as length from trunk_day
       where scope = 0 and from_at = $1`,
      [new Date(startOfDate('2026-04-05', LORD_HOWE)).toISOString()],
    )
    expect(rows).toEqual([{ hours: 25, length: expect.objectContaining({ days: 1, minutes: 30 }) }])
  })

  it.each([
    ['Asia/Kathmandu', 0],
    ['America/St_Johns', 0],
    ['America/Santiago', 0],
    [LORD_HOWE, 1],
  ])('are filled by the migration as by the worker: %s', async (zone, odd) => {
    await db().pool.query('update tenant set zone = $1', [zone])
    await tellWeek(zone)
    const made = await days()
    await db().pool.query('truncate trunk_day')
    const text = await readFile(MIGRATION, 'utf8')
    await db().pool.query(text.slice(text.indexOf('with day as')))
    const filled = await days()
    const plain = made.filter((row) => (row.to_at.getTime() - row.from_at.getTime()) % HOUR === 0)
    expect(filled).toEqual(plain)
    expect(
      new Set(made.map((r) => r.from_at.getTime())).size - new Set(filled.map((r) => r.from_at.getTime())).size,
    ).toBe(odd)
  })
})
