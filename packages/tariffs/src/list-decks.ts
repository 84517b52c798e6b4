// The decks of a tenant, as pages list them.

import type { Queryable } from '@tollbook/db'
import { currencyLetters, type TenantId } from '@tollbook/kernel'
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
  }))
}
