// Writes an invoice: its number, itself, its lines, and the mark on every entry it holds. Always within the one
// transaction that composed it, so a number is used or not taken at all.

import type { Tx } from '@tollbook/db'
import { assert, parseMoney } from '@tollbook/kernel'
import { sql } from 'kysely'
import { orderGroups } from './compose.ts'
import type { InvoiceDocument } from './document.ts'
import type { Month } from './month.ts'
import type { EntryGroup } from './open-entries.ts'

/** The tenant's next number, "2026-0001": without gaps, counted on over the years. The counter stays locked. */
export async function takeNumber(tx: Tx, tenantId: number, year: string): Promise<string> {
  const { rows } = await sql<{ n: number }>`insert into invoice_counter (tenant_id, last_number) values (${tenantId}, 1)
    on conflict (tenant_id) do update set last_number = invoice_counter.last_number + 1
    returning last_number as n`.execute(tx.q)
  return `${year}-${String(rows[0]!.n).padStart(4, '0')}`
}

export type NewInvoice = {
  readonly invoiceId: string
  readonly tenantId: number
  readonly accountId: number
  readonly currency: number
  readonly issuedAtMs: number
  readonly month: Month
  readonly document: InvoiceDocument
  /** Those the document was composed from; open_entry still holds their entries. */
  readonly groups: readonly EntryGroup[]
}

export async function insertInvoice(tx: Tx, invoice: NewInvoice): Promise<void> {
  const { document, accountId, invoiceId, month } = invoice
  await sql`insert into invoice (account_id, invoice_id, tenant_id, number, period_from, period_to, zone, currency,
      net, tax, total, issued_at, due_on, document)
    values (${accountId}, ${invoiceId}, ${invoice.tenantId}, ${document.number},
      ${new Date(month.fromMs).toISOString()}, ${new Date(month.toMs).toISOString()}, ${document.zone},
      ${invoice.currency}, ${document.net}, ${document.tax}, ${document.total},
      ${new Date(invoice.issuedAtMs).toISOString()}, ${document.dueOn}, ${JSON.stringify(document)})`.execute(tx.q)
  await insertLines(tx, accountId, invoiceId, document)
  await markEntries(tx, invoice)
}

async function insertLines(tx: Tx, accountId: number, invoiceId: string, document: InvoiceDocument): Promise<void> {
  const net = document.lines.reduce((sum, l) => sum + parseMoney(l.amount), 0n)
  assert(net === parseMoney(document.net), 'net is not the sum of the lines')
  await sql`insert into invoice_line
      (account_id, invoice_id, line, destination_id, description, calls, seconds, billed_s, amount)
    select ${accountId}::int, ${invoiceId}::uuid, l.line, l."destinationId", l.description, l.calls, l.seconds,
      l."billedSeconds", l.amount
    from jsonb_to_recordset(${JSON.stringify(document.lines)}::jsonb) as l (line smallint, "destinationId" int,
      description text, calls int, seconds bigint, "billedSeconds" bigint, amount numeric)`.execute(tx.q)
}

async function markEntries(tx: Tx, { accountId, invoiceId, groups }: NewInvoice): Promise<void> {
  const lines = orderGroups(groups).map((g, i) => ({ ...g, amount: undefined, line: i + 1 }))
  const marked = await sql`insert into invoiced_entry (account_id, effective_at, entry_key, invoice_id, line)
    select ${accountId}::int, e.effective_at, e.entry_key, ${invoiceId}::uuid, l.line
    from open_entry e join jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
        as l (section text, month int, "destinationId" int, line smallint)
      on l.section = e.section and l.month = e.month and l."destinationId" = e.destination_id`.execute(tx.q)
  const { rows } = await sql<{ n: string }>`select count(*) as n from open_entry`.execute(tx.q)
  assert(String(marked.numAffectedRows) === rows[0]!.n, 'an entry has no line')
}
