// Rules saved after the calls came give what rules saved before would have given, in calls and in money; never twice, and
// nothing on an invoice is charged anew.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listRestitches } from '@tollbook/calls/restitching'
import { type CallRules, DEFAULT_RULES, readRules, rulesStanding } from '@tollbook/calls/rules'
import { transaction } from '@tollbook/db'
import { ensureTenant, saveTrunk } from '@tollbook/directory'
import { asTenantId, fixedClock, type TenantId } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, expect, it } from 'vitest'
import { importCdrs, importRateDeck } from '../index.ts'
import { keepFinal, orderAgain, orderRules, previewRules, runRestitch } from './index.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T12:00:00Z')
const clock = fixedClock(NOW)
const dir = mkdtempSync(join(tmpdir(), 'tollbook-restitch-'))
afterAll(() => rmSync(dir, { recursive: true }))

const DECK =
  'prefix,destination,rate\n1,North America,0.02\n44,United Kingdom,0.02\n49,Germany,0.03\n7,Russia,0.04\n8,Asia,0.06\n'
/** Trunks by another name, a context that decides, and everything else as the recordings have it. */
const LAB = labRules()

function labRules(): CallRules {
  const url = new URL('../../../calls/src/rules/lab-rules.json', import.meta.url)
  const read = readRules(JSON.parse(readFileSync(url, 'utf8')))
  if (!read.ok) throw new Error(read.error.join(' '))
  return { ...read.value, contexts: [{ context: 'lab', direction: 'internal' }] }
}

async function tenant(slug: string): Promise<TenantId> {
  const made = await transaction(db(), (tx) => ensureTenant(tx, { slug, name: slug, currency: 'EUR' }, NOW))
  const tenantId = asTenantId(made.tenantId)
  const deck = { tenantId, name: 'Retail', side: 'sell', currency: 'EUR', filename: 'r.csv', text: DECK } as const
  const done = await importRateDeck(db(), { ...deck, effective: 'always', nowMs: NOW })
  if (!done.ok) throw new Error(JSON.stringify(done.error))
  return tenantId
}

async function importCalls(tenantId: TenantId, recording = 'Master.csv'): Promise<void> {
  const path = join(dir, recording)
  writeFileSync(path, recorded(`asterisk-22/${recording}`))
  const file = { tenantId, source: 'pbx', zone: 'auto', filename: recording, path, clock }
  expect(await importCdrs(db(), file)).toMatchObject({ ok: true })
}

const save = (tenantId: TenantId, rules: CallRules | undefined, sourceId = 0) =>
  orderRules(db(), { tenantId, sourceId, rules, by: 'ada@example.org', nowMs: NOW })

async function runAll(): Promise<number> {
  let changed = 0
  for (;;) {
    const run = await runRestitch(db(), clock)
    if (run === undefined) return changed
    changed += run.changed
  }
}

/** Calls and what they cost, by names: ids differ between tenants, and how often a call changed is provenance. */
async function told(tenantId: TenantId): Promise<unknown[]> {
  const { rows } = await db().pool.query(
    `select c.linkedid, a.code as account, t.name as trunk, d.name as destination, c.direction, c.outcome, c.bill_s,
       c.talk_s, c.answered_by, c.ending, c.path, c.final,
       (select sum(amount) from charge g where g.call_key = c.call_key and g.opened_at = c.opened_at) as charged,
       (select reason from call_unrated u where u.call_key = c.call_key and u.opened_at = c.opened_at) as unrated,
       (select array_agg(s.to_number order by segment) from call_segment s where s.call_key = c.call_key) as parts
     from call c left join account a using (account_id) left join trunk t using (trunk_id)
       left join destination d using (destination_id)
     where c.tenant_id = $1 order by c.linkedid`,
    [tenantId],
  )
  return rows
}

const RECORDINGS = ['Master.csv', 'all-cdr-cel.ami']

it.each(RECORDINGS)('%s: rules after the calls give what rules before them give, once, and back', async (recording) => {
  const slug = recording.slice(-3)
  const [before, after] = [await tenant(`before-${slug}`), await tenant(`after-${slug}`)]
  await importCalls(after, recording)
  const byDefault = await told(after)
  await save(before, LAB)
  await importCalls(before, recording)
  await runAll()
  expect(await told(before)).not.toEqual(byDefault)

  const preview = await previewRules(db(), { tenantId: after, sourceId: 0, rules: LAB, fromMs: 0, nowMs: NOW })
  expect(await told(after)).toEqual(byDefault)
  await save(after, LAB)
  const changed = await runAll()
  expect(changed).toBeGreaterThan(0)
  expect([preview.changed, preview.complete]).toEqual([changed, true])
  expect(await told(after)).toEqual(await told(before))
  expect(await rulesStanding(db(), after, 0)).toMatchObject({ own: true, revision: 1, appliedRevision: 1 })

  const { rows: audit } = await db().pool.query(
    `select cause, c.revision = h.revision as same from call_change h join call c using (call_key) where c.tenant_id = $1`,
    [after],
  )
  expect(audit).toHaveLength(changed)
  expect(new Set(audit.map((row) => `${row.cause} ${row.same}`))).toEqual(new Set(['rules true']))

  await save(after, undefined)
  await runAll()
  expect(await told(after)).toEqual(byDefault)
  await save(after, DEFAULT_RULES)
  expect(await runAll()).toBe(0)
  expect((await verifyLedger(db())).differences).toEqual([])
})

it('a trunk that becomes known is seen in the calls of before when asked for, and only in the span', async () => {
  const tenantId = await tenant('trunk')
  await importCalls(tenantId)
  await transaction(db(), (tx) => saveTrunk(tx, tenantId, { peer: 'PJSIP/carrier', name: 'Carrier' }, NOW))
  const trunks = async () =>
    (await db().pool.query('select count(*)::int as n from call where tenant_id = $1 and trunk_id <> 0', [tenantId]))
      .rows[0].n
  await orderAgain(db(), { tenantId, sourceId: 0, fromMs: NOW, toMs: undefined, by: '', nowMs: NOW })
  await runAll()
  expect(await trunks()).toBe(0)
  await orderAgain(db(), { tenantId, sourceId: 0, fromMs: undefined, toMs: NOW, by: '', nowMs: NOW })
  await runAll()
  expect(await trunks()).toBeGreaterThan(0)
  const [last] = await listRestitches(db(), tenantId)
  expect(last).toMatchObject({ state: 'done', cause: 'asked', callsTotal: last!.callsSeen })
})

it('one that is stopped goes on where it left off; newer rules take the place of older ones under way', async () => {
  const tenantId = await tenant('stop')
  await importCalls(tenantId)
  await save(tenantId, LAB)
  const stopped = await runRestitch(db(), clock, AbortSignal.abort())
  expect(stopped).toMatchObject({ seen: 0, changed: 0 })
  expect((await listRestitches(db(), tenantId))[0]).toMatchObject({ state: 'queued' })
  await save(tenantId, DEFAULT_RULES)
  expect(await runAll()).toBe(0)
  expect((await listRestitches(db(), tenantId)).map((job) => job.state).sort()).toEqual(['cancelled', 'done'])
})

it('a call on an invoice is only proposed for credit', async () => {
  const tenantId = await tenant('invoiced')
  await importCalls(tenantId)
  const { rows: entries } = await db().pool.query(
    'select account_id, effective_at, entry_key, ref_key from ledger_entry where tenant_id = $1',
    [tenantId],
  )
  expect(entries.length).toBeGreaterThan(0)
  const accounts = [...new Set(entries.map((entry) => entry.account_id))]
  for (const [i, accountId] of accounts.entries()) {
    const invoiceId = `00000000-0000-7000-8000-00000000000${i}`
    await db().pool.query(
      `insert into invoice (account_id, invoice_id, tenant_id, number, period_from, period_to, zone, currency, net, tax,
         total, issued_at, due_on, document)
       values ($1, $2, $3, $4, '2026-11-01', '2026-12-01', 'UTC', 978, 1, 0, 1, '2026-12-01', '2026-12-15', '{}')`,
      [accountId, invoiceId, tenantId, `R${tenantId}-${i}`],
    )
    await db().pool.query(
      `insert into invoiced_entry (account_id, effective_at, entry_key, invoice_id, line)
       select account_id, effective_at, entry_key, $2, 1 from ledger_entry where account_id = $1`,
      [accountId, invoiceId],
    )
  }
  const charged = async () =>
    (
      await db().pool.query('select count(*)::int as n, sum(amount) from charge where tenant_id = $1 and side = 1', [
        tenantId,
      ])
    ).rows
  const was = await charged()
  const nobodyPays = { ...LAB, channels: [], contexts: [{ context: '*', direction: 'internal' as const }] }
  await save(tenantId, nobodyPays)
  await runAll()
  expect(await charged()).toEqual(was)
  const { rows: proposals } = await db().pool.query('select would_be from credit_proposal where tenant_id = $1', [
    tenantId,
  ])
  expect(proposals.length).toBe(entries.length)
  const [job] = await listRestitches(db(), tenantId)
  expect(job!.callsInvoiced).toBe(entries.length)
})

it('calls are final after the quiet their rules ask for, and a late look does not change them again', async () => {
  const tenantId = await tenant('final')
  await save(tenantId, { ...LAB, finalAfterMinutes: 1440 })
  await importCalls(tenantId)
  await runAll()
  const open = async () =>
    (await db().pool.query('select count(*)::int as n from call where tenant_id = $1 and not final', [tenantId]))
      .rows[0].n
  const first = await open()
  expect(first).toBeGreaterThan(0)
  expect(await keepFinal(db(), NOW)).toBe(0)
  expect(await keepFinal(db(), NOW + 1441 * 60_000)).toBeGreaterThanOrEqual(first)
  expect(await open()).toBe(0)
  const { rows } = await db().pool.query('select max(revision) as r from call where tenant_id = $1', [tenantId])
  expect(rows[0].r).toBe(0)
  await orderAgain(db(), { tenantId, sourceId: 0, fromMs: undefined, toMs: undefined, by: '', nowMs: NOW })
  expect(await runAll()).toBe(0)
  expect(await open()).toBe(0)
})
