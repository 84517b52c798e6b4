// A rate deck imported and put to use: stored by tariffs, its destinations named by the directory, made what the tenant
// sells by if it is the first, and calls that waited for a rate charged.

import { type Db, transaction } from '@tollbook/db'
import { adoptFirstDeck, ensureDestinations, listTenants, setDefaultDeck } from '@tollbook/directory'
import { assert, currencyLetters, err, ok, type Result, type TenantId } from '@tollbook/kernel'
import {
  type Activation,
  activateVersion,
  type DeckImport,
  type DeckImportReport,
  type DeckRefusal,
  type DraftImport,
  importDeck,
  importDraft,
  type VersionRefusal,
} from '@tollbook/tariffs'
import { CHARGE_SIDE } from './charge-lines.ts'
import { placeAndRate } from './place-and-rate.ts'

export type RateDeckImport = DeckImport & {
  /** Make this sell deck the tenant's default although there is one. The first sell deck becomes it anyway. */
  readonly makeDefault?: boolean
}

/** What was imported, and how many calls that had waited are charged now. */
export type RateDeckReport = DeckImportReport & { readonly rated: number; readonly isDefault: boolean }

export type RateDeckRefusal = DeckRefusal | { readonly kind: 'other-currency'; readonly message: string }

/**
 * Imports a deck in one transaction; see `importDeck` for what is refused. The first sell deck sets the tenant's
 * currency; later a deck in another currency may serve accounts of that currency, but not become the default.
 */
export async function importRateDeck(db: Db, input: RateDeckImport): Promise<Result<RateDeckReport, RateDeckRefusal>> {
  const tenant = (await listTenants(db)).find((t) => t.tenantId === input.tenantId)
  assert(tenant !== undefined, `no tenant ${input.tenantId}`)
  const replaces = input.side === 'sell' && input.makeDefault === true && tenant.sellDeckId !== 0
  if (replaces && tenant.currency !== input.currency) {
    return err({ kind: 'other-currency', message: `The default deck has to be in ${tenant.currency}.` })
  }
  let isDefault = false
  const report = await importDeck(db, input, {
    ensureDestinations: (tx, destinations) => ensureDestinations(tx, input.tenantId, destinations),
    imported: async (tx, { deckId }) => {
      if (input.side !== 'sell') return
      if (replaces) await setDefaultDeck(tx, input.tenantId, deckId)
      isDefault = replaces || (await adoptFirstDeck(tx, input.tenantId, { deckId, currency: input.currency }))
      isDefault ||= tenant.sellDeckId === deckId
    },
  })
  if (!report.ok) return report
  const { rated } = await placeAndRate(db, tenant.tenantId, input.nowMs)
  return ok({ ...report.value, rated, isDefault })
}

/** Imports a deck as a draft: its destinations get their names, and nothing is charged by it. */
export async function importRateDraft(db: Db, input: DraftImport): Promise<Result<DeckImportReport, DeckRefusal>> {
  return importDraft(db, input, {
    ensureDestinations: (tx, destinations) => ensureDestinations(tx, input.tenantId, destinations),
  })
}

export type RateDeckActivation = Activation & { readonly tenantId: TenantId }

/**
 * Puts a draft into force, makes the first sell deck what the tenant sells by, and charges the calls that waited for it;
 * answers how many those were. The deck is one of the tenant's: whoever asks has seen to that.
 */
export async function activateRateDeck(
  db: Db,
  activation: RateDeckActivation,
): Promise<Result<{ readonly effectiveFromMs: number; readonly rated: number }, VersionRefusal>> {
  const { tenantId, deckId, nowMs } = activation
  const done = await transaction(db, async (tx) => {
    const activated = await activateVersion(tx, activation)
    if (!activated.ok) return activated
    const deck = await tx.q
      .selectFrom('rate_deck')
      .select(['side', 'currency'])
      .where('deck_id', '=', deckId)
      .executeTakeFirstOrThrow()
    const currency = currencyLetters(deck.currency)
    if (deck.side === CHARGE_SIDE.sell && currency !== undefined)
      await adoptFirstDeck(tx, tenantId, { deckId, currency })
    return activated
  })
  if (!done.ok) return done
  const { rated } = await placeAndRate(db, tenantId, nowMs)
  return ok({ ...done.value, rated })
}
