// Search and detail against a real PostgreSQL. Proves each filter, the order and the pages, and that a tenant sees
// nothing of another.

import { timeFirstUuid } from '@tollbook/kernel'
import { parseFilters, resolveFilters } from '@tollbook/selection'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { callDetail } from './call-detail.ts'
import { callSpan } from './call-span.ts'
import { type CallFilter, countCalls, searchCalls } from './search.ts'

const db = testDatabase()
const OPENED = Date.UTC(2026, 9, 31, 23, 59, 0)
const NOW = new Date(OPENED)

/** Call n opens n minutes after OPENED, so call 1 is the first of November. */
const key = (n: number) => timeFirstUuid(OPENED + n * 60_000, Buffer.alloc(10, n)) as never
const at = (n: number) => new Date(OPENED + n * 60_000)
const linkedid = (n: number) => `${(OPENED + n * 60_000) / 1000}.${n}`

const CALL = {
  tenant_id: 1,
  account_id: 0,
  trunk_id: 0,
  carrier_id: 0,
  destination_id: 0,
  talk_s: 0,
  ring_s: 5,
  wait_s: 0,
  duration_s: 30,
  bill_s: 0,
  source_id: 1,
  direction: 2,
  outcome: 1,
  hangup_cause: 16,
  country_id: 0,
  legs: 1,
  attempts: 1,
  final: true,
  from_number: '201',
  to_number: '204',
}
const CHARGE = {
  line: 1,
  tenant_id: 1,
  deck_id: 1,
  deck_version: 1,
  destination_id: 3,
  currency: 978,
  prefix: '353',
  booked_at: NOW,
}

function call(n: number, more: object) {
  const times = { opened_at: at(n), started_at: at(n), ended_at: at(n), stitched_at: NOW }
  return { call_key: key(n), ...times, linkedid: linkedid(n), ...more }
}

async function people() {
  const made = { created_at: NOW }
  await insertRows(db(), 'tenant', [
    { tenant_id: 1, slug: 'main', name: 'Main', currency: 978, ...made },
    { tenant_id: 2, slug: 'other', name: 'Other', currency: 840, ...made },
    { tenant_id: 3, slug: 'empty', name: 'Empty', currency: 840, ...made },
  ])
  await insertRows(db(), 'source', [{ source_id: 1, tenant_id: 1, name: 'pbx', ...made }])
  await insertRows(db(), 'account', [
    { account_id: 7, tenant_id: 1, code: 'acme', name: 'Acme', currency: 826, ...made },
  ])
  await insertRows(db(), 'carrier', [{ carrier_id: 2, tenant_id: 1, name: 'Northlink', currency: 978, ...made }])
  await insertRows(db(), 'trunk', [{ trunk_id: 5, tenant_id: 1, name: 'north', peer: 'PJSIP/north', ...made }])
  await insertRows(db(), 'destination', [{ destination_id: 3, tenant_id: 1, name: 'Ireland' }])
}

beforeAll(async () => {
  await people()
  await insertRows(
    db(),
    'call',
    [
      call(0, { from_number: '0035315550100', to_number: '201', direction: 1, from_name: 'Ada Byrne' }),
      call(1, { to_number: '00353860001111', account_id: 7, trunk_id: 5, destination_id: 3, talk_s: 61 }),
      call(2, { to_number: '+353860001111', account_id: 7, outcome: 3 }),
      call(3, { to_number: '0860002222', account_id: 7 }),
      call(4, { tenant_id: 2, to_number: '00353860001111', account_id: 7 }),
      call(5, { to_number: '2201', direction: 3 }),
    ],
    CALL,
  )
  await insertRows(
    db(),
    'charge',
    [
      {
        call_key: key(1),
        opened_at: at(1),
        side: 1,
        revision: 0,
        party_id: 7,
        seconds: 61,
        billed_s: 120,
        amount: '0.5',
      },
      {
        call_key: key(1),
        opened_at: at(1),
        side: 1,
        revision: 1,
        party_id: 7,
        seconds: -61,
        billed_s: -120,
        amount: '-0.5',
      },
      {
        call_key: key(1),
        opened_at: at(1),
        side: 1,
        revision: 2,
        party_id: 7,
        seconds: 61,
        billed_s: 61,
        amount: '0.254167',
      },
      {
        call_key: key(1),
        opened_at: at(1),
        side: 2,
        revision: 0,
        party_id: 2,
        seconds: 61,
        billed_s: 61,
        amount: '0.1',
      },
      {
        call_key: key(2),
        opened_at: at(2),
        side: 1,
        revision: 0,
        party_id: 7,
        seconds: 5,
        billed_s: 60,
        amount: '0.2',
      },
      {
        call_key: key(2),
        opened_at: at(2),
        side: 1,
        revision: 1,
        party_id: 7,
        seconds: -5,
        billed_s: -60,
        amount: '-0.2',
      },
    ],
    CHARGE,
  )
  await insertRows(db(), 'rate_deck', [
    { deck_id: 1, tenant_id: 1, name: 'Retail', side: 1, currency: 978, created_at: NOW },
  ])
  await insertRows(db(), 'call_unrated', [
    { call_key: key(3), opened_at: at(3), tenant_id: 1, account_id: 7, reason: 3 },
    { call_key: key(2), opened_at: at(2), tenant_id: 1, account_id: 7, reason: 2 },
  ])
})

type Raw = Readonly<Record<string, string>>
type More = Pick<CallFilter, 'fromMs' | 'toMs' | 'invoice'>

async function filterOf(raw: Raw, more: More = {}): Promise<CallFilter> {
  const filters = parseFilters(raw, (field, message) => expect.fail(`${field} ${message}`))
  return { tenantId: 1, currency: 978, selection: await resolveFilters(db(), 1, filters), ...more }
}

async function found(raw: Raw, more: More = {}): Promise<number[]> {
  const { calls } = await searchCalls(db(), await filterOf(raw, more), { limit: 50 })
  return calls.map((c) => (c.openedAtMs - OPENED) / 60_000)
}
const search = (q: string) => found({ q })

describe('searchCalls', () => {
  it('gives the newest first, and only those of the tenant', async () => {
    expect(await found({})).toEqual([5, 3, 2, 1, 0])
  })

  it('pages without a gap or a repeat, across the end of a month', async () => {
    const seen: number[] = []
    let after: Awaited<ReturnType<typeof searchCalls>>['next']
    do {
      const page = await searchCalls(db(), { tenantId: 1, currency: 978 }, { limit: 2, after })
      expect(page.calls.length).toBeLessThanOrEqual(2)
      seen.push(...page.calls.map((c) => (c.openedAtMs - OPENED) / 60_000))
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual([5, 3, 2, 1, 0])
  })

  it('takes a span from (inclusive) to (exclusive)', async () => {
    expect(await found({}, { fromMs: OPENED + 60_000, toMs: OPENED + 3 * 60_000 })).toEqual([2, 1])
  })

  it('filters by account, trunk, destination, direction and outcome', async () => {
    expect(await found({ account: 'acme' })).toEqual([3, 2, 1])
    expect(await found({ trunk: '5' })).toEqual([1])
    expect(await found({ destination: '3' })).toEqual([1])
    expect(await found({ direction: 'inbound' })).toEqual([0])
    expect(await found({ outcome: 'busy', account: '7' })).toEqual([2])
  })

  it.each([
    ['longest', [1, 5, 3, 2, 0]],
    ['dearest', [1]],
  ] as const)('sorts the %s first, page by page', async (order, expected) => {
    const seen: number[] = []
    let after: Awaited<ReturnType<typeof searchCalls>>['next']
    do {
      const page = await searchCalls(db(), await filterOf({}), { limit: 2, after, order })
      seen.push(...page.calls.map((c) => (c.openedAtMs - OPENED) / 60_000))
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual(expected)
  })

  it('counts up to a bound, by number too', async () => {
    expect(await countCalls(db(), await filterOf({}), 10)).toEqual({ calls: 5, capped: false })
    expect(await countCalls(db(), await filterOf({}), 4)).toEqual({ calls: 4, capped: true })
    expect(await countCalls(db(), await filterOf({ to_number: '00353860001111,_+35386000XXXX' }), 9)).toEqual({
      calls: 2,
      capped: false,
    })
    expect(await countCalls(db(), await filterOf({ q: '60001111', outcome: 'busy' }), 1)).toEqual({
      calls: 1,
      capped: false,
    })
  })

  it('tells rated from unrated', async () => {
    expect(await found({ rated: 'unrated' })).toEqual([3, 2])
    expect(await found({ rated: 'rated' })).toEqual([1])
  })

  it('finds a number however it was dialled', async () => {
    expect(await search('+353 86 000 1111')).toEqual([2, 1])
    expect(await search('00353860001111')).toEqual([2, 1])
    expect(await search('60001111')).toEqual([2, 1])
    expect(await search('353 86 000 2222')).toEqual([3])
    expect(await search('353 87 000 2222')).toEqual([])
    expect(await search('0860002222')).toEqual([3])
    expect(await search('+353 (1) 555-0100')).toEqual([0])
    expect(await search('99901111')).toEqual([])
  })

  it('takes short numbers whole, prefixes with a star, names by their beginning', async () => {
    expect(await search('2201')).toEqual([5])
    expect(await search('22*')).toEqual([5])
    expect(await search('+353*')).toEqual([2])
    expect(await search('ada b')).toEqual([0])
    expect(await search('a%')).toEqual([])
  })

  it('finds a call by linkedid and by the uniqueid of a later leg', async () => {
    const leg = {
      call_key: key(2),
      opened_at: at(2),
      started_at: at(2),
      ended_at: at(2),
      received_at: NOW,
      batch_id: key(9),
    }
    const uniqueid = `pbx-${(OPENED + 3_600_000) / 1000}.77`
    await insertRows(db(), 'leg', [
      {
        ...leg,
        leg_key: 1,
        tenant_id: 1,
        duration_s: 9,
        billsec: 5,
        source_id: 1,
        disposition: 1,
        uniqueid,
        linkedid: linkedid(2),
        channel: 'PJSIP/201-1',
        sequence: 4,
      },
    ])
    expect(await search(linkedid(3))).toEqual([3])
    expect(await search(uniqueid)).toEqual([2])
    expect(await search(linkedid(4))).toEqual([])
  })

  it('shows what stands after a rerate, and no money where none stands', async () => {
    const { calls } = await searchCalls(db(), await filterOf({ account: 'acme' }), { limit: 50 })
    expect(calls.map((c) => [c.revenue, c.cost, c.unrated, c.currency])).toEqual([
      [undefined, undefined, 3, 826],
      [undefined, undefined, 2, 978],
      ['0.254167', '0.100000', undefined, 978],
    ])
    expect(calls[2]).toMatchObject({
      account: { id: 7, code: 'acme', name: 'Acme' },
      trunk: { id: 5, name: 'north' },
      destination: { id: 3, name: 'Ireland' },
      source: 'pbx',
    })
  })

  it('finds the calls of an invoice and of one of its lines', async () => {
    const entry = { account_id: 7, effective_at: at(1), entry_key: key(20) }
    const invoice = { account_id: 7, invoice_id: key(30) as string }
    await insertRows(db(), 'ledger_entry', [
      {
        ...entry,
        debit_id: 71,
        credit_id: -11,
        booked_at: NOW,
        batch_id: key(9),
        ref_key: key(1),
        tenant_id: 1,
        kind: 1,
        currency: 978,
        amount: '0.254167',
      },
    ])
    await insertRows(db(), 'invoice', [
      {
        ...invoice,
        tenant_id: 1,
        number: 'T-1',
        period_from: NOW,
        period_to: NOW,
        zone: 'UTC',
        currency: 978,
        net: 1,
        tax: 0,
        total: 1,
        issued_at: NOW,
        due_on: '2026-12-01',
        document: {},
      },
    ])
    await insertRows(db(), 'invoiced_entry', [{ ...entry, invoice_id: key(30), line: 2 }])
    expect(await found({}, { invoice: { invoiceId: key(30) } })).toEqual([1])
    expect(await found({}, { invoice: { invoiceId: key(30), line: 2 } })).toEqual([1])
    expect(await found({}, { invoice: { invoiceId: key(30), line: 1 } })).toEqual([])
    const other = await searchCalls(db(), { tenantId: 2, currency: 978, invoice: { invoiceId: key(30) } }, { limit: 9 })
    expect(other.calls).toEqual([])
  })
})

describe('callDetail', () => {
  it('gives legs, events, charges with the reversed one marked, and the invoice', async () => {
    const event = { call_key: key(1), opened_at: at(1), received_at: NOW, batch_id: key(9), tenant_id: 1, source_id: 1 }
    await insertRows(db(), 'cel', [
      { ...event, event_key: 2, happened_at: at(2), event: 'HANGUP', uniqueid: 'x', linkedid: 'x', channel: 'c' },
      { ...event, event_key: 1, happened_at: at(1), event: 'CHAN_START', uniqueid: 'x', linkedid: 'x', channel: 'c' },
    ])
    const detail = await callDetail(db(), 1, key(1))
    expect(detail?.cel.map((e) => e.event)).toEqual(['CHAN_START', 'HANGUP'])
    expect(detail?.charges.map((h) => [h.side, h.amount, h.reversed, h.party])).toEqual([
      ['sell', '0.500000', true, 'Acme'],
      ['sell', '0.254167', false, 'Acme'],
      ['buy', '0.100000', false, 'Northlink'],
    ])
    expect(detail?.invoice).toEqual({ id: key(30), number: 'T-1' })
    const legs = (await callDetail(db(), 1, key(2)))?.legs
    expect(legs).toMatchObject([{ channel: 'PJSIP/201-1', sequence: 4, dst: '' }])
  })

  it('is empty-handed for a call of another tenant and for none', async () => {
    expect(await callDetail(db(), 1, key(4))).toBeUndefined()
    expect(await callDetail(db(), 1, key(99))).toBeUndefined()
  })
})

describe('callSpan', () => {
  const SUMS = [
    ...['calls', 'legs', 'attempts', 'answered', 'missed', 'program', 'unrated', 'effective', 'uncaused', 'short'],
    ...['waited', 'seizures', 'seized_answered', 'talk_s', 'ring_s', 'wait_s', 'tta_s', 'duration_s', 'billed_s'],
    ...['revenue', 'cost'],
  ]
  const QUARTER = {
    ...{ source_id: 1, carrier_id: 0, direction: 2, outcome: 1, hangup_cause: 16 },
    ...Object.fromEntries(SUMS.map((name) => [name, 1])),
  }

  it('is found without rollups when there was a batch, and not at all without one', async () => {
    expect(await callSpan(db(), 1)).toBeUndefined()
    await insertRows(db(), 'batch', [{ batch_id: key(9), source_id: 1, received_at: NOW, legs: 1 }])
    expect(await callSpan(db(), 1)).toEqual({ firstMs: OPENED, lastMs: OPENED + 5 * 60_000 })
    expect(await callSpan(db(), 3)).toBeUndefined()
  })

  it('is exact to the call when rollups point the way', async () => {
    const quarter = (minute: number) => new Date(Math.floor((OPENED + minute * 60_000) / 900_000) * 900_000)
    await insertRows(
      db(),
      'roll_traffic_quarter',
      [
        { tenant_id: 1, trunk_id: 0, quarter: quarter(0) },
        { tenant_id: 1, trunk_id: 5, quarter: quarter(1) },
      ],
      QUARTER,
    )
    expect(await callSpan(db(), 1)).toEqual({ firstMs: OPENED, lastMs: OPENED + 5 * 60_000 })
  })
})
