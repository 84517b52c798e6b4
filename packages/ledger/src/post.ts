// Writing the ledger: entries are appended, balances follow in the same transaction. Nothing is ever updated or deleted
// here but the balances; a correction is a further entry. Knows no call and no invoice.

import { copyRows, lookAndInsert, monthOf, type RowWriter, type Tx, uuidArray } from '@tollbook/db'
import { assert, failPoint, type Micros, parseMoney } from '@tollbook/kernel'
import { moveBalances, movements } from './move-balances.ts'

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
 * and when an account's balance is kept in another currency.
 */
export async function postEntries(tx: Tx, postings: readonly Posting[], context: PostingContext): Promise<number> {
  if (postings.length === 0) return 0
  const ordered = assertPostings(postings)
  const fresh = await lookAndInsert(tx, async () => {
    const known = await knownEntries(tx, ordered)
    const fresh = known.size === 0 ? ordered : ordered.filter((posting) => !stands(posting, known))
    await copyRows(tx, 'ledger_entry', COLUMNS, fresh, (to, posting) => writeEntry(to, posting, context))
    failPoint('ledger.entries-copied')
    return fresh
  })
  await moveBalances(tx, movements(fresh), context.nowMs)
  failPoint('ledger.balances-moved')
  return fresh.length
}

function assertPostings(postings: readonly Posting[]): readonly Posting[] {
  const ordered = inOrder(postings)
  let before: Posting | undefined
  for (const posting of ordered) {
    assert(posting.amount > 0n, 'an amount is positive; swap debit and credit instead')
    assert(posting.debitId !== posting.creditId, 'debit and credit are two ledger accounts')
    const again = before?.entryKey === posting.entryKey && before.accountId === posting.accountId
    assert(!again, 'an entry key stands twice in one batch')
    before = posting
  }
  return ordered
}

/**
 * By month, account and key: all writers insert in this order, so that none waits for another in a circle. The month
 * comes first because a COPY fills one partition after the other.
 */
function inOrder(postings: readonly Posting[]): readonly Posting[] {
  const { first, last } = spanOf(postings)
  if (monthOf(first) === monthOf(last)) return [...postings].sort(byKey)
  const months = Map.groupBy(postings, (posting) => monthOf(posting.effectiveAtMs))
  return [...months.keys()].sort().flatMap((month) => months.get(month)!.sort(byKey))
}

function byKey(a: Posting, b: Posting): number {
  return a.accountId - b.accountId || (a.entryKey < b.entryKey ? -1 : 1)
}

function spanOf(postings: readonly Posting[]): { first: number; last: number } {
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const { effectiveAtMs } of postings) {
    first = Math.min(first, effectiveAtMs)
    last = Math.max(last, effectiveAtMs)
  }
  return { first, last }
}

/** What must be equal when a key is known; amounts as PostgreSQL spells them. */
type KnownEntry = readonly [debitId: string, creditId: string, amount: string, currency: number, kind: number]

/** The stored entries of these keys. */
async function knownEntries(tx: Tx, ordered: readonly Posting[]): Promise<ReadonlyMap<string, KnownEntry>> {
  const { first, last } = spanOf(ordered)
  const { rows } = await tx.client.query<[number, string, Date, ...KnownEntry]>({
    name: 'known entries',
    text: `select account_id, entry_key, effective_at, debit_id, credit_id, amount, currency, kind from ledger_entry
           where account_id = any($1::int[]) and entry_key = any($2::uuid[]) and effective_at between $3 and $4`,
    values: [
      `{${[...new Set(ordered.map((posting) => posting.accountId))].join(',')}}`,
      uuidArray(ordered.map((posting) => posting.entryKey)),
      new Date(first),
      new Date(last),
    ],
    rowMode: 'array',
  })
  return new Map(rows.map(([account, key, at, ...entry]) => [`${account} ${key} ${at.getTime()}`, entry]))
}

/** Whether the posting is there already; a known key with other content is a broken key. */
function stands(posting: Posting, known: ReadonlyMap<string, KnownEntry>): boolean {
  const there = known.get(`${posting.accountId} ${posting.entryKey} ${posting.effectiveAtMs}`)
  if (there === undefined) return false
  const [debitId, creditId, amount, currency, kind] = there
  const same = debitId === String(posting.debitId) && creditId === String(posting.creditId)
  const worth = parseMoney(amount) === posting.amount && currency === posting.currency
  assert(same && worth && kind === posting.kind, 'an entry key is known with another posting')
  return true
}

function writeEntry(to: RowWriter, posting: Posting, { batchId, nowMs }: PostingContext): void {
  to.int4(posting.accountId)
  to.instant(posting.effectiveAtMs)
  to.uuid(posting.entryKey)
  to.int8(BigInt(posting.debitId))
  to.int8(BigInt(posting.creditId))
  to.instant(nowMs)
  to.uuid(batchId)
  to.uuid(posting.refKey)
  to.int4(posting.tenantId)
  to.int2(posting.kind)
  to.int2(posting.currency)
  to.money(posting.amount)
}
