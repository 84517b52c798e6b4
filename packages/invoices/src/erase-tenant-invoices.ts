// Takes a tenant out of the tables of this room, when it is deleted. Part of a larger transaction; its accounts must
// still be there, since the marks on entries are kept by account.

import type { Tx } from '@tollbook/db'
import { sql } from 'kysely'

export async function eraseTenantInvoices(tx: Tx, tenantId: number): Promise<void> {
  const accounts = sql`(select account_id from account where tenant_id = ${tenantId})`
  await sql`delete from invoiced_entry where account_id in ${accounts}`.execute(tx.q)
  await sql`delete from invoice_line where account_id in ${accounts}`.execute(tx.q)
  await tx.q.deleteFrom('invoice').where('tenant_id', '=', tenantId).execute()
  await tx.q.deleteFrom('invoice_counter').where('tenant_id', '=', tenantId).execute()
}
