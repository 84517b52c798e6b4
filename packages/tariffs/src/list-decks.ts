// The decks of a tenant, as pages list them.

import type { Queryable, Schema } from '@tollbook/db'
import { currencyLetters, type TenantId } from '@tollbook/kernel'
import { type ExpressionBuilder, sql } from 'kysely'
import { type DeckSide, SIDE } from './import-deck.ts'

export type DeckSummary = {
  readonly id: number
  readonly name: string
  readonly side: DeckSide
  /** ISO 4217 letters. */
  readonly currency: string
  /** The live version; 0 = nothing imported yet. */
  readonly version: number
  readonly rates: number
  readonly importedAtMs: number | undefined
  readonly filename: string
  /** True for the sell deck of accounts that have none of their own. */
  readonly isDefault: boolean
  /** The active version that begins next; null = none. */
  readonly scheduled: { readonly version: number; readonly effectiveFromMs: number } | null
  /** The newest draft; null = none. */
  readonly draft: number | null
}

/** All decks of the tenant with their live version, by name. */
export async function listDecks({ q }: Queryable, tenantId: TenantId | number): Promise<readonly DeckSummary[]> {
  const rows = await q
    .selectFrom('rate_deck as d')
    .innerJoin('tenant as t', 't.tenant_id', 'd.tenant_id')
    .leftJoin('deck_version as v', (join) =>
      join.onRef('v.deck_id', '=', 'd.deck_id').onRef('v.version', '=', 'd.live_version'),
    )
    .select(['d.deck_id', 'd.name', 'd.side', 'd.currency', 'd.live_version', 't.sell_deck_id'])
    .select(['v.rates', 'v.created_at', 'v.filename'])
    .select((e) => [newestDraft(e).as('draft'), nextVersion(e).as('next')])
    .where('d.tenant_id', '=', tenantId)
    .orderBy('d.name')
    .execute()
  return rows.map((row) => ({
    id: row.deck_id,
    name: row.name,
    side: row.side === SIDE.sell ? 'sell' : 'buy',
    currency: currencyLetters(row.currency) ?? String(row.currency),
    version: row.live_version,
    rates: row.rates ?? 0,
    importedAtMs: row.created_at?.getTime(),
    filename: row.filename ?? '',
    isDefault: row.deck_id === row.sell_deck_id,
    scheduled: row.next === null ? null : { version: row.next.version, effectiveFromMs: row.next.effective_ms },
    draft: row.draft,
  }))
}

type OfDeck = ExpressionBuilder<Schema & { d: Schema['rate_deck'] }, 'd'>

function newestDraft(e: OfDeck) {
  return e
    .selectFrom('deck_version as w')
    .select((f) => f.fn.max('w.version').as('version'))
    .whereRef('w.deck_id', '=', 'd.deck_id')
    .where('w.state', '=', 'draft')
}

/** The active version that begins first of those that take over after the one in force (`v`). */
function nextVersion(e: OfDeck) {
  return sql<{ version: number; effective_ms: number } | null>`(
    select json_build_object('version', w.version, 'effective_ms', (extract(epoch from w.effective_from) * 1000)::bigint)
    from deck_version w where w.deck_id = ${e.ref('d.deck_id')} and w.state = 'active' and (v.version is null
      or (greatest(w.effective_from, w.activated_at), w.version) > (greatest(v.effective_from, v.activated_at), v.version))
    order by w.effective_from, w.version desc limit 1)`
}
