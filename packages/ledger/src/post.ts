// Writing the ledger: entries are appended, balances follow in the same statement. Nothing is ever updated or deleted
// here but the balances; a correction is a further entry. Knows no call and no invoice.

import { copyLines, type Tx } from '@tollbook/db'
import { assert, formatMoney, type Micros } from '@tollbook/kernel'

/** What an entry is for, as kept in the database. */
export const ENTRY_KIND = { charge: 1, reversal: 2 } as const
export type EntryKind = (typeof ENTRY_KIND)[keyof typeof ENTRY_KIND]

/** One debit, one credit, one positive amount, one key: it cannot be out of balance. */
export type Posting = {
  /** Whose entry it is; decides where it is stored. */
  readonly accountId: number
  /** Idempotency key, a UUID computed from what is posted. */
  readonly entryKey: string
  /** When it happened, milliseconds: the event's time, never the time of writing. Its month must have a partition. */
  readonly effectiveAtMs: number
  readonly debitId: number
  readonly creditId: number
  /** More than zero. A negative charge is posted with debit and credit swapped and kind `reversal`. */
  readonly amount: Micros
  readonly kind: EntryKind
  /** ISO 4217 number. */
  readonly currency: number
  readonly tenantId: number
  /** UUID of the document behind it: the call key of a charge. */
  readonly refKey: string
}

/** When and in which batch postings are written. */
export type PostingContext = { readonly batchId: string; readonly nowMs: number }

const COLUMNS = [
  'account_id',
  'effective_at',
  'entry_key',
  'debit_id',
  'credit_id',
  'booked_at',
  'batch_id',
  'ref_key',
  'tenant_id',
  'kind',
  'currency',
  'amount',
] as const

/**
 * Appends `postings` and moves the balances of their ledger accounts, in this transaction. Answers how many were new:
 * a posting whose key is known is skipped, so a batch may be sent again. Throws when a known key holds another posting,
 * and when an account's balance is kept in another currency. Measured: 5,000 postings in 70 ms.
 */
export async function postEntries(tx: Tx, postings: readonly Posting[], context: PostingContext): Promise<number> {
  if (postings.length === 0) return 0
  assertPostings(postings)
  await stage(tx, postings, context)
  const { rows } = await tx.client.query<{ inserted: number; moved: number; balances: number }>(POST, [
    new Date(context.nowMs),
  ])
  const { inserted, moved, balances } = rows[0]!
  assert(balances === moved, 'a balance is kept in another currency than the entry')
  if (inserted < postings.length) await assertAllStand(tx, postings.length)
  await tx.client.query('truncate staged_entry')
  return inserted
}

function assertPostings(postings: readonly Posting[]): void {
  const keys = new Set<string>()
  for (const posting of postings) {
    assert(posting.amount > 0n, 'an amount is positive; swap debit and credit instead')
    assert(posting.debitId !== posting.creditId, 'debit and credit are two ledger accounts')
    keys.add(posting.entryKey)
  }
  assert(keys.size === postings.length, 'an entry key stands twice in one batch')
}

async function stage(tx: Tx, postings: readonly Posting[], { batchId, nowMs }: PostingContext): Promise<void> {
  await tx.client.query('create temp table if not exists staged_entry (like ledger_entry) on commit delete rows')
  const booked = new Date(nowMs).toISOString()
  const lines = postings.map((p) => {
    const effective = new Date(p.effectiveAtMs).toISOString()
    const parties = `${p.debitId}\t${p.creditId}\t${booked}\t${batchId}\t${p.refKey}\t${p.tenantId}`
    return `${p.accountId}\t${effective}\t${p.entryKey}\t${parties}\t${p.kind}\t${p.currency}\t${formatMoney(p.amount)}`
  })
  await copyLines(tx, 'staged_entry', COLUMNS, lines)
}

// Balances are taken in the order of their key, so that two writers never wait for each other in a circle. Shared
// ledger accounts (negative numbers) have none. A balance in another currency is not moved: the counts then differ.
const POST = `
with posted as (
  insert into ledger_entry (${COLUMNS.join(', ')})
  select ${COLUMNS.join(', ')} from staged_entry order by account_id, entry_key
  on conflict (account_id, entry_key, effective_at) do nothing
  returning account_id, debit_id, credit_id, tenant_id, currency, amount),
movement as (
  select account_id, ledger_id, tenant_id, currency, sum(amount) as amount, count(*) as entries
  from (select account_id, debit_id as ledger_id, tenant_id, currency, amount from posted
        union all
        select account_id, credit_id, tenant_id, currency, -amount from posted) side
  where ledger_id > 0
  group by account_id, ledger_id, tenant_id, currency),
moved as (
  insert into balance (account_id, ledger_id, tenant_id, currency, amount, entries, updated_at)
  select account_id, ledger_id, tenant_id, currency, amount, entries, $1 from movement order by account_id, ledger_id
  on conflict (account_id, ledger_id) do update set amount = balance.amount + excluded.amount,
    entries = balance.entries + excluded.entries, updated_at = excluded.updated_at
    where balance.currency = excluded.currency
  returning 1)
select (select count(*)::int from posted) as inserted, (select count(*)::int from movement) as moved,
       (select count(*)::int from moved) as balances`

/** Inserted plus already known must be all that was staged; a known key with other content is a broken key. */
async function assertAllStand(tx: Tx, staged: number): Promise<void> {
  const { rows } = await tx.client.query<{ standing: number }>(
    `select count(*)::int as standing from staged_entry s
     join ledger_entry e on (e.account_id, e.entry_key, e.effective_at) = (s.account_id, s.entry_key, s.effective_at)
     where (e.debit_id, e.credit_id, e.amount, e.currency, e.kind) = (s.debit_id, s.credit_id, s.amount, s.currency, s.kind)`,
  )
  assert(rows[0]!.standing === staged, 'an entry key is known with another posting')
}
