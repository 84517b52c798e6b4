// The month's run: for each account with open entries one invoice, each in a transaction of its own. A run that is
// broken off keeps the papers it finished, loses no number, and is simply started again.

import { randomBytes } from 'node:crypto'
import { type Db, ensureMonths, lockInTransaction, monthOf, type Tx, transaction } from '@tollbook/db'
import { type Clock, timeFirstUuid } from '@tollbook/kernel'
import { composeInvoice } from './compose.ts'
import { dateIn, type Month, monthIn, monthsUpTo } from './month.ts'
import { accountsWithOpenEntries, collectOpenEntries, type OpenAccount } from './open-entries.ts'
import { type InvoiceTenant, readAccount, readTenant } from './parties.ts'
import { type InvoiceRow, invoicesOfPeriod } from './read.ts'
import { insertInvoice, takeNumber } from './store.ts'

export type InvoiceRun = {
  readonly tenantId: number
  /** "2026-10", a month of the tenant's zone; see `isMonth`. */
  readonly month: string
  readonly clock: Clock
}

export type InvoiceRunReport = {
  readonly month: string
  readonly created: number
  /** Invoices of this month that were there before. */
  readonly unchanged: number
  /** All invoices of the month, newest first. */
  readonly invoices: readonly InvoiceRow[]
}

/**
 * Invoices everything up to the end of the month that stands on no invoice yet. Run again, it creates nothing unless
 * entries have come since: those of an account go on a further invoice as late calls or corrections. Throws when the
 * tenant does not exist or its tax rate cannot be read.
 */
export async function runInvoices(db: Db, { tenantId, month: name, clock }: InvoiceRun): Promise<InvoiceRunReport> {
  const tenant = await readTenant(db, tenantId)
  const month = monthIn(name, tenant.zone)
  let created = 0
  for (const account of await accountsWithOpenEntries(db, tenantId, month.toMs)) {
    const months = monthsUpTo(account.sinceMs, month, tenant.zone)
    await ensureMonths(db, utcMonths(account.sinceMs, month.toMs))
    const done = await transaction(db, (tx) => invoiceAccount(tx, tenant, account, months, clock.now()))
    if (done) created++
  }
  const invoices = await invoicesOfPeriod(db, tenantId, month)
  return { month: name, created, unchanged: invoices.length - created, invoices }
}

/** False when there was nothing to put on paper after all. */
async function invoiceAccount(
  tx: Tx,
  tenant: InvoiceTenant,
  open: OpenAccount,
  months: readonly Month[],
  nowMs: number,
): Promise<boolean> {
  const { tenantId } = tenant
  // One run at a time for a tenant: another one that found the same entries waits here and then finds them gone.
  await lockInTransaction(tx, `invoices.${tenantId}`)
  const groups = await collectOpenEntries(tx, open, months)
  if (groups.length === 0) return false
  const account = await readAccount(tx, open.accountId)
  const number = await takeNumber(tx, tenantId, dateIn(nowMs, tenant.zone).slice(0, 4))
  const { accountId, currency } = open
  const document = composeInvoice({ tenant, account, currency, number, issuedAtMs: nowMs, months, groups })
  const invoiceId = timeFirstUuid(nowMs, randomBytes(10))
  const month = months.at(-1)!
  await insertInvoice(tx, { invoiceId, tenantId, accountId, currency, issuedAtMs: nowMs, month, document, groups })
  return true
}

function utcMonths(fromMs: number, toMs: number): ReadonlySet<string> {
  const months = new Set<string>()
  const DAY_MS = 86_400_000
  for (let at = fromMs; at < toMs + DAY_MS; at += 27 * DAY_MS) months.add(monthOf(Math.min(at, toMs)))
  return months
}
