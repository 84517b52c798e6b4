// A stored deck as a compiled one. Versions never change, so what was compiled once serves for good.

import type { Queryable } from '@tollbook/db'
import { assert, type DeckId, parseDecimal, type Rounding } from '@tollbook/kernel'
import { type CompiledDeck, compileDeck, type DeckTerms, type Rate } from '@tollbook/rating'
import { sql } from 'kysely'

/**
 * The live version of a deck, or the version named, ready for rating; undefined when it does not exist (a deck may have
 * no version yet). Kept in memory after the first time: asking again costs one small query.
 */
export async function loadDeck(
  db: Queryable,
  deckId: DeckId | number,
  version?: number,
): Promise<CompiledDeck | undefined> {
  const found = await findVersion(db, deckId, version)
  if (found === undefined) return undefined
  // The moment it was made tells apart decks of equal number in two databases of one process.
  const key = `${deckId} ${found.version} ${found.created_at.getTime()} ${found.name} ${found.rounding} ${found.places}`
  const kept = compiled.get(key)
  const deck = kept ?? (await compileVersion(db, found))
  compiled.delete(key)
  compiled.set(key, deck)
  for (const oldest of compiled.keys()) {
    if (compiled.size <= DECKS_KEPT) break
    compiled.delete(oldest)
  }
  return deck
}

/** Compiled decks kept in memory, the last used last. One of 200,000 rates takes about 60 MB; most are far smaller. */
const DECKS_KEPT = 32
const compiled = new Map<string, CompiledDeck>()

async function findVersion({ q }: Queryable, deckId: number, version: number | undefined) {
  return q
    .selectFrom('rate_deck as d')
    .innerJoin('deck_version as v', 'v.deck_id', 'd.deck_id')
    .select(['d.deck_id', 'd.name', 'd.currency', 'd.rounding', 'd.places', 'v.version', 'v.created_at'])
    .where('d.deck_id', '=', deckId)
    .where('v.version', '=', version === undefined ? sql.ref<number>('d.live_version') : version)
    .executeTakeFirst()
}

type FoundVersion = NonNullable<Awaited<ReturnType<typeof findVersion>>>

async function compileVersion(db: Queryable, found: FoundVersion): Promise<CompiledDeck> {
  const terms: DeckTerms = {
    deckId: found.deck_id,
    version: found.version,
    name: found.name,
    currency: found.currency,
    rounding: found.rounding as Rounding,
    places: found.places,
  }
  return compileDeck(await loadRates(db, found), terms)
}

async function loadRates({ q }: Queryable, found: FoundVersion): Promise<readonly Rate[]> {
  const rows = await q
    .selectFrom('rate')
    .select(['prefix', 'destination_id', 'price_per_minute', 'connect_fee', 'first_block_s', 'increment_s'])
    .select(sql<number>`(extract(epoch from effective_from) * 1000)::float8`.as('effective_ms'))
    .where('deck_id', '=', found.deck_id)
    .where('version', '=', found.version)
    .execute()
  return rows.map((row) => {
    const pricePerMinute = parseDecimal(row.price_per_minute)
    assert(pricePerMinute, `price ${row.price_per_minute}`)
    return {
      prefix: row.prefix,
      effectiveFromMs: row.effective_ms,
      destinationId: row.destination_id,
      pricePerMinute,
      connectFee: parseDecimal(row.connect_fee)!,
      firstBlockS: row.first_block_s,
      incrementS: row.increment_s,
    }
  })
}
