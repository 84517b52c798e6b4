// Lists of calls asked both ways, of the tables alone and with the copy by columns: the same pages and counts for every order
// and filter, while hours of the copy are behind, and where it cannot answer.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CallFilter, type CallOrder, type CallPlace, countCalls, searchCalls } from '@tollbook/calls/search'
import { transaction } from '@tollbook/db'
import { parseFilters, resolveFilters } from '@tollbook/selection'
import { rollUpTouched } from '@tollbook/stats'
import { type ColumnCopy, columnCopy, copyStanding, keepColumns } from '@tollbook/stats/columns'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { furnish, makeMonth, TENANT } from '../../stats/bench/generated-calls.ts'
import { callTable } from './call-table.ts'
import { countFound, findCalls, newestPages } from './find-calls.ts'

const db = testDatabase()
const dir = mkdtempSync(join(tmpdir(), 'tollbook-find-'))
afterAll(() => rmSync(dir, { recursive: true }))

const NOW = Date.parse('2025-08-01T12:00:00Z')
const JUNE = { fromMs: Date.parse('2025-06-01T00:00:00Z'), toMs: Date.parse('2025-07-01T00:00:00Z') }
const ORDERS: readonly CallOrder[] = ['newest', 'longest', 'dearest']
const faults: unknown[] = []
let copy: ColumnCopy
/** How often the copy was opened. */
let opened = 0

/** Tags, departments, prices in other currencies and taken back, losses, talks of one length. */
const MORE = `
  insert into call_tag (call_key, opened_at, tag, tenant_id, tagged_by, tagged_at)
    select call_key, opened_at, tag, tenant_id, 'me', opened_at from call, unnest(array['vip', 'it''s, "so"']) tag
    where talk_s % 7 = 0 and (tag = 'vip' or ring_s % 2 = 0);
  insert into department (department_id, tenant_id, name) values (1, ${TENANT}, 'Sales'), (2, ${TENANT}, 'Help');
  insert into department_member (tenant_id, kind, value, department_id)
    select ${TENANT}, 1, e::text, 1 + e % 2 from generate_series(200, 260) e
    union all select ${TENANT}, 2, 'ACCT-' || a, 1 + a % 2 from generate_series(1, 40) a;
  insert into charge select call_key, opened_at, side, line, 1, tenant_id, party_id, deck_id, deck_version, destination_id, -seconds,
      -billed_s, currency, -amount, prefix, booked_at from charge where seconds % 5 = 0 and side = 1;
  insert into charge (call_key, opened_at, side, line, revision, tenant_id, party_id, deck_id, deck_version, destination_id, seconds, billed_s,
      currency, amount, prefix, booked_at)
    select call_key, opened_at, 1, 2, 2, tenant_id, 1, 1, 1, 5001, 60, 60, case when talk_s % 2 = 0 then 840 else 978 end,
      case talk_s % 3 when 0 then -0.25 else 0.000001 end, '1', opened_at from call where talk_s % 11 = 0;
  update charge set amount = 0.006 where side = 1 and seconds < 40 and amount > 0;
  update call set talk_s = 90 where talk_s between 80 and 120;`

const touch = (which: string) =>
  db().pool.query(
    `insert into touched_hour (hour, batch_id, tenant_id) select distinct date_trunc('hour', opened_at, 'UTC'), gen_random_uuid(), $1::int
     from call where ${which}`,
    [TENANT],
  )

async function takeUp() {
  while ((await rollUpTouched(db(), NOW)).hours > 0) {}
}

/** Hours that are touched, hours taken up but not copied, and calls in them that were not there before. */
async function fallBehind() {
  const moved = `opened_at >= '2025-06-10T09:00:00Z' and opened_at < '2025-06-10T14:00:00Z'`
  await db().pool.query(`update call set talk_s = talk_s + 1000, trunk_id = 212, ending = 8 where ${moved}`)
  await touch(moved)
  await takeUp()
  const late = `opened_at >= '2025-06-20T00:00:00Z' and opened_at < '2025-06-21T03:00:00Z'`
  await db().pool.query(`update charge set amount = amount * 20 where ${late} and side = 1`)
  await db().pool.query(`delete from call where ${late} and ring_s % 5 = 0`)
  await db().pool.query(`update call set to_number = '00441' where ${late} and ring_s % 5 = 1`)
  await touch(late)
  expect((await copyStanding(db())).hoursBehind).toBeGreaterThan(2)
}

beforeAll(async () => {
  await furnish(db())
  await makeMonth(db(), 6, 2500)
  await db().pool.query(MORE)
  await touch('true')
  await takeUp()
  const kept = columnCopy(dir, (fault) => faults.push(fault))
  copy = {
    ...kept,
    house: () => {
      opened++
      return kept.house()
    },
  }
  while ((await keepColumns(db(), kept, NOW, { everyMs: 0 })) !== undefined) {}
  await fallBehind()
}, 120_000)
beforeEach(() => {
  faults.length = 0
  opened = 0
})

async function filterOf(raw: Readonly<Record<string, string>>): Promise<CallFilter> {
  const filters = parseFilters(raw, (field, message) => expect.fail(`${field} ${message}`))
  const selection = await resolveFilters(db(), TENANT, filters, { ...JUNE, zone: 'Europe/Dublin' })
  return { tenantId: TENANT, currency: 978, selection, ...JUNE }
}

type Found = { readonly keys: readonly string[]; readonly places: readonly string[] }

async function pagesOf(page: (after: CallPlace | undefined) => ReturnType<typeof searchCalls>): Promise<Found> {
  const keys: string[] = []
  const places: string[] = []
  let after: CallPlace | undefined
  do {
    const { calls, next } = await page(after)
    keys.push(...calls.map((call) => call.callKey))
    if (next) places.push(`${next.value} ${next.key}`)
    after = next
  } while (after !== undefined)
  return { keys, places }
}

async function both(filter: CallFilter, order: CallOrder, limit: number, from = copy, first = 1) {
  const tables = await pagesOf((after) => searchCalls(db(), filter, { after, limit, order }))
  const found = await pagesOf((after) => findCalls(db(), from, filter, { after, limit, order }, first))
  return { tables, found }
}

const FILTERS: Readonly<Record<string, string>>[] = [
  { trunk: '201,203', outcome: 'answered' },
  { trunk: '212' },
  { carrier: '!103' },
  { tag: 'vip' },
  { tag: '!vip,none' },
  { department: 'Sales' },
  { department: '!Help', tag: 'none' },
  { account: '!ACCT-1', destination: '!5001' },
  { account: 'ACCT-1', duration: '30-' },
  { prefix: '!150', cost: '0.001-' },
  { prefix: '101,250,333' },
  { revenue: '0.0004-0.0055' },
  { revenue: '-0.01', rated: 'rated' },
  { rated: 'unrated' },
  { ending: '!voicemail', talk: '60-' },
  { ending: 'cancelled' },
  { to_number: '_0044.' },
  { number: '!_+44[1-5]X.,201' },
  { country: '11,32', cause: '!34', source: '2,3' },
  { q: '+4420*' },
  { hour_of_day: '9-11', weekday: '1-5' },
]

describe('findCalls', () => {
  it.each(FILTERS)('gives the pages and counts that the tables give: %o', async (raw) => {
    const filter = await filterOf(raw)
    for (const order of ORDERS) {
      const { tables, found } = await both(filter, order, 199)
      expect(found).toEqual(tables)
    }
    for (const most of [50, 10_000]) {
      expect(await countFound(db(), copy, filter, most)).toEqual(await countCalls(db(), filter, most))
    }
    expect(faults).toEqual([])
    expect(opened).toBeGreaterThan(4)
  })

  it.each([
    { q: '+35312000000' },
    { q: '12000000' },
    { q: '0035312000000' },
    { q: '00441' },
    { number: '+35312000000,201' },
    { to_number: '+35312000000,+35312000001,00441' },
  ] as Readonly<Record<string, string>>[])(
    'counts the calls of a number that has many as the tables do: %o',
    async (raw) => {
      const filter = await filterOf(raw)
      for (const few of [0, 3, 400])
        for (const most of [50, 10_000])
          expect(await countFound(db(), copy, filter, most, few)).toEqual(await countCalls(db(), filter, most))
      expect([opened > 0, faults]).toEqual([true, []])
    },
  )

  it.each([
    ['longest', 37],
    ['dearest', 31],
  ] as const)('sorts all calls by the %s in pages of %i, call by call where many are alike', async (order, limit) => {
    const { tables, found } = await both(await filterOf({}), order, limit)
    expect(found).toEqual(tables)
    expect(found.keys.length).toBeGreaterThan(700)
    expect([opened, faults]).toEqual([Math.ceil(found.keys.length / limit), []])
  })

  it.each([1, 8, 25])('finds the first %i of a part of the time, and with hours behind', async (limit) => {
    const filter = await filterOf({})
    for (const [from, to] of [
      ['2025-06-03T07:30:00Z', '2025-06-28T19:00:00Z'],
      ['2025-06-09T23:00:00Z', '2025-06-10T23:00:00Z'],
      ['2025-06-19T20:00:00Z', '2025-06-22T01:30:00Z'],
    ] as const) {
      const part = { ...filter, fromMs: Date.parse(from), toMs: Date.parse(to) }
      for (const order of ['longest', 'dearest'] as const) {
        const first = await findCalls(db(), copy, part, { limit, order })
        expect(first).toEqual(await searchCalls(db(), part, { limit, order }))
        const after = first.next
        expect(await findCalls(db(), copy, part, { limit, order, after })).toEqual(
          await searchCalls(db(), part, { limit, order, after }),
        )
        expect(first.calls.length).toBe(limit)
      }
    }
    expect([copy.greatest.size > 24, opened, faults]).toEqual([true, 12, []])
  })

  it('fills a file from it as from the tables', async () => {
    const filter = await filterOf({ talk: '120-', ending: '!voicemail' })
    const rowsFrom = async (from: ColumnCopy | undefined) => {
      const table = callTable(
        newestPages((ask) => transaction(db(), ask), from),
        filter,
      )
      const rows: unknown[] = []
      for await (const page of table.pages) rows.push(...page)
      return rows
    }
    const tables = await rowsFrom(undefined)
    expect(opened).toBe(0)
    expect(await rowsFrom(copy)).toEqual(tables)
    expect([tables.length > 200, faults]).toEqual([true, []])
  })

  it('does not open it where an index serves, nor for the last of what is frequent', async () => {
    // Twenty thousand are looked through first, and so many there are not.
    for (const raw of [
      {},
      { outcome: 'answered' },
      { account: 'ACCT-1' },
      { did: '35312000000' },
      { to_number: '+35312000000' },
    ]) {
      const filter = await filterOf(raw as Readonly<Record<string, string>>)
      const { tables, found } = await both(filter, 'newest', 199, copy, 20_000)
      expect(found).toEqual(tables)
    }
    expect(opened).toBe(0)
  })

  it('leaves all to the tables where there is no copy, and where it fails', async () => {
    const filter = await filterOf({ outcome: 'answered' })
    const none = { ...copy, house: async () => undefined }
    const broken: ColumnCopy = {
      ...copy,
      house: async () => {
        const house = await copy.house()
        return (
          house && {
            ...house,
            connect: async () => ({
              ...(await house.connect()),
              rows: () => Promise.reject(new Error('no such file')),
            }),
          }
        )
      },
    }
    for (const order of ORDERS) {
      for (const from of [none, broken]) {
        const { tables, found } = await both(filter, order, 800, from)
        expect(found).toEqual(tables)
      }
    }
    expect(await countFound(db(), broken, filter, 99_999)).toEqual(await countCalls(db(), filter, 99_999))
    expect(faults.length).toBeGreaterThan(3)
  })
})
