// A stored deck as compiled ones. Versions never change, so what was compiled once serves for good.

import type { Queryable } from '@tollbook/db'
import type { DeckId } from '@tollbook/kernel'
import { type CompiledDeck, type DeckTerms, type DeckTimeline, deckBuilder } from '@tollbook/rating'
import { findDeckById, findVersions, type StoredDeck, type StoredVersion } from './deck-versions.ts'
import { timelineOf } from './in-force.ts'
import { loadRates } from './load-rates.ts'

/**
 * The version of a deck that is live, or the version named, ready for rating; undefined when it does not exist (a deck
 * may have no version yet). Kept in memory after the first time: asking again costs two small queries.
 */
export async function loadDeck(
  db: Queryable,
  deckId: DeckId | number,
  version?: number,
): Promise<CompiledDeck | undefined> {
  const deck = await findDeckById(db, deckId)
  if (deck === undefined) return undefined
  const [found] = await findVersions(db, deckId, version ?? deck.liveVersion)
  return found && compiledVersion(db, deck, found)
}

/**
 * Every version that is in force at some moment of [fromMs, toMs), compiled. A version that is to begin within the span
 * is there already, so it comes into force without anybody asking again. Undefined when there is no such deck; without
 * spans when nothing is in force.
 */
export async function deckTimeline(
  db: Queryable,
  deckId: DeckId | number,
  fromMs: number,
  toMs: number,
): Promise<DeckTimeline | undefined> {
  const deck = await findDeckById(db, deckId)
  if (deck === undefined) return undefined
  const versions = await findVersions(db, deckId)
  const timeline = timelineOf(versions)
  const spans: { fromMs: number; deck: CompiledDeck }[] = []
  for (const [i, { version, fromMs: begins }] of timeline.entries()) {
    const ends = timeline[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY
    if (ends <= fromMs || begins >= toMs) continue
    const found = versions.find((v) => v.version === version)!
    spans.push({ fromMs: begins, deck: await compiledVersion(db, deck, found) })
  }
  return { deckId: deck.deckId, name: deck.name, spans }
}

/** Rates kept in memory over all decks, the last used last: 200,000 take about 60 MB. The newest deck is always kept. */
const RATES_KEPT = 2_000_000
const compiled = new Map<string, Promise<CompiledDeck>>()
const sizes = new Map<string, number>()

/** Two who ask for the same version at once share the work. */
async function compiledVersion(db: Queryable, deck: StoredDeck, version: StoredVersion): Promise<CompiledDeck> {
  // The moment it was made tells apart decks of equal number in two databases of one process.
  const key = JSON.stringify([version.version, version.createdAtMs, version.windows, version.holidays, deck])
  const kept = compiled.get(key)
  const wanted = kept ?? compileVersion(db, deck, version)
  compiled.delete(key)
  compiled.set(key, wanted)
  sizes.set(key, version.rates)
  let held = 0
  for (const size of sizes.values()) held += size
  for (const oldest of compiled.keys()) {
    if (held <= RATES_KEPT || oldest === key) break
    held -= sizes.get(oldest) ?? 0
    forget(oldest)
  }
  return wanted.catch((error: unknown) => {
    forget(key)
    throw error
  })
}

function forget(key: string): void {
  compiled.delete(key)
  sizes.delete(key)
}

async function compileVersion(db: Queryable, deck: StoredDeck, version: StoredVersion): Promise<CompiledDeck> {
  const terms: DeckTerms = {
    deckId: deck.deckId,
    version: version.version,
    name: deck.name,
    currency: deck.currency,
    rounding: deck.rounding,
    places: deck.places,
    zone: deck.zone,
    windowChoice: deck.windowChoice,
    mode: deck.mode,
    quirks: deck.quirks,
    windows: version.windows,
    holidays: version.holidays,
  }
  const builder = deckBuilder(terms)
  for await (const rates of loadRates(db, deck.deckId, version.ratesOf)) for (const rate of rates) builder.add(rate)
  return builder.build()
}
