// A deck of the tenant who asks, as the wire tells it; what is somebody else's does not exist.

import type { Queryable } from '@tollbook/db'
import { deckDetail, listDecks, type DeckDetail as StoredDetail } from '@tollbook/tariffs'
import { Refusal } from './problem.ts'
import type * as wire from './wire.ts'
import type { DeckDetail, VersionRow } from './wire-tariffs.ts'

export async function readDecks(db: Queryable, tenantId: number): Promise<wire.DeckRow[]> {
  const decks = await listDecks(db, tenantId)
  return decks.map(({ importedAtMs, scheduled, ...deck }) => ({
    ...deck,
    scheduled: scheduled && { version: scheduled.version, effectiveFrom: iso(scheduled.effectiveFromMs) },
    importedAt: importedAtMs === undefined ? null : iso(importedAtMs),
  }))
}

export async function ownDeck(db: Queryable, tenantId: number, deckId: number): Promise<wire.DeckRow> {
  const deck = (await readDecks(db, tenantId)).find((d) => d.id === deckId)
  if (!deck) throw new Refusal('not-found', 'There is no such deck.')
  return deck
}

/** A deck with its versions, newest first. */
export async function readDeck(db: Queryable, tenantId: number, deckId: number, nowMs: number): Promise<DeckDetail> {
  const deck = await ownDeck(db, tenantId, deckId)
  const { zone, rounding, places, mode, windowChoice, windows, holidays, versions, usedBy } = await detailOf(
    db,
    tenantId,
    deckId,
    nowMs,
  )
  const settings = { zone, rounding, places, mode, windowChoice, windows, holidays, usedBy }
  return { deck, ...settings, versions: versions.map(versionRow) }
}

type OwnVersion = StoredDetail['versions'][number]

/** The deck and one version of it. */
export async function ownVersion(
  db: Queryable,
  asked: { readonly tenantId: number; readonly deckId: number; readonly version: number; readonly nowMs: number },
): Promise<{ readonly deck: StoredDetail; readonly version: OwnVersion }> {
  const deck = await detailOf(db, asked.tenantId, asked.deckId, asked.nowMs)
  const version = deck.versions.find((v) => v.version === asked.version)
  if (!version) throw new Refusal('not-found', `There is no version ${asked.version} of this deck.`)
  return { deck, version }
}

async function detailOf(db: Queryable, tenantId: number, deckId: number, nowMs: number): Promise<StoredDetail> {
  const deck = await deckDetail(db, tenantId, deckId, nowMs)
  if (!deck) throw new Refusal('not-found', 'There is no such deck.')
  return deck
}

export function versionRow(stored: OwnVersion): VersionRow {
  const { version, state, origin, rates, filename, note, createdBy, problemCount } = stored
  return {
    ...{ version, state, origin, rates, filename, note, createdBy, problemCount },
    createdAt: iso(stored.createdAtMs),
    effectiveFrom: state === 'draft' ? null : iso(stored.effectiveFromMs),
  }
}

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}
