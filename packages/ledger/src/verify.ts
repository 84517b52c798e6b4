// Proving the books: every balance is the sum of its entries. Reads everything, changes nothing.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'

/** A ledger account whose balance row differs from its entries; amounts as decimals, '' where there is none. */
export type LedgerDifference = {
  readonly accountId: number
  readonly ledgerId: string
  readonly balance: string
  readonly entries: string
}

/** What `verifyLedger` saw. The books are right when `differences` is empty. */
export type LedgerCheck = { readonly balances: number; readonly differences: readonly LedgerDifference[] }

/** Listed differences, at most: one is enough to know, a screenful enough to look. */
const LISTED = 100

/** Compares every balance with the sum and the number of its entries; one pass over all entries. */
export async function verifyLedger({ q }: Queryable): Promise<LedgerCheck> {
  const { rows } = await sql<{ account_id: number; ledger_id: string; balance: string; entries: string }>`
    with side as (
      select account_id, debit_id as ledger_id, currency, amount from ledger_entry
      union all select account_id, credit_id, currency, -amount from ledger_entry),
    summed as (
      select account_id, ledger_id, currency, sum(amount) as amount, count(*) as entries
      from side where ledger_id > 0 group by 1, 2, 3)
    select account_id, ledger_id, coalesce(b.amount::text, '') as balance, coalesce(s.amount::text, '') as entries
    from balance b full join summed s using (account_id, ledger_id, currency)
    where b.amount is distinct from s.amount or b.entries is distinct from s.entries
    order by account_id, ledger_id limit ${LISTED}`.execute(q)
  const counted = await sql<{ n: number }>`select count(*)::int as n from balance`.execute(q)
  return {
    balances: counted.rows[0]!.n,
    differences: rows.map((row) => ({
      accountId: row.account_id,
      ledgerId: row.ledger_id,
      balance: row.balance,
      entries: row.entries,
    })),
  }
}
