// Missed callers from the copy against those of the tables: the same people in the same order, whatever is asked and however far the
// files are behind.

import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { furnish, makeMonth, TENANT } from '../../bench/generated-calls.ts'
import {
  type MissedCaller,
  type MissedOptions,
  parseStatsQuery,
  queryMissed,
  queryStats,
  rollUpTouched,
} from '../index.ts'
import { type ColumnCopy, columnCopy, forgetMonth, keepColumns, keepMissed, tidyColumns } from './index.ts'

const db = testDatabase()
const dir = mkdtempSync(join(tmpdir(), 'tollbook-missed-'))
afterAll(() => rmSync(dir, { recursive: true }))

const NOW = Date.parse('2025-08-01T12:00:00Z')
const tenant = { tenantId: TENANT, zone: 'Europe/Dublin', currency: 978 }
const faults: unknown[] = []
let copy: ColumnCopy

const touch = (where: string) =>
  db().pool.query(
    `insert into touched_hour (hour, batch_id, tenant_id) select distinct date_trunc('hour', opened_at, 'UTC'), gen_random_uuid(), $1::int
     from call where ${where}`,
    [TENANT],
  )
async function rollUp() {
  while ((await rollUpTouched(db(), NOW)).hours > 0) {}
}
async function copyAll() {
  while ((await keepColumns(db(), copy, NOW, { everyMs: 0 })) !== undefined) {}
  let made = 0
  while ((await keepMissed(db(), copy)) !== undefined) made++
  return made
}

beforeAll(async () => {
  await furnish(db())
  await makeMonth(db(), 6, 2500)
  await db().pool.query(MORE)
  await touch('true')
  await rollUp()
  copy = columnCopy(dir, (fault) => faults.push(fault))
  expect(await copyAll()).toBe(30)
}, 120_000)
beforeEach(() => {
  faults.length = 0
})

/**
 * Few people, so that they call often: numbers spelled in two ways, none at all, and such as a file could mistake; telephones that rang in
 * vain; and conversations to the microsecond, on the borders of days and of hours to return in.
 */
const MORE = `
  update call set from_number = case ring_s % 5 when 0 then '' when 1 then 'a,"b' when 2 then E'x\\ny'
      when 3 then '+353860001' || (100 + abs(hashtext(call_key::text)) % 40) else '0860001' || (100 + abs(hashtext(call_key::text)) % 40) end,
    from_name = case when talk_s % 2 = 0 then 'Ann, "A"' end,
    rung = case ring_s % 4 when 0 then null when 1 then array['201', '12'] when 2 then array['Ä', '201', 'a,"b'] else '{}' end
    where direction = 1;
  update call set to_number = '0860001' || (100 + abs(hashtext(call_key::text)) % 90) where direction = 2 and talk_s % 3 = 0;
  update call set to_number = 'a,"b' where direction = 2 and talk_s % 40 = 1;
  insert into call_tag (call_key, opened_at, tag, tenant_id, tagged_by, tagged_at)
    select call_key, opened_at, 'vip', tenant_id, 'me', opened_at from call where ring_s % 2 = 0;
  insert into department (department_id, tenant_id, name) values (1, ${TENANT}, 'Sales');
  insert into department_member (tenant_id, kind, value, department_id)
    select ${TENANT}, 2, 'ACCT-' || a, 1 from generate_series(1, 40) a;
  insert into call (call_key, opened_at, started_at, ended_at, stitched_at, tenant_id, source_id, account_id, trunk_id, carrier_id, destination_id,
      talk_s, ring_s, wait_s, duration_s, bill_s, direction, outcome, hangup_cause, country_id, legs, attempts, final, from_number, to_number,
      linkedid, extension)
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '8000800000' || lpad(to_hex(n), 10, '0'))::uuid, at, at,
      at, at, ${TENANT}, 1, 1001, 0, 0, 0, 5, 3, 9, 8, 5, way, outcome, 16, 0, 1, 1, true, case way when 1 then number else '100' end,
      case way when 1 then '100' else number end, 'b' || n, case outcome when 1 then '20' || n % 10 else '' end
    from (values
      (1, '2025-06-03T10:00:00Z'::timestamptz, 1, 2, '0871110001'), (2, '2025-06-03T11:00:00Z', 2, 1, '+353871110001'),
      (3, '2025-06-03T10:00:00Z', 1, 2, '0871110002'), (4, '2025-06-03T11:00:00.000001Z', 2, 1, '0871110002'),
      (5, '2025-06-03T23:59:59.999999Z', 1, 2, '0871110003'), (6, '2025-06-04T00:00:00Z', 1, 1, '0871110003'),
      (7, '2025-06-05T10:00:00Z', 1, 2, '0871110004'), (8, '2025-06-06T10:00:00Z', 2, 1, '0871110004'),
      (9, '2025-06-05T10:00:00Z', 1, 2, '0871110005'), (10, '2025-06-06T10:00:00.000001Z', 2, 1, '0871110005'),
      (11, '2025-06-05T10:00:00Z', 1, 2, '0871110006'), (12, '2025-06-12T10:00:00Z', 2, 1, '0871110006'),
      (13, '2025-06-05T10:00:00Z', 1, 2, '0871110007'), (14, '2025-06-12T10:00:00.000001Z', 2, 1, '0871110007'),
      (15, '2025-06-07T10:00:00Z', 1, 2, '0871110008'), (16, '2025-06-07T10:00:00Z', 2, 1, '0871110008'),
      (17, '2025-06-07T10:00:01Z', 2, 1, '0871110009'), (18, '2025-06-07T10:00:02Z', 1, 2, '0871110009'),
      (19, '2025-06-08T10:00:00Z', 1, 2, '0871110010'), (20, '2025-06-08T10:30:00Z', 1, 3, '0871110010'),
      (21, '2025-06-08T11:00:00.5Z', 2, 1, '0871110010'), (22, '2025-06-08T11:00:00.5Z', 1, 1, '0871110010'),
      (23, '2025-06-08T12:00:00Z', 1, 2, '0871110010'), (24, '2025-06-09T10:00:00Z', 1, 2, '0871110010')
    ) made(n, at, way, outcome, number)`

const MONTH = { from: '2025-06-01', to: '2025-07-01' }

/** All pages of both, and how often the copy looked through some days itself, in the last page: undefined = the tables answered. */
async function both(raw: Readonly<Record<string, string>> = {}, options: Partial<MissedOptions> = {}) {
  const parsed = parseStatsQuery({ ...MONTH, ...raw }, tenant)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  let found: number | undefined
  const heard: ColumnCopy = {
    ...copy,
    house: async () => {
      const house = await copy.house()
      return (
        house && {
          ...house,
          connect: async () => {
            found = undefined
            const duck = await house.connect()
            const rows: typeof duck.rows = async (text, values) => {
              const got = await duck.rows(text, values)
              if (text.includes('temp view missed ')) found ??= 0
              if (text.startsWith('insert into returned')) found = (found ?? 0) + 1
              return got
            }
            return { ...duck, rows }
          },
        }
      )
    },
  }
  const pages = async (from?: ColumnCopy) => {
    const items: MissedCaller[] = []
    const totals = new Set<string>()
    for (let after: MissedOptions['after']; ; ) {
      const page = await queryMissed(db(), parsed.value, { withinHours: 24, limit: 20, ...options, after }, from)
      items.push(...page.items)
      totals.add(`${page.callers} ${page.returned}`)
      if (page.next === undefined) return { items, totals: [...totals] }
      after = page.next
    }
  }
  return { plain: await pages(), copied: await pages(heard), found, query: parsed.value }
}

describe('missed callers', () => {
  const WITHIN = [1, 4, 24, 72, 168]
  it.each(WITHIN)('are the same people from the copy, called back within %i hours or not', async (withinHours) => {
    for (const only of [undefined, 'returned', 'unreturned'] as const) {
      const { plain, copied, found } = await both({}, { withinHours, only })
      expect(copied).toEqual(plain)
      expect([found, faults]).toEqual([0, []])
      expect(plain.items.length).toBeGreaterThan(3)
    }
  })

  it('are those of the metric', async () => {
    const { copied, query } = await both()
    const { total } = await queryStats(db(), { ...query, metrics: ['return_rate'] })
    const [callers, returned] = copied.totals[0]!.split(' ').map(Number)
    expect(total.return_rate).toBeCloseTo((100 * returned!) / callers!, 9)
    expect(copied.items.filter((i) => i.number !== '')).toHaveLength(callers!)
    expect(copied.items.filter((i) => i.returned)).toHaveLength(returned!)
  })

  const ASKED: Readonly<Record<string, string>>[] = [
    { from: '2025-06-03T23:59:59Z', to: '2025-06-09T10:20:30Z' },
    { from: '2025-06-08T10:15:00Z', to: '2025-06-08T10:45:00Z' },
    { from: '2025-06-05T10:00:00Z', to: '2025-06-05T10:00:01Z' },
    { account: 'ACCT-7,ACCT-1', outcome: '!busy' },
    { tag: 'vip' },
    { department: 'Sales' },
    { department: '!Sales', tag: '!vip' },
    { from_number: '_08.', weekday: '1-5' },
    { wait: '10-', rated: 'rated' },
    { did: '+35312000001' },
    { q: '+35386*' },
    { direction: 'outbound' },
  ]
  it.each(ASKED)('of the same calls: %o', async (asked) => {
    for (const withinHours of [1, 24, 168]) {
      const { plain, copied } = await both(asked, { withinHours })
      expect(copied).toEqual(plain)
    }
    const { plain, copied, found } = await both(asked, { only: 'unreturned', limit: 5 })
    expect(copied).toEqual(plain)
    expect([found, faults]).toEqual([0, []])
  })

  it('are found anew where files are behind, and only there', async () => {
    const some = `opened_at >= '2025-06-10T09:00:00Z' and opened_at < '2025-06-10T14:00:00Z'`
    await db().pool.query(
      `update call set outcome = 1, extension = '299', from_number = '0871110009' where direction = 1 and ${some}`,
    )
    await touch(some)
    for (const step of ['touched', 'rolled up']) {
      for (const withinHours of [24, 168]) {
        const { plain, copied, found } = await both({}, { withinHours })
        expect(copied).toEqual(plain)
        expect(plain.items.some((i) => i.returned?.by === '299')).toBe(withinHours === 168)
        // That day, and those before from which a return may lie in these hours: two, two and eight days.
        expect(found, step).toBe(withinHours === 168 ? 2 : 1)
      }
      const some = { department: '!Sales', from: '2025-06-04T10:20:30Z', to: '2025-06-10T12:34:56Z' }
      const { plain, copied, found } = await both(some, { only: 'unreturned', limit: 2 })
      expect(copied).toEqual(plain)
      expect([plain.items.length > 3, found]).toEqual([true, 1])
      await rollUp()
    }
    expect(faults).toEqual([])
    while ((await keepColumns(db(), copy, NOW, { everyMs: 0 })) !== undefined) {}
    const copied = await both()
    expect(copied.copied).toEqual(copied.plain)
    expect(copied.found).toBeGreaterThan(0)
    // The day, and the seven before it.
    expect(await copyAll()).toBe(8)
    const again = await both()
    expect(again.copied).toEqual(copied.plain)
    expect(again.found).toBe(0)
  })

  it('are found anew where a file is damaged, until it is made again', async () => {
    const folder = join(dir, 'columns', String(TENANT))
    const { plain } = await both()
    await tidyColumns(db(), copy, Date.now() + 3_600_000)
    const files = readdirSync(folder).filter((f) => f.endsWith('.missed.parquet'))
    expect(files).toHaveLength(30)
    truncateSync(join(folder, files[3]!), 100)
    rmSync(join(folder, files[4]!))
    const damaged = await both()
    expect(damaged.copied).toEqual(plain)
    expect(damaged.found).toBeGreaterThan(0)
    await tidyColumns(db(), copy, Date.now())
    expect(await copyAll()).toBe(2)
    expect(await both()).toMatchObject({ copied: plain, found: 0 })
    expect(faults).toEqual([])
  })

  it('are found anew where there are no files yet', async () => {
    await db().pool.query('update column_missed set stale = true, bases[1] = null')
    const { plain, copied, found } = await both({}, { limit: 100 })
    expect(copied).toEqual(plain)
    // Thirty days, four at a time.
    expect([found, faults]).toEqual([8, []])
    expect(await copyAll()).toBe(30)
    expect(await both({}, { limit: 100 })).toMatchObject({ copied: plain, found: 0 })
  })

  it('are asked of the tables where nothing can be read by columns', async () => {
    copy = { ...copy, house: async () => undefined }
    expect(await keepMissed(db(), copy)).toBeUndefined()
    const { plain, copied, found } = await both()
    expect(copied).toEqual(plain)
    expect(found).toBeUndefined()
    await transaction(db(), (tx) => forgetMonth(tx, '2025-06'))
    expect((await db().pool.query('select from column_missed')).rowCount).toBe(0)
  })
})
