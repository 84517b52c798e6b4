// A small world for the api's tests: three tenants, people of every role, a few calls, a deck, an invoice.
// Rows go straight into the tables; who inserts them is handed in.

import { timeFirstUuid } from '@tollbook/kernel'

export type InsertRows = (table: string, rows: readonly object[], defaults?: object) => Promise<void>

export const NOW_MS = Date.UTC(2026, 10, 2, 9)
const NOW = new Date(NOW_MS)
/** Call n opened n minutes before NOW; the newest is 1. */
export const callKey = (n: number) => timeFirstUuid(NOW_MS - n * 60_000, Buffer.alloc(10, n))
export const openedAt = (n: number) => new Date(NOW_MS - n * 60_000)
export const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`

/** One of each kind of person; `root` may do everything everywhere, `stranger` belongs to another tenant. */
export const PEOPLE = ['root', 'admin', 'operator', 'viewer', 'stranger'] as const
export type Person = (typeof PEOPLE)[number]
export const userId = (person: Person) => uuid(100 + PEOPLE.indexOf(person))

export async function makeWorld(insert: InsertRows): Promise<void> {
  const counted = ['tenant', 'account', 'carrier', 'trunk', 'destination', 'source', 'deck']
  await insert(
    'counter',
    counted.map((name) => ({ name, value: 100 })),
  )
  await insertDirectory(insert)
  await insertPeople(insert)
  await insertCalls(insert)
  await insertDecks(insert)
  await insertInvoices(insert)
  await insertData(insert)
}

async function insertDirectory(insert: InsertRows): Promise<void> {
  const made = { created_at: NOW }
  await insert(
    'tenant',
    [
      {
        tenant_id: 1,
        slug: 'main',
        name: 'Main',
        zone: 'Europe/Dublin',
        currency: 978,
        sell_deck_id: 1,
        is_sample: false,
      },
      { tenant_id: 2, slug: 'other', name: 'Other', zone: 'UTC', currency: 840, is_sample: false },
      { tenant_id: 3, slug: 'sample', name: 'Sample', zone: 'UTC', currency: 978, is_sample: true },
    ],
    made,
  )
  await insert('source', [
    { source_id: 1, tenant_id: 1, name: 'pbx', zone_detected: 'UTC', ...made },
    { source_id: 2, tenant_id: 2, name: 'far', ...made },
  ])
  await insert('account', [
    { account_id: 7, tenant_id: 1, code: 'acme', name: 'Acme', currency: 978, sell_deck_id: 1, ...made },
    { account_id: 8, tenant_id: 1, code: 'bolt', name: 'Bolt', currency: 978, ...made },
    { account_id: 9, tenant_id: 2, code: 'acme', name: 'Theirs', currency: 840, ...made },
  ])
  await insert('carrier', [{ carrier_id: 2, tenant_id: 1, name: 'Northlink', currency: 978, buy_deck_id: 2, ...made }])
  await insert('trunk', [
    { trunk_id: 5, tenant_id: 1, name: 'North', peer: 'PJSIP/north', carrier_id: 2, capacity: 30, ...made },
    { trunk_id: 6, tenant_id: 1, name: 'West', peer: 'PJSIP/west', ...made },
  ])
  await insert('destination', [{ destination_id: 3, tenant_id: 1, name: 'Ireland mobile' }])
}

async function insertPeople(insert: InsertRows): Promise<void> {
  const people = PEOPLE.map((name) => ({
    user_id: userId(name),
    email: `${name}@example.net`,
    name,
    is_admin: name === 'root',
    created_at: NOW,
  }))
  await insert('app_user', people)
  await insert('membership', [
    ...(['admin', 'operator', 'viewer'] as const).map((role) => ({ user_id: userId(role), tenant_id: 1, role })),
    { user_id: userId('stranger'), tenant_id: 2, role: 'admin' },
  ])
}

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
}

async function insertCalls(insert: InsertRows): Promise<void> {
  const call = (n: number, more: object) => {
    const times = { opened_at: openedAt(n), started_at: openedAt(n), ended_at: openedAt(n), stitched_at: NOW }
    return { call_key: callKey(n), ...times, linkedid: `${(NOW_MS - n * 60_000) / 1000}.${n}`, ...more }
  }
  await insert(
    'call',
    [
      call(1, {
        to_number: '00353860001111',
        account_id: 7,
        trunk_id: 5,
        destination_id: 3,
        talk_s: 61,
        from_name: '=cmd()',
      }),
      call(2, { to_number: '204', direction: 3, outcome: 2 }),
      call(3, { to_number: '00353860002222', account_id: 7 }),
      call(4, { to_number: '1', tenant_id: 2 }),
    ],
    CALL,
  )
  const leg = {
    received_at: NOW,
    batch_id: uuid(1),
    tenant_id: 1,
    duration_s: 68,
    billsec: 61,
    source_id: 1,
    disposition: 1,
  }
  await insert('leg', [
    {
      ...leg,
      call_key: callKey(1),
      opened_at: openedAt(1),
      leg_key: 1,
      started_at: openedAt(1),
      ended_at: NOW,
      uniqueid: '1.1',
      linkedid: '1.1',
      channel: 'PJSIP/201-1',
    },
  ])
  // Not rolled up yet: figures are read from the calls.
  const hours = [new Date(NOW_MS - 3_600_000), NOW]
  await insert(
    'touched_hour',
    hours.map((hour) => ({ hour, batch_id: uuid(1), tenant_id: 1 })),
  )
  await insert('batch', [{ batch_id: uuid(1), source_id: 1, received_at: NOW, legs: 1 }])
  await insert('call_unrated', [
    { call_key: callKey(3), opened_at: openedAt(3), tenant_id: 1, account_id: 7, reason: 3 },
  ])
}

async function insertDecks(insert: InsertRows): Promise<void> {
  await insert('rate_deck', [
    { deck_id: 1, tenant_id: 1, name: 'Retail', side: 1, currency: 978, live_version: 2, created_at: NOW },
    { deck_id: 2, tenant_id: 1, name: 'Northlink', side: 2, currency: 978, created_at: NOW },
    { deck_id: 3, tenant_id: 2, name: 'Theirs', side: 1, currency: 840, created_at: NOW },
  ])
  await insert('deck_version', [{ deck_id: 1, version: 2, rates: 2, filename: 'retail.csv', created_at: NOW }])
  const rate = { deck_id: 1, version: 2, effective_from: NOW, destination_id: 3, connect_fee: '0.01' }
  await insert('rate', [
    { ...rate, prefix: '35386', price_per_minute: '0.2500000000' },
    { ...rate, prefix: '44', price_per_minute: '2' },
  ])
  await insert('charge', [
    {
      call_key: callKey(1),
      opened_at: openedAt(1),
      side: 1,
      line: 1,
      revision: 0,
      tenant_id: 1,
      party_id: 7,
      deck_id: 1,
      deck_version: 2,
      destination_id: 3,
      seconds: 61,
      billed_s: 61,
      currency: 978,
      amount: '0.254167',
      prefix: '35386',
      booked_at: NOW,
    },
  ])
}

async function insertInvoices(insert: InsertRows): Promise<void> {
  await insert('balance', [
    { account_id: 7, ledger_id: 71, tenant_id: 1, currency: 978, amount: '12.5', entries: 3, updated_at: NOW },
  ])
  const invoice = {
    account_id: 7,
    tenant_id: 1,
    period_from: NOW,
    period_to: NOW,
    zone: 'UTC',
    currency: 978,
    document: {},
  }
  await insert('invoice', [
    {
      ...invoice,
      invoice_id: uuid(50),
      number: '2025/1',
      net: 1,
      tax: 0.23,
      total: 1.23,
      issued_at: new Date(NOW_MS - 1),
      due_on: '2026-12-02',
    },
  ])
  const posting = { debit_id: 71, credit_id: -11, booked_at: NOW, batch_id: uuid(1), tenant_id: 1, kind: 1 }
  const entry = { effective_at: openedAt(1), entry_key: uuid(40), ref_key: callKey(1) }
  await insert('ledger_entry', [{ ...posting, ...entry, account_id: 7, currency: 978, amount: '0.254167' }])
  await insert('invoice_line', [
    {
      account_id: 7,
      invoice_id: uuid(50),
      line: 1,
      destination_id: 3,
      description: 'Ireland',
      calls: 4,
      seconds: 9,
      billed_s: 9,
      amount: 1,
    },
  ])
}

async function insertData(insert: InsertRows): Promise<void> {
  const done = { tenant_id: 1, source_id: 1, state: 'done', read: 84, inserted: 84 }
  await insert('import', [
    { ...done, import_id: uuid(60), filename: 'Master.csv', created_at: new Date(NOW_MS + 1), finished_at: NOW },
    { ...done, import_id: uuid(61), filename: 'Later.csv', created_at: new Date(NOW_MS + 2) },
    { import_id: uuid(62), tenant_id: 2, source_id: 2, filename: 'theirs.csv', state: 'done', created_at: NOW },
  ])
  const reject = { reason: 'billsec is not a number', raw: Buffer.from('"x",\xff', 'latin1'), rejected_at: NOW }
  await insert('ingest_reject', [
    { ...reject, source_id: 1, reject_key: uuid(70), tenant_id: 1, import_id: uuid(60), line: 12 },
    { ...reject, source_id: 1, reject_key: uuid(71), tenant_id: 1, line: 13, state: 'dismissed' },
    { ...reject, source_id: 2, reject_key: uuid(72), tenant_id: 2, line: 14 },
  ])
}
