// Everything a batch of calls is attributed and priced by, as one immutable value: the directory, what accounts are sold
// and what carriers charge, compiled. Swapped whole when anything in it has changed, so that a batch never sees half of
// a change.

import { type CompiledRules, compileRules, loadRules, type RulesInForce, rulesOfSource } from '@tollbook/calls/rules'
import type { Db, Queryable } from '@tollbook/db'
import { type Directory, loadDirectory } from '@tollbook/directory'
import type { TenantId } from '@tollbook/kernel'
import type { CompiledPlan, DeckTimeline } from '@tollbook/rating'
import { sql } from 'kysely'
import { ALL_TIME, covers, type Span, together } from './span.ts'
import { loadTariffs, type PinnedVersion, type Tariffs } from './tariffs-in-use.ts'

export type ChargingBook = Tariffs & {
  readonly tenantId: TenantId | number
  readonly directory: Directory
  readonly rules: RulesInForce
  /** Made ready when a source first needs them; see `rulesOf`. */
  readonly compiledRules: Map<number, CompiledRules>
  /** Calls of these instants can be priced by it: the versions in force then are loaded. */
  readonly span: Span
  readonly pinned: PinnedVersion | undefined
  /** Calls are rated as if made so much later; 0 but when a version is tried whose rates begin in the future. */
  readonly shiftMs: number
  /** Changes whenever a row that the book was made from does. */
  readonly stamp: string
}

/**
 * Loads the book of a tenant for calls of a span. Versions that are in memory already are not read again. `pinned` is a
 * version taken for its deck at all times, whatever is in force: for trying a draft.
 */
export async function loadBook(
  db: Queryable,
  tenantId: TenantId | number,
  span: Span = ALL_TIME,
  pinned?: PinnedVersion,
): Promise<ChargingBook> {
  // The stamp is read first: what changes while the book is loaded makes the next `freshBook` load it again.
  const stamp = await stampOf(db, tenantId)
  const directory = await loadDirectory(db, tenantId)
  const rules = await loadRules(db, tenantId)
  const tariffs = await loadTariffs(db, directory, span, pinned)
  return Object.freeze({
    tenantId,
    directory,
    rules,
    compiledRules: new Map(),
    ...tariffs,
    span,
    pinned,
    shiftMs: 0,
    stamp,
  })
}

/** `previous` if nothing of it has changed and it covers the span, which one small query tells; else a new book. */
export async function freshBook(
  db: Queryable | Db,
  tenantId: TenantId | number,
  previous?: ChargingBook,
  span: Span = previous?.span ?? ALL_TIME,
): Promise<ChargingBook> {
  if (previous === undefined || previous.tenantId !== tenantId) return loadBook(db, tenantId, widened(span))
  if ((await stampOf(db, tenantId)) !== previous.stamp) return loadBook(db, tenantId, widened(span))
  return coveringBook(db, previous, span)
}

/** The same book, for calls of this span too. */
export async function coveringBook(db: Queryable, book: ChargingBook, span: Span): Promise<ChargingBook> {
  if (covers(book.span, span)) return book
  const both = together(book.span, widened(span))
  return Object.freeze({ ...book, ...(await loadTariffs(db, book.directory, both, book.pinned)), span: both })
}

/** Days of versions that are taken along on both sides, so that live calls do not ask for a new book all the time. */
const MARGIN_MS = 31 * 86_400_000

function widened({ fromMs, toMs }: Span): Span {
  return { fromMs: fromMs - MARGIN_MS, toMs: toMs + MARGIN_MS }
}

/** The rules by which calls of a source are stitched and told in from out. Trunks of the directory are trunks in them. */
export function rulesOf(book: ChargingBook, sourceId: number): CompiledRules {
  const known = book.compiledRules.get(sourceId)
  if (known !== undefined) return known
  const compiled = compileRules(rulesOfSource(book.rules, sourceId), { trunkPeers: book.directory.trunksByPeer.keys() })
  book.compiledRules.set(sourceId, compiled)
  return compiled
}

/** What an account is sold; undefined when there is nothing in its currency. 0 = an account nobody knows: the default. */
export function sellPlanOf(book: ChargingBook, accountId: number): CompiledPlan | undefined {
  const account = book.directory.accountsById.get(accountId)
  const sold = soldTo(book, account)
  return account === undefined || sold?.currency === account.currencyNumber ? sold?.plan : undefined
}

/** The most particular of: the account's plan, its deck, the tenant's plan, the tenant's deck. */
function soldTo(book: ChargingBook, account: { readonly planId: number; readonly sellDeckId: number } | undefined) {
  const { tenant } = book.directory
  if (account !== undefined && account.planId !== 0) return book.plans.get(account.planId)
  if (account !== undefined && account.sellDeckId !== 0) return book.deckPlans.get(account.sellDeckId)
  return tenant.planId === 0 ? book.deckPlans.get(tenant.sellDeckId) : book.plans.get(tenant.planId)
}

/** What a carrier charges us by; undefined when that is not known. */
export function buyTimelineOf(book: ChargingBook, carrierId: number): DeckTimeline | undefined {
  return book.buys.get(book.directory.carriersById.get(carrierId)?.buyDeckId ?? 0)
}

/**
 * A digest of where the rows lie and who wrote them: PostgreSQL moves a row and marks its writer at every update, so no
 * column of ours has to be kept for it. Measured: 2 ms with 5,000 accounts.
 */
async function stampOf({ q }: Queryable, tenantId: TenantId | number): Promise<string> {
  const digest = (from: string) => sql`(select concat(count(*), ':', sum(hashtextextended(concat(r.ctid, r.xmin), 0)))
    from ${sql.raw(from)} where tenant_id = ${tenantId})`
  const own = ['tenant', 'account', 'carrier', 'trunk', 'call_rules', 'destination', 'rate_deck', 'tariff_plan'].map(
    (t) => `${t} r`,
  )
  const ofPlans = ['plan_deck', 'plan_block', 'plan_package'].map((t) => `${t} r join tariff_plan using (plan_id)`)
  const tables = [...own, ...ofPlans, 'deck_version r join rate_deck using (deck_id)']
  const { rows } = await sql<{ stamp: string }>`
    select concat_ws(' ', ${sql.join(tables.map(digest))}) as stamp`.execute(q)
  return rows[0]!.stamp
}
