// Reading what accounts owe.

import type { Queryable } from '@tollbook/db'
import { type Micros, parseMoney } from '@tollbook/kernel'
import { receivableOf } from './ledger-ids.ts'

/** What one account owes: debits less credits of its receivable, in the ISO 4217 currency number. */
export type Balance = { readonly amount: Micros; readonly currency: number; readonly entries: number }

/** Balances of the receivables of `accountIds`; an account without any entry is absent. */
export async function balancesOf(
  { q }: Queryable,
  accountIds: readonly number[],
): Promise<ReadonlyMap<number, Balance>> {
  if (accountIds.length === 0) return new Map()
  const rows = await q
    .selectFrom('balance')
    .select(['account_id', 'ledger_id', 'amount', 'currency', 'entries'])
    .where('account_id', 'in', accountIds)
    .execute()
  const receivables = rows.filter((row) => Number(row.ledger_id) === receivableOf(row.account_id))
  return new Map(
    receivables.map((row) => [
      row.account_id,
      { amount: parseMoney(row.amount), currency: row.currency, entries: Number(row.entries) },
    ]),
  )
}
