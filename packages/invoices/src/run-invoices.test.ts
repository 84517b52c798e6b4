// The month's run on a real database: sums that close, numbers without gaps, nothing invoiced twice, late calls and
// corrections on the next paper.

import { createHash } from 'node:crypto'
import { ensureMonths, transaction } from '@tollbook/db'
import { fixedClock, micros, parseMoney, timeFirstUuid } from '@tollbook/kernel'
import { postEntries, receivableOf, revenueOf } from '@tollbook/ledger'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { eraseTenantInvoices, getInvoice, listInvoices, runInvoices } from './index.ts'

const db = testDatabase()
const EUR = 978
const clock = fixedClock(Date.parse('2026-11-01T02:10:00Z'))

const uuid = (text: string, ms: number) => timeFirstUuid(ms, createHash('sha256').update(text).digest())

/** Books one line of a call as charging does: a charge, and an entry of its amount unless that is 0. */
async function book(call: {
  tenant?: number
  account: number
  at: string
  n: number
  destination: number
  amount: string
  seconds: number
  revision?: number
}): Promise<string> {
  const { tenant = 1, account, n, destination, revision = 0, seconds } = call
  const atMs = Date.parse(call.at)
  const key = uuid(`call ${tenant} ${account} ${n}`, atMs)
  const amount = parseMoney(call.amount)
  await transaction(db(), async (tx) => {
    await tx.client.query(
      `insert into charge values ($1, $2, 1, $3, $3, $4, $5, 1, 1, $6, $7, $8, ${EUR}, $9, '86', $2)`,
      [key, call.at, revision, tenant, account, destination, seconds, Math.ceil(seconds / 60) * 60, call.amount],
    )
    if (amount === 0n) return
    const [receivable, revenue] = [receivableOf(account), revenueOf(tenant)]
    const posting = {
      accountId: account,
      entryKey: uuid(`entry ${tenant} ${account} ${n} ${revision}`, atMs),
      effectiveAtMs: atMs,
      debitId: amount > 0n ? receivable : revenue,
      creditId: amount > 0n ? revenue : receivable,
      amount: micros(amount < 0n ? -amount : amount),
      kind: amount > 0n ? (1 as const) : (2 as const),
      currency: EUR,
      tenantId: tenant,
      refKey: key,
    }
    expect(await postEntries(tx, [posting], { batchId: key, nowMs: clock.now() })).toBe(1)
  })
  return key
}

beforeAll(async () => {
  await ensureMonths(db(), ['2026-08', '2026-09', '2026-10', '2026-11'])
  const q = (text: string) => db().pool.query(text)
  for (const t of [1, 2])
    await q(`insert into tenant (tenant_id, slug, name, zone, currency, legal, created_at) values (${t}, 't${t}',
      'Northpier', 'Europe/Dublin', ${EUR}, '{"address":["12 Harbour Row"],"taxId":"IE 0","taxRate":"0.23"}', now())`)
  await q(`insert into account (account_id, tenant_id, code, name, currency, locale, created_at) values
    (1, 1, '1001', 'Crane', ${EUR}, 'en', now()), (2, 1, '1002', '蓝鹤', ${EUR}, 'zh-CN', now()),
    (3, 1, '1003', 'Silent', ${EUR}, 'en', now()), (9, 2, '1001', 'Other tenant', ${EUR}, 'en', now())`)
  await q(`insert into destination (destination_id, tenant_id, name) values (1, 1, 'China, mobile'), (2, 1, 'Cuba')`)
})

const run = (month: string) => runInvoices(db(), { tenantId: 1, month, clock })
const lines = async (id: string) =>
  (await getInvoice(db(), 1, id))!.lines.map((l) => [
    l.section,
    l.description,
    l.calls,
    l.seconds,
    l.billedSeconds,
    l.amount,
  ])

describe('runInvoices', () => {
  it('invoices the local month, exactly, by destination and account', async () => {
    // Dublin is an hour ahead until 25 October: 23:30 UTC on 30 September is October there, and 31 October ends at 24 UTC.
    await book({ account: 1, n: 1, at: '2026-09-30T23:30:00Z', destination: 1, amount: '0.033333', seconds: 61 })
    await book({ account: 1, n: 2, at: '2026-10-31T23:59:59Z', destination: 1, amount: '0.071111', seconds: 10 })
    await book({ account: 1, n: 3, at: '2026-10-15T12:00:00Z', destination: 2, amount: '1.500001', seconds: 600 })
    await book({ account: 1, n: 4, at: '2026-11-01T00:00:00Z', destination: 2, amount: '9', seconds: 600 })
    await book({ account: 2, n: 1, at: '2026-10-03T12:00:00Z', destination: 0, amount: '2', seconds: 60 })
    await book({ tenant: 2, account: 9, n: 1, at: '2026-10-03T12:00:00Z', destination: 0, amount: '5', seconds: 60 })
    const report = await run('2026-10')
    expect(report).toMatchObject({ month: '2026-10', created: 2, unchanged: 0 })
    const [second, first] = report.invoices.toSorted((a, b) => (a.number < b.number ? 1 : -1))
    expect([first!.number, second!.number]).toEqual(['2026-0001', '2026-0002'])
    // 1.604445 is rounded once to 1.60; 23 % of that is 0.368, so 0.37.
    expect(first).toMatchObject({
      account: { id: 1, code: '1001', name: 'Crane' },
      periodFrom: '2026-09-30T23:00:00.000Z',
      periodTo: '2026-11-01T00:00:00.000Z',
      net: '1.604445',
      tax: '0.370000',
      total: '1.970000',
      calls: 3,
      dueOn: '2026-12-01',
    })
    expect(await lines(first!.id)).toEqual([
      ['calls', 'Cuba', 1, 600, 600, '1.500001'],
      ['calls', 'China, mobile', 2, 71, 180, '0.104444'],
    ])
    expect(await lines(second!.id)).toEqual([['calls', '其他通话', 1, 60, 60, '2.000000']])
  })

  it('creates nothing when run again', async () => {
    const again = await run('2026-10')
    expect(again).toMatchObject({ created: 0, unchanged: 2 })
    expect(again.invoices).toHaveLength(2)
  })

  it('puts a late call and a correction on the next paper, and nets what came and went before it', async () => {
    await book({ account: 1, n: 5, at: '2026-10-20T12:00:00Z', destination: 1, amount: '0.25', seconds: 30 })
    // A rerate of call 3, which stands on the first invoice: −1.500001 + 1.2.
    await book({
      account: 1,
      n: 3,
      at: '2026-10-15T12:00:00Z',
      destination: 2,
      amount: '-1.500001',
      seconds: -600,
      revision: 1,
    })
    await book({
      account: 1,
      n: 3,
      at: '2026-10-15T12:00:00Z',
      destination: 2,
      amount: '1.2',
      seconds: 600,
      revision: 2,
    })
    // Rerated before it was ever invoiced: only the new price and destination show.
    await book({
      account: 1,
      n: 4,
      at: '2026-11-01T00:00:00Z',
      destination: 2,
      amount: '-9',
      seconds: -600,
      revision: 1,
    })
    await book({ account: 1, n: 4, at: '2026-11-01T00:00:00Z', destination: 1, amount: '8', seconds: 600, revision: 2 })
    // Charged and taken back: not on paper at all.
    await book({ account: 1, n: 6, at: '2026-11-02T00:00:00Z', destination: 2, amount: '3', seconds: 60 })
    await book({
      account: 1,
      n: 6,
      at: '2026-11-02T00:00:00Z',
      destination: 2,
      amount: '-3',
      seconds: -60,
      revision: 1,
    })
    clock.move(30 * 86_400_000)
    const report = await run('2026-11')
    expect(report).toMatchObject({ created: 1, unchanged: 0 })
    expect(await lines(report.invoices[0]!.id)).toEqual([
      ['calls', 'China, mobile', 1, 600, 600, '8.000000'],
      ['late', 'Late calls, October 2026', 1, 30, 60, '0.250000'],
      ['correction', 'Corrections, October 2026', 1, 0, 0, '-0.300001'],
    ])
    expect(report.invoices[0]!.number).toBe('2026-0003')
    expect((await run('2026-11')).created).toBe(0)
  })

  it('makes a credit note when more was taken back than charged', async () => {
    await book({
      account: 2,
      n: 1,
      at: '2026-10-03T12:00:00Z',
      destination: 0,
      amount: '-2',
      seconds: -60,
      revision: 1,
    })
    const report = await run('2026-11')
    const credit = report.invoices.find((i) => i.account.id === 2)!
    expect(credit).toMatchObject({ net: '-2.000000', tax: '-0.460000', total: '-2.460000', number: '2026-0004' })
  })

  it('marks each entry once, so that papers and ledger agree', async () => {
    const { rows } = await db().pool.query(
      `select count(*)::int as n, count(distinct entry_key)::int as entries,
         sum(case when e.debit_id > 0 then e.amount else -e.amount end) as amount
       from invoiced_entry join ledger_entry e using (account_id, entry_key, effective_at)`,
    )
    const { rows: nets } = await db().pool.query('select sum(net) as amount from invoice')
    expect(rows[0]).toEqual({ n: 11, entries: 11, amount: nets[0].amount })
  })

  it('takes no number and writes nothing when a transaction fails, and lets two runs at once make one paper', async () => {
    await book({ account: 3, n: 1, at: '2026-10-08T12:00:00Z', destination: 1, amount: '0.01', seconds: 5 })
    await db().pool.query(`update tenant set legal = '{"taxRate":"23%"}' where tenant_id = 1`)
    await expect(run('2026-10')).rejects.toThrow('tax rate')
    await db().pool.query(`update tenant set legal = '{}' where tenant_id = 1`)
    await db().pool.query('alter table invoice_line add constraint refuse check (amount <> 0.01)')
    await expect(run('2026-10')).rejects.toThrow('refuse')
    await db().pool.query('alter table invoice_line drop constraint refuse')
    const both = await Promise.all([run('2026-10'), run('2026-10')])
    expect(both[0].created + both[1].created).toBe(1)
    const { rows } = await db().pool.query('select number from invoice where tenant_id = 1 order by number')
    expect(rows.map((r) => r.number)).toEqual(['2026-0001', '2026-0002', '2026-0003', '2026-0004', '2026-0005'])
    const silent = both[0].invoices.find((i) => i.account.id === 3)!
    expect(silent).toMatchObject({ net: '0.010000', tax: '0.000000', total: '0.010000' })
  })
})

describe('reading', () => {
  it('lists by cursor, newest first, only the tenant’s own', async () => {
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await listInvoices(db(), { tenantId: 1, limit: 2, cursor })
      if (!page.ok) throw new Error(page.error.kind)
      seen.push(...page.value.items.map((i) => i.number))
      if (page.value.next === null) break
      cursor = page.value.next
    }
    expect(seen).toHaveLength(5)
    expect(seen.toSorted()).toEqual([...new Set(seen)].toSorted())
    expect(seen.slice(3).toSorted()).toEqual(['2026-0001', '2026-0002'])
    expect(await listInvoices(db(), { tenantId: 1, cursor: "1_'; drop" })).toEqual({
      ok: false,
      error: { kind: 'bad-cursor' },
    })
    expect(await listInvoices(db(), { tenantId: 2 })).toEqual({ ok: true, value: { items: [], next: null } })
  })

  it('leads from a line to its calls', async () => {
    const list = await listInvoices(db(), { tenantId: 1, accountId: 1 })
    const { id } = list.ok ? list.value.items.at(-1)! : { id: '' }
    const { rows } = await db().pool.query(
      `select i.line, count(distinct e.ref_key)::int as calls from invoiced_entry i
       join ledger_entry e using (account_id, entry_key, effective_at)
       join charge c on c.call_key = e.ref_key and c.revision = 0
       where i.account_id = 1 and i.invoice_id = $1 group by 1 order by 1`,
      [id],
    )
    expect(rows).toEqual((await getInvoice(db(), 1, id))!.lines.map((l) => ({ line: l.line, calls: l.calls })))
  })

  it('does not find an invoice of another tenant, nor by a text that is no id', async () => {
    const list = await listInvoices(db(), { tenantId: 1, limit: 1 })
    const id = list.ok ? list.value.items[0]!.id : ''
    expect(await getInvoice(db(), 1, id)).toBeDefined()
    expect(await getInvoice(db(), 2, id)).toBeUndefined()
    expect(await getInvoice(db(), 1, 'x')).toBeUndefined()
  })

  it('erases a tenant’s papers and frees its entries', async () => {
    await runInvoices(db(), { tenantId: 2, month: '2026-10', clock })
    await transaction(db(), (tx) => eraseTenantInvoices(tx, 1))
    const count = async (table: string) => (await db().pool.query(`select count(*)::int as n from ${table}`)).rows[0].n
    expect(await Promise.all(['invoice', 'invoice_line', 'invoiced_entry', 'invoice_counter'].map(count))).toEqual([
      1, 1, 1, 1,
    ])
  })
})
