// Table credit_proposal: calls that cost something else by now but stand on an invoice. They are never charged anew by
// themselves; a person decides what becomes of them.

import type { Queryable, Tx } from '@tollbook/db'
import type { CallKey } from '@tollbook/kernel'
import { currencyLetters, formatMoney, type Micros } from '@tollbook/kernel'
import { sql } from 'kysely'
import { type ChargeLine, partKey } from '../charge-lines.ts'
import { postingOf } from '../posting-of.ts'

/** Of these charges, those whose entry stands on an invoice, by `partKey`, with that invoice. */
export async function invoicedCalls(
  tx: Queryable,
  tenantId: number,
  standing: readonly ChargeLine[],
): Promise<ReadonlyMap<string, string>> {
  if (standing.length === 0) return new Map()
  // Most accounts have no invoice of that time: nothing has to be looked up for those.
  const since = standing.reduce((first, line) => Math.min(first, line.openedAtMs), Number.POSITIVE_INFINITY)
  const { rows: accounts } = await sql<{ account_id: number }>`
    select distinct account_id from invoice where tenant_id = ${tenantId} and period_to > ${new Date(since)}`.execute(
    tx.q,
  )
  const invoiced = new Set(accounts.map((row) => row.account_id))
  const postings = standing.flatMap((line) => {
    const posting = invoiced.has(line.partyId) ? postingOf(line, tenantId) : undefined
    return posting === undefined ? [] : [{ ...posting, part: partKey(line) }]
  })
  if (postings.length === 0) return new Map()
  const { rows } = await sql<{ account_id: number; entry_key: string; invoice_id: string }>`
    select i.account_id, i.entry_key, i.invoice_id
    from unnest(${postings.map((p) => p.accountId)}::int[], ${postings.map((p) => p.entryKey)}::uuid[],
      ${postings.map((p) => new Date(p.effectiveAtMs).toISOString())}::timestamptz[]) as p (account_id, entry_key, effective_at)
    join invoiced_entry i using (account_id, entry_key, effective_at)`.execute(tx.q)
  const invoiceOf = new Map(rows.map((row) => [`${row.account_id} ${row.entry_key}`, row.invoice_id]))
  const found = new Map<string, string>()
  for (const { accountId, entryKey, part } of postings) {
    const invoice = invoiceOf.get(`${accountId} ${entryKey}`)
    if (invoice !== undefined) found.set(part, invoice)
  }
  return found
}

/** What an account was charged for a call on an invoice, and what it would be; of all parts together. */
export type Proposed = {
  readonly accountId: number
  readonly callKey: CallKey
  readonly openedAtMs: number
  readonly currency: number
  readonly invoiceId: string
  readonly charged: Micros
  readonly wouldBe: Micros
}

/** A call that costs its account what it was charged. */
export type ProposalKey = Pick<Proposed, 'accountId' | 'callKey'>

/**
 * Proposes these, and takes proposals back for calls of `settled`, which cost what they were charged again. What a
 * person has dismissed stays dismissed until the call would be another amount.
 */
export async function proposeCredits(
  tx: Tx,
  job: { readonly id: string; readonly tenantId: number; readonly nowMs: number },
  proposed: readonly Proposed[],
  settled: readonly ProposalKey[],
): Promise<void> {
  if (settled.length > 0) {
    await tx.client.query(
      `delete from credit_proposal p using unnest($1::int[], $2::uuid[]) as k (account_id, call_key)
       where p.account_id = k.account_id and p.call_key = k.call_key`,
      [settled.map((one) => one.accountId), settled.map((one) => one.callKey)],
    )
  }
  if (proposed.length === 0) return
  await tx.client.query(
    `insert into credit_proposal as p (account_id, call_key, opened_at, revaluation_id, tenant_id, invoice_id, currency,
       charged, would_be, proposed_at)
     select account_id, call_key, opened_at, $1, $2, invoice_id, currency, charged, would_be, $3
     from unnest($4::int[], $5::uuid[], $6::timestamptz[], $7::uuid[], $8::smallint[], $9::numeric[], $10::numeric[])
       as n (account_id, call_key, opened_at, invoice_id, currency, charged, would_be)
     order by account_id, call_key
     on conflict (account_id, call_key) do update set revaluation_id = excluded.revaluation_id,
       invoice_id = excluded.invoice_id, charged = excluded.charged, would_be = excluded.would_be,
       proposed_at = excluded.proposed_at, state = 'open'
     where (p.charged, p.would_be, p.invoice_id) is distinct from (excluded.charged, excluded.would_be, excluded.invoice_id)`,
    [
      job.id,
      job.tenantId,
      new Date(job.nowMs),
      proposed.map((one) => one.accountId),
      proposed.map((one) => one.callKey),
      proposed.map((one) => new Date(one.openedAtMs)),
      proposed.map(({ invoiceId }) => invoiceId),
      proposed.map((one) => one.currency),
      proposed.map(({ charged }) => formatMoney(charged)),
      proposed.map(({ wouldBe }) => formatMoney(wouldBe)),
    ],
  )
}

export type CreditProposal = {
  readonly account: { readonly id: number; readonly code: string; readonly name: string }
  readonly callKey: string
  readonly openedAtMs: number
  readonly invoice: { readonly id: string; readonly number: string }
  /** ISO 4217 letters. */
  readonly currency: string
  /** Decimal text with six places. */
  readonly charged: string
  readonly wouldBe: string
  readonly proposedAtMs: number
}

/** Open proposals of a tenant, newest first. */
export async function listCreditProposals(
  { q }: Queryable,
  tenantId: number,
  limit = 500,
): Promise<readonly CreditProposal[]> {
  const rows = await q
    .selectFrom('credit_proposal as p')
    .innerJoin('account as a', 'a.account_id', 'p.account_id')
    .leftJoin('invoice as i', (on) =>
      on.onRef('i.account_id', '=', 'p.account_id').onRef('i.invoice_id', '=', 'p.invoice_id'),
    )
    .selectAll('p')
    .select(['a.code', 'a.name', 'i.number'])
    .where('p.tenant_id', '=', tenantId)
    .where('p.state', '=', 'open')
    .orderBy('p.proposed_at', 'desc')
    .orderBy('p.call_key')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    account: { id: row.account_id, code: row.code, name: row.name },
    callKey: row.call_key,
    openedAtMs: row.opened_at.getTime(),
    invoice: { id: row.invoice_id, number: row.number ?? '' },
    currency: currencyLetters(row.currency) ?? String(row.currency),
    charged: row.charged,
    wouldBe: row.would_be,
    proposedAtMs: row.proposed_at.getTime(),
  }))
}

/** Puts a proposal away; false when there is none. */
export async function dismissCreditProposal(
  { q }: Queryable,
  tenantId: number,
  accountId: number,
  callKey: string,
): Promise<boolean> {
  const done = await q
    .updateTable('credit_proposal')
    .set({ state: 'dismissed' })
    .where('tenant_id', '=', tenantId)
    .where('account_id', '=', accountId)
    .where('call_key', '=', callKey)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}
