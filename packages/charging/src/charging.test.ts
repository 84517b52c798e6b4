// From calls to money against a real PostgreSQL: priced once, posted once, corrected by reversal, explained afterwards.

import { createHash } from 'node:crypto'
import { type Call, type CallDraft, DIRECTION, OUTCOME } from '@tollbook/calls'
import { ensureMonths, transaction } from '@tollbook/db'
import { ensureAccounts, ensureCarrier, ensureTenant, saveAccount, saveTrunk, tenantBySlug } from '@tollbook/directory'
import { asAccountId, asCallKey, asSourceId, type TenantId, timeFirstUuid } from '@tollbook/kernel'
import { balancesOf, verifyLedger } from '@tollbook/ledger'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { attribute } from './attribute.ts'
import { type ChargingBook, freshBook, loadBook } from './book.ts'
import { eraseTenantCharges, explainCharge, importRateDeck } from './index.ts'
import { rateUnrated } from './rate-unrated.ts'
import { settleCalls } from './settle.ts'

const db = testDatabase()
const AT = Date.UTC(2026, 2, 10, 9, 30)
const NOW = Date.UTC(2026, 2, 11)
const SELL =
  'prefix,destination,rate,connect_fee,first_block,increment\n44,UK,0.02,0,60,60\n447,UK Mobile,0.0575,0.01,30,6'
const BUY = 'prefix,destination,rate\n44,UK,0.01\n33,France,0.03'
let tenantId: TenantId
let book: ChargingBook
let serial = 0

const draft: CallDraft = {
  callKey: asCallKey(''),
  openedAtMs: AT,
  startedAtMs: AT,
  answeredAtMs: AT + 4000,
  endedAtMs: AT + 60_000,
  talkS: 32,
  ringS: 4,
  waitS: 0,
  durationS: 36,
  billS: 32,
  outcome: OUTCOME.answered,
  hangupCause: 16,
  legs: 1,
  attempts: 1,
  final: true,
  fromNumber: '201',
  toNumber: '+447700900123',
  fromName: '',
  answeredBy: '',
  accountcode: 'acme',
  linkedid: '1.1',
  entryPeer: 'PJSIP/201',
  exitPeer: 'PJSIP/northlink',
  context: 'from-internal',
  segments: [],
  ending: 1,
  path: [],
  did: '',
  extension: '',
  disposition: 1,
  rung: [],
  seizures: [],
}

function newCall(more: Partial<Call> = {}): Call {
  const name = `call ${serial++}`
  const callKey = asCallKey(timeFirstUuid(AT, createHash('sha256').update(name).digest()))
  const full = { ...draft, callKey, ...more }
  const attribution = attribute(book, [full], 1)[0]!
  return {
    ...full,
    ...attribution,
    segments: [],
    seizures: [],
    tenantId,
    sourceId: asSourceId(1),
    revision: 0,
    ...more,
  }
}

const context = () => ({ batchId: timeFirstUuid(NOW, createHash('sha256').update(`${serial++}`).digest()), nowMs: NOW })
const settle = (calls: readonly Call[], by = book) => transaction(db(), (tx) => settleCalls(tx, by, calls, context()))

async function chargesOf(call: Call) {
  const { rows } = await db().pool.query(
    `select side, line, revision, party_id, seconds, billed_s, amount, prefix, deck_version from charge
     where call_key = $1 order by side, line, revision`,
    [call.callKey],
  )
  return rows
}
const amountsOf = async (call: Call) => (await chargesOf(call)).map((c) => [c.side, c.revision, c.amount])

async function owed(accountId: number): Promise<bigint> {
  return (await balancesOf(db(), [accountId])).get(accountId)?.amount ?? 0n
}

async function reasonOf(call: Call): Promise<number | undefined> {
  const { rows } = await db().pool.query('select reason from call_unrated where call_key = $1', [call.callKey])
  return rows[0]?.reason
}

/** Calls are another room's to write; here they are only something to be read. */
async function storeCallRow(call: Call): Promise<void> {
  await db().pool.query(
    `insert into call (call_key, opened_at, started_at, answered_at, ended_at, stitched_at, tenant_id, account_id, trunk_id,
       carrier_id, destination_id, talk_s, ring_s, wait_s, duration_s, bill_s, source_id, direction, outcome,
       hangup_cause, country_id, legs, attempts, final, from_number, to_number, accountcode, linkedid)
     values ($1, $2, $2, $3, $2, $2, $4, $5, 0, $6, 0, $7, 0, 0, $7, $7, 1, $8, 1, 16, 0, 1, 1, true, '', $9, $10, '')`,
    [
      call.callKey,
      new Date(call.openedAtMs),
      call.answeredAtMs === undefined ? null : new Date(call.answeredAtMs),
      ...[tenantId, call.accountId, call.carrierId, call.billS, call.direction, call.toNumber, call.accountcode],
    ],
  )
}

beforeAll(async () => {
  await ensureMonths(db(), ['2026-03'])
  tenantId = await transaction(db(), async (tx) => {
    const tenant = await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'USD' }, NOW)
    await ensureAccounts(tx, tenant.tenantId, ['acme', 'other'], NOW)
    return tenant.tenantId
  })
  const deck = { tenantId, currency: 'EUR', nowMs: NOW }
  const sell = await importRateDeck(db(), { ...deck, name: 'Retail', side: 'sell', filename: 's.csv', text: SELL })
  const buy = await importRateDeck(db(), { ...deck, name: 'North', side: 'buy', filename: 'b.csv', text: BUY })
  if (!sell.ok || !buy.ok) throw new Error('a deck was refused')
  await transaction(db(), async (tx) => {
    const carrier = { name: 'Northlink', buyDeckId: buy.value.deckId, currency: 'EUR' }
    const carrierId = await ensureCarrier(tx, tenantId, carrier, NOW)
    await saveTrunk(tx, tenantId, { peer: 'PJSIP/northlink', carrierId }, NOW)
  })
  book = await loadBook(db(), tenantId)
})

describe('importRateDeck', () => {
  it('made the first sell deck the default and its currency the tenant’s', async () => {
    const tenant = await tenantBySlug(db(), 'main')
    expect(tenant).toMatchObject({ sellDeckId: 1, currency: 'EUR' })
    expect(book.directory.accountsByCode.get('acme')?.currency).toBe('EUR')
  })

  it('does not make a deck of another currency the default', async () => {
    const deck = {
      tenantId,
      name: 'Dollars',
      side: 'sell' as const,
      currency: 'USD',
      filename: '',
      text: SELL,
      nowMs: NOW,
    }
    expect(await importRateDeck(db(), { ...deck, makeDefault: true })).toMatchObject({
      ok: false,
      error: { kind: 'other-currency' },
    })
    expect(await importRateDeck(db(), deck)).toMatchObject({ ok: true, value: { isDefault: false } })
    expect((await tenantBySlug(db(), 'main'))?.sellDeckId).toBe(1)
    expect((await importRateDeck(db(), { ...deck, name: 'Bad', text: 'x' })).ok).toBe(false)
  })
})

describe('attribute', () => {
  it('tells account, direction, trunk, carrier, destination and country', () => {
    const { accountsByCode, trunksByPeer, countryOfDestination } = book.directory
    const [out, inbound, internal, unknown] = attribute(
      book,
      [
        draft,
        { ...draft, entryPeer: 'PJSIP/northlink', exitPeer: 'PJSIP/201', accountcode: '' },
        { ...draft, exitPeer: 'PJSIP/202', toNumber: '202' },
        { ...draft, exitPeer: '', context: 'x', toNumber: '0033123456789', accountcode: 'nobody' },
      ],
      1,
    )
    const trunk = trunksByPeer.get('pjsip/northlink')!
    expect(out).toMatchObject({
      direction: DIRECTION.outbound,
      accountId: accountsByCode.get('acme')!.accountId,
      trunkId: trunk.trunkId,
      carrierId: trunk.carrierId,
      countryId: 826,
    })
    expect(countryOfDestination.get(out!.destinationId)).toBe(826)
    expect(inbound).toMatchObject({
      direction: DIRECTION.inbound,
      trunkId: trunk.trunkId,
      destinationId: 0,
      countryId: 0,
    })
    expect(internal).toMatchObject({ direction: DIRECTION.internal, destinationId: 0 })
    expect(unknown).toMatchObject({ direction: DIRECTION.unknown, accountId: 0, trunkId: 0, countryId: 250 })
  })

  it('takes the destination from the carrier where the sell deck has none', () => {
    const [call] = attribute(book, [{ ...draft, toNumber: '+33123456789' }], 1)
    expect(call).toMatchObject({ countryId: 250 })
    expect(call!.destinationId).toBeGreaterThan(0)
  })
})

describe('freshBook', () => {
  it('is the same book until something changes', async () => {
    book = await loadBook(db(), tenantId)
    expect(await freshBook(db(), tenantId, book)).toBe(book)
    await transaction(db(), (tx) => saveAccount(tx, tenantId, { code: 'third', name: 'Third' }, NOW))
    const second = await freshBook(db(), tenantId, book)
    expect(second.directory.accountsByCode.has('third')).toBe(true)
    await transaction(db(), (tx) => saveAccount(tx, tenantId, { code: 'third', name: 'Renamed' }, NOW))
    const third = await freshBook(db(), tenantId, second)
    expect(third.directory.accountsByCode.get('third')?.name).toBe('Renamed')
    expect(await freshBook(db(), tenantId, third)).toBe(third)
  })
})

describe('settleCalls', () => {
  it('charges both sides, posts the sell side, and does so once', async () => {
    const call = newCall()
    const before = await owed(call.accountId)
    expect(await settle([call])).toEqual({ rated: 1, unrated: 0 })
    expect(await chargesOf(call)).toEqual([
      {
        ...{ side: 1, line: 1, revision: 0, party_id: call.accountId, seconds: 32, billed_s: 36 },
        ...{ amount: '0.044500', prefix: '447', deck_version: 1 },
      },
      {
        ...{ side: 2, line: 1, revision: 0, party_id: call.carrierId, seconds: 32, billed_s: 60 },
        ...{ amount: '0.010000', prefix: '44', deck_version: 1 },
      },
    ])
    expect(await settle([call])).toEqual({ rated: 1, unrated: 0 })
    expect(await chargesOf(call)).toHaveLength(2)
    expect((await owed(call.accountId)) - before).toBe(44_500n)
    const { rows } = await db().pool.query('select * from ledger_entry where ref_key = $1', [call.callKey])
    expect(rows).toMatchObject([{ amount: '0.044500', kind: 1, currency: 978, effective_at: new Date(AT) }])
  })

  it.each([
    ['nobody talked', { billS: 0 }, undefined],
    ['inbound', { entryPeer: 'PJSIP/northlink', exitPeer: 'PJSIP/201' }, undefined],
    ['internal', { exitPeer: 'PJSIP/202', toNumber: '202' }, undefined],
    ['unknown, no account code', { exitPeer: '', context: 'x', accountcode: '' }, undefined],
    ['no account code', { accountcode: '' }, 1],
    ['no rate', { toNumber: '+81312345678' }, 3],
    ['not a number', { toNumber: 'operator' }, 4],
  ])('%s: reason %s', async (_name, more, reason) => {
    const call = newCall(more)
    expect(await settle([call])).toEqual({ rated: 0, unrated: reason === undefined ? 0 : 1 })
    expect(await reasonOf(call)).toBe(reason)
    expect((await chargesOf(call)).filter((c) => c.side === 1)).toEqual([])
  })

  it('finds no deck for an account of another currency', async () => {
    await transaction(db(), (tx) => saveAccount(tx, tenantId, { code: 'dollar', currency: 'USD' }, NOW))
    book = await freshBook(db(), tenantId, book)
    const call = newCall({ accountcode: 'dollar' })
    await settle([call])
    expect(await reasonOf(call)).toBe(2)
  })

  it('charges a call of unknown direction that has an account code', async () => {
    const call = newCall({ exitPeer: '', context: 'x' })
    expect(await settle([call])).toEqual({ rated: 1, unrated: 0 })
    expect(await amountsOf(call)).toEqual([[1, 0, '0.044500']])
  })

  it('keeps a charge of zero as a line, without an entry', async () => {
    const text = 'prefix,destination,rate\n44,UK,0'
    const free = { tenantId, name: 'Free', side: 'sell' as const, currency: 'EUR', filename: '', text, nowMs: NOW }
    const report = await importRateDeck(db(), free)
    if (!report.ok) throw new Error(report.error.message)
    const sellDeckId = report.value.deckId
    await transaction(db(), (tx) => saveAccount(tx, tenantId, { code: 'free', sellDeckId }, NOW))
    book = await freshBook(db(), tenantId, book)
    const call = newCall({ accountcode: 'free' })
    expect(await settle([call])).toEqual({ rated: 1, unrated: 0 })
    expect((await amountsOf(call))[0]).toEqual([1, 0, '0.000000'])
    expect(await owed(call.accountId)).toBe(0n)
  })

  it('corrects a changed call by reversal and new charge, as often as it changes', async () => {
    const call = newCall()
    const before = await owed(call.accountId)
    await settle([call])
    await settle([{ ...call, revision: 1 }])
    expect(await chargesOf(call)).toHaveLength(2)
    const longer = { ...call, revision: 2, billS: 40 }
    await settle([longer])
    await settle([longer])
    expect(await amountsOf(call)).toEqual([
      [1, 0, '0.044500'],
      [1, 1, '-0.044500'],
      [1, 2, '0.050300'],
      [2, 0, '0.010000'],
      [2, 1, '-0.010000'],
      [2, 2, '0.010000'],
    ])
    expect((await owed(call.accountId)) - before).toBe(50_300n)
    const moved = {
      ...longer,
      revision: 3,
      accountId: asAccountId(book.directory.accountsByCode.get('other')!.accountId),
    }
    await settle([moved])
    expect((await owed(call.accountId)) - before).toBe(0n)
    expect(await owed(moved.accountId)).toBe(50_300n)
    expect((await verifyLedger(db())).differences).toEqual([])
  })

  it('takes the charge back when a call becomes unrated or free, and charges again', async () => {
    const call = newCall()
    const before = await owed(call.accountId)
    await settle([call])
    await settle([{ ...call, revision: 1, toNumber: 'operator' }])
    expect(await reasonOf(call)).toBe(4)
    expect((await owed(call.accountId)) - before).toBe(0n)
    await settle([{ ...call, revision: 2 }])
    expect(await reasonOf(call)).toBeUndefined()
    expect((await amountsOf(call)).filter(([side]) => side === 1)).toEqual([
      [1, 0, '0.044500'],
      [1, 1, '-0.044500'],
      [1, 2, '0.044500'],
    ])
    await settle([{ ...call, revision: 3, billS: 0 }])
    expect((await owed(call.accountId)) - before).toBe(0n)
    const { rows } = await db().pool.query(
      'select side, sum(amount) as amount, sum(billed_s) as billed, sum(seconds) as seconds from charge where call_key = $1 group by 1',
      [call.callKey],
    )
    for (const row of rows) expect(row).toMatchObject({ amount: '0.000000', billed: '0', seconds: '0' })
  })

  it('leaves nothing behind when the transaction fails', async () => {
    const call = newCall()
    const before = await owed(call.accountId)
    const failed = transaction(db(), async (tx) => {
      await settleCalls(tx, book, [call], context())
      throw new Error('crash')
    })
    await expect(failed).rejects.toThrow('crash')
    expect(await chargesOf(call)).toEqual([])
    expect(await owed(call.accountId)).toBe(before)
  })

  it('settles a batch of 5,000, with some of it known', async () => {
    const calls = Array.from({ length: 5000 }, (_, i) =>
      newCall({ billS: 1 + (i % 300), toNumber: i % 100 === 0 ? 'x' : '+442071838750' }),
    )
    calls.sort((a, b) => (a.callKey < b.callKey ? -1 : 1))
    expect((await settle(calls.slice(0, 700))).rated + (await settle(calls)).unrated).toBeGreaterThan(700)
    const { rows } = await db().pool.query(
      `select count(*)::int as charges, (select count(*)::int from call_unrated where call_key = any($1::uuid[])) as unrated
       from charge where call_key = any($1::uuid[])`,
      [calls.map((call) => call.callKey)],
    )
    expect(rows[0]).toEqual({ charges: 2 * 4950, unrated: 50 })
    expect((await verifyLedger(db())).differences).toEqual([])
  })
})

describe('rateUnrated', () => {
  it('charges what waited once there is a rate, touches its hour, and stops there', async () => {
    const waiting = newCall({ toNumber: '+81312345678', billS: 61 })
    const nameless = newCall({ accountcode: '' })
    for (const call of [waiting, nameless]) await storeCallRow(call)
    await settle([waiting, nameless])
    await db().pool.query('delete from touched_hour')
    expect((await rateUnrated(db(), tenantId, NOW)).rated).toBe(0)
    expect((await db().pool.query('select from touched_hour')).rowCount).toBe(0)
    const before = await owed(waiting.accountId)
    const text = `${SELL}\n81,Japan,0.10,0,60,60`
    const deck = { tenantId, name: 'Retail', side: 'sell' as const, currency: 'EUR', filename: '', nowMs: NOW }
    const report = await importRateDeck(db(), { ...deck, text, effective: 'always' })
    expect(report).toMatchObject({ ok: true, value: { version: 2, rated: 1, isDefault: true } })
    expect(await reasonOf(waiting)).toBeUndefined()
    expect(await reasonOf(nameless)).toBe(1)
    expect((await owed(waiting.accountId)) - before).toBe(200_000n)
    const { rows } = await db().pool.query('select hour, tenant_id from touched_hour')
    expect(rows).toEqual([{ hour: new Date(Date.UTC(2026, 2, 10, 9)), tenant_id: tenantId }])
    expect((await rateUnrated(db(), tenantId, NOW)).rated).toBe(0)
    book = await freshBook(db(), tenantId, book)
  })

  it('charges each call once when run twice at once', async () => {
    const calls = Array.from({ length: 300 }, () => newCall({ toNumber: '+4930123456' }))
    for (const call of calls) await storeCallRow(call)
    calls.sort((a, b) => (a.callKey < b.callKey ? -1 : 1))
    await settle(calls)
    const text = `${SELL}\n81,Japan,0.10,0,60,60\n49,Germany,0.01,0,60,60`
    const deck = {
      tenantId,
      name: 'Retail',
      side: 'sell' as const,
      currency: 'EUR',
      filename: '',
      nowMs: NOW,
      text,
      effective: 'always' as const,
    }
    const [report, again] = await Promise.all([importRateDeck(db(), deck), rateUnrated(db(), tenantId, NOW)])
    const late = await rateUnrated(db(), tenantId, NOW)
    expect((report.ok ? report.value.rated : 0) + again.rated + late.rated).toBe(300)
    const { rows } = await db().pool.query(
      'select count(*)::int as n, count(distinct call_key)::int as calls from charge where call_key = any($1::uuid[]) and side = 1',
      [calls.map((call) => call.callKey)],
    )
    expect(rows[0]).toEqual({ n: 300, calls: 300 })
    expect((await verifyLedger(db())).differences).toEqual([])
    book = await freshBook(db(), tenantId, book)
  })
})

const BARE = { planId: 0, freeS: 0, packageId: 0, packageFrom: '' }

describe('explainCharge', () => {
  it('tells a stored charge step by step, by the version it was charged by', async () => {
    const charge = { tenantId, deckId: 1, deckVersion: 1, prefix: '447', destination: 'UK Mobile', ...BARE }
    const stored = { ...charge, seconds: 32, billedS: 36, amount: '0.044500' }
    const steps = await explainCharge(db(), stored, newCall({ toNumber: '00447700900123' }))
    expect(steps.map((step) => step.kind)).toEqual([
      'number',
      'match',
      'seconds',
      'price',
      'connect-fee',
      'rounding',
      'total',
    ])
    expect(steps[0]!.values).toEqual({
      dialled: '00447700900123',
      read: '447700900123',
      rule: 'international-prefix',
    })
    expect(steps[1]!.values).toMatchObject({ candidates: '44 447', version: '1', destination: 'UK Mobile' })
    expect(steps.at(-1)?.amount).toBe('0.044500')
  })

  it('tells what is stored when the steps lead elsewhere', async () => {
    const charge = { tenantId, deckId: 1, deckVersion: 1, prefix: '447', destination: 'UK Mobile', ...BARE }
    const reversal = { ...charge, seconds: -32, billedS: -36, amount: '-0.044500' }
    const steps = await explainCharge(db(), reversal, newCall())
    expect(steps.map((step) => step.kind)).toEqual(['match', 'seconds', 'total'])
    expect(steps.at(-1)?.amount).toBe('-0.044500')
    const other = await explainCharge(db(), { ...reversal, seconds: 32, amount: '0.040000' }, newCall())
    expect(other.at(-1)?.amount).toBe('0.040000')
  })
})

describe('eraseTenantCharges', () => {
  it('takes all of one tenant', async () => {
    await transaction(db(), (tx) => eraseTenantCharges(tx, 99))
    expect((await db().pool.query('select from charge')).rowCount).toBeGreaterThan(0)
    await transaction(db(), (tx) => eraseTenantCharges(tx, tenantId))
    const { rows } = await db().pool.query(
      `select (select count(*) from charge) + (select count(*) from call_unrated) + (select count(*) from touched_hour) as n`,
    )
    expect(rows[0].n).toBe('0')
  })
})
