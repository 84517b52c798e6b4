// Balances after new entries: summed here, moved in one statement. Table balance has no other writer.

import type { Tx } from '@tollbook/db'
import { addMoney, assert, formatMoney, type Micros, subtractMoney, ZERO } from '@tollbook/kernel'

/** By how much a balance changes, debits less credits, and by how many entries. */
export type Movement = {
  readonly accountId: number
  readonly ledgerId: number
  readonly tenantId: number
  readonly currency: number
  amount: Micros
  entries: number
}

type Moving = {
  readonly accountId: number
  readonly debitId: number
  readonly creditId: number
  readonly tenantId: number
  readonly currency: number
  readonly amount: Micros
}

/** The movements these entries make together. Shared ledger accounts (negative numbers) have no balance to move. */
export function movements(entries: readonly Moving[]): readonly Movement[] {
  const moved = new Map<string, Movement>()
  let last: Movement | undefined
  const of = (ledgerId: number, { accountId, tenantId, currency }: Moving): Movement => {
    // Entries come by account: mostly it is the one before.
    const sameAccount = last?.accountId === accountId && last.tenantId === tenantId
    if (sameAccount && last?.ledgerId === ledgerId && last.currency === currency) {
      last.entries++
      return last
    }
    const key = `${accountId} ${ledgerId} ${tenantId} ${currency}`
    const movement = moved.get(key) ?? { accountId, ledgerId, tenantId, currency, amount: ZERO, entries: 0 }
    moved.set(key, movement)
    last = movement
    movement.entries++
    return movement
  }
  for (const entry of entries) {
    const debit = entry.debitId > 0 ? of(entry.debitId, entry) : undefined
    if (debit) debit.amount = addMoney(debit.amount, entry.amount)
    const credit = entry.creditId > 0 ? of(entry.creditId, entry) : undefined
    if (credit) credit.amount = subtractMoney(credit.amount, entry.amount)
  }
  return [...moved.values()]
}

/** Moves balances. Throws when one is kept in another currency than the entries. */
export async function moveBalances(tx: Tx, moved: readonly Movement[], nowMs: number): Promise<void> {
  if (moved.length === 0) return
  const column = (of: (movement: Movement) => number | string) => `{${moved.map(of).join(',')}}`
  const { rowCount } = await tx.client.query({
    name: 'move balances',
    text: MOVE,
    values: [
      column((m) => m.accountId),
      column((m) => m.ledgerId),
      column((m) => m.tenantId),
      column((m) => m.currency),
      column((m) => formatMoney(m.amount)),
      column((m) => m.entries),
      new Date(nowMs),
    ],
  })
  assert(rowCount === moved.length, 'a balance is kept in another currency than the entry')
}

// Balances are taken in the order of their key, so that two writers never wait for each other in a circle. One that is
// kept in another currency is not moved: the counts then differ.
const MOVE = `
insert into balance (account_id, ledger_id, tenant_id, currency, amount, entries, updated_at)
select account_id, ledger_id, tenant_id, currency, amount, entries, $7::timestamptz
from unnest($1::int[], $2::bigint[], $3::int[], $4::smallint[], $5::numeric[], $6::bigint[])
  as m (account_id, ledger_id, tenant_id, currency, amount, entries)
order by account_id, ledger_id
on conflict (account_id, ledger_id) do update set amount = balance.amount + excluded.amount,
  entries = balance.entries + excluded.entries, updated_at = excluded.updated_at
  where balance.currency = excluded.currency`
