// Calls found by number in parts of time: the same pages and counts as of all of them at once, however they lie in the span.

import { ensureMonths } from '@tollbook/db'
import { timeFirstUuid } from '@tollbook/kernel'
import { parseFilters, resolveFilters } from '@tollbook/selection'
import { insertRows, testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { newestFirst, type Part } from './newest-first.ts'
import { type CallFilter, type CallPlace, countCalls, searchCalls } from './search.ts'

const db = testDatabase()
const HOUR_MS = 3_600_000
const START = Date.UTC(2025, 0, 10)
const END = Date.UTC(2025, 5, 20)

/** Often, seldom, only long ago, in one burst of the same second, and only on the last day. */
const NUMBERS: Readonly<Record<string, readonly number[]>> = {
  '0035315550100': Array.from({ length: 400 }, (_, i) => END - 1000 - i * 9 * HOUR_MS).filter((ms) => ms > START),
  '0035315550101': [START, START + 1000, Date.UTC(2025, 2, 1), Date.UTC(2025, 4, 31, 23, 59, 59)],
  '0035315550102': Array.from({ length: 30 }, (_, i) => START + i * 60_000),
  '0035315550103': Array.from({ length: 40 }, () => Date.UTC(2025, 3, 1)),
  '0035315550104': Array.from({ length: 60 }, (_, i) => END - 1000 - i * 600_000),
}
type Made = { readonly key: string; readonly atMs: number; readonly number: string }
const made: Made[] = Object.entries(NUMBERS).flatMap(([number, times], n) =>
  times.map((atMs, i) => ({
    atMs,
    number,
    key: timeFirstUuid(atMs, Buffer.from(`${n}${String(i).padStart(9, '0')}`)),
  })),
)

beforeAll(async () => {
  await ensureMonths(db(), ['2025-01', '2025-02', '2025-03', '2025-04', '2025-05', '2025-06'])
  const created_at = new Date(START)
  await insertRows(db(), 'tenant', [{ tenant_id: 1, slug: 'main', name: 'Main', currency: 978, created_at }])
  await insertRows(db(), 'source', [{ source_id: 1, tenant_id: 1, name: 'pbx', created_at }])
  await insertRows(
    db(),
    'call',
    made.map(({ key, atMs, number }, i) => {
      const at = new Date(atMs)
      return {
        ...{ call_key: key, opened_at: at, started_at: at, ended_at: at, stitched_at: at, linkedid: String(i) },
        ...(i % 2 === 0 ? { from_number: number, to_number: '201' } : { from_number: '202', to_number: number }),
      }
    }),
    {
      ...{ tenant_id: 1, account_id: 0, trunk_id: 0, carrier_id: 0, destination_id: 0, country_id: 0, source_id: 1 },
      ...{ talk_s: 0, ring_s: 0, wait_s: 0, duration_s: 0, bill_s: 0, direction: 2, outcome: 1, hangup_cause: 16 },
      ...{ legs: 1, attempts: 1, final: true },
    },
  )
})

/** What is looked up to know where calls are; told by the rollups, or here by a batch. */
const known = () =>
  insertRows(db(), 'batch', [
    { batch_id: timeFirstUuid(START, Buffer.alloc(10)), source_id: 1, received_at: new Date(START), legs: 1 },
  ])

async function filterOf(number: string, span: Part): Promise<CallFilter> {
  const filters = parseFilters({ q: number }, (field, message) => expect.fail(`${field} ${message}`))
  return { tenantId: 1, currency: 978, selection: await resolveFilters(db(), 1, filters), ...span }
}

async function pagesOf(filter: CallFilter, limit: number): Promise<string[][]> {
  const pages: string[][] = []
  let after: CallPlace | undefined
  do {
    const page = await searchCalls(db(), filter, { limit, after })
    pages.push(page.calls.map((call) => call.callKey))
    after = page.next
  } while (after !== undefined)
  return pages
}

const instant = fc.option(
  fc.oneof(
    fc.integer({ min: START - 40 * 24 * HOUR_MS, max: END + 40 * 24 * HOUR_MS }),
    fc.constantFrom(...made.map((call) => call.atMs)),
  ),
  { nil: undefined },
)

async function holds(number: string, span: Part, limit: number): Promise<void> {
  const { fromMs, toMs } = span
  const keys = made
    .filter((c) => c.number === number)
    .filter((c) => c.atMs >= (fromMs ?? 0) && c.atMs < (toMs ?? Number.MAX_SAFE_INTEGER))
    .map((c) => c.key)
    .sort()
    .reverse()
  const filter = await filterOf(number.replace(/^00/, ''), span)
  const pages = await pagesOf(filter, limit)
  expect(pages.flat()).toEqual(keys)
  expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true)
  const most = limit * 2
  const counted = { calls: Math.min(keys.length, most), capped: keys.length > most }
  expect(await countCalls(db(), filter, most)).toEqual(counted)
}

describe('numbers found in parts', () => {
  const asked = fc.tuple(
    fc.constantFrom(...Object.keys(NUMBERS)),
    fc.record({ fromMs: instant, toMs: instant }),
    fc.integer({ min: 7, max: 80 }),
  )

  it('gives the same pages and counts as all at once, where nothing tells of the span', async () => {
    await fc.assert(
      fc.asyncProperty(asked, (of) => holds(...of)),
      { numRuns: 10 },
    )
  })

  it('and where something does', async () => {
    await known()
    await fc.assert(
      fc.asyncProperty(asked, (of) => holds(...of)),
      { numRuns: 40 },
    )
  })
})

describe('newestFirst', () => {
  const partsOf = async (
    span: Part,
    need: number,
    found: (part: Part) => number,
    firstCalls?: number,
    restIsFew?: (part: Part) => Promise<boolean>,
  ) => {
    const parts: Part[] = []
    const look = async (part: Part) => {
      parts.push(part)
      return found(part)
    }
    await newestFirst(db(), { tenantId: 1, ...span }, need, look, { firstCalls, restIsFew })
    return parts
  }
  const lengthOf = ({ fromMs, toMs }: Part) => (toMs! - fromMs!) / HOUR_MS
  // Where a month was analyzed, its calls are known: of these few, one is more than the quarter hour that is least.
  beforeAll(() => db().pool.query('analyze call'))

  it('is through a year without hits in few parts, and stops when there is enough', async () => {
    const span = { fromMs: END - 365 * 24 * HOUR_MS, toMs: END }
    const none = await partsOf(span, 51, () => 0, 0)
    expect(none.slice(0, -1).map(lengthOf).map(Math.round)).toEqual([0, 4, 64, 1024])
    expect([none[0]?.toMs, none.at(-1)?.fromMs]).toEqual([span.toMs, span.fromMs])
    expect(none.slice(1).map((part) => part.toMs)).toEqual(none.slice(0, -1).map((part) => part.fromMs))
    expect(await partsOf(span, 51, () => 51, 0)).toHaveLength(1)
    // One in a quarter of an hour: fifty more are not looked for in more than sixteen times as much, then in as much as they need.
    const even = await partsOf(span, 51, (part) => Math.floor(lengthOf(part) * 4 + 0.01), 0)
    expect(even.map((part) => Math.round(lengthOf(part) * 4))).toEqual([1, 16, 51])
  })

  it('asks for all the rest where the first part held nothing, and goes on where that is much', async () => {
    const span = { fromMs: END - 365 * 24 * HOUR_MS, toMs: END }
    const rests: Part[] = []
    const rest = (isFew: boolean) => async (part: Part) => {
      rests.push(part)
      return isFew
    }
    const [first, ...others] = await partsOf(span, 51, () => 0, 0, rest(true))
    expect([others, rests]).toEqual([[], [{ fromMs: span.fromMs, toMs: first?.fromMs }]])
    expect(await partsOf(span, 51, () => 0, 0, rest(false))).toHaveLength(5)
    expect(await partsOf(span, 51, (part) => (part.toMs === END ? 1 : 50), 0, rest(true))).toHaveLength(2)
    expect(rests).toHaveLength(2)
  })

  it('begins with as much as holds so many calls', async () => {
    const { rows } = await db().pool.query<{ n: number }>(
      `select count(*)::int as n from call where opened_at >= '2025-06-01' and opened_at < '2025-07-01'`,
    )
    const days = (END - Date.UTC(2025, 5, 1)) / HOUR_MS / 24
    const [part] = await partsOf({ fromMs: START, toMs: END }, 51, () => 51, rows[0]!.n / 10)
    expect(lengthOf(part!) / 24 / (days / 10)).toBeCloseTo(1, 2)
  })

  it('leaves nothing out at the ends', async () => {
    const parts = await partsOf({}, 51, () => 0, 0)
    expect(parts[0]?.toMs).toBeUndefined()
    expect(parts[0]?.fromMs).toBe(END - 1000 + 1 - HOUR_MS / 4)
    expect(parts.at(-1)?.fromMs).toBeUndefined()
  })
})
