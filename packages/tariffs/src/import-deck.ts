// Importing a rate sheet: checked whole, then written whole as the next version of a deck, as a draft or in force at
// once. A version is made once and never changed; a reader sees the old tariff or the new one, nothing between.

import { type Db, lockInTransaction, nextId, type Queryable, type Tx, transaction } from '@tollbook/db'
import { currencyLetters, currencyNumber, err, ok, type Result, type Rounding, type TenantId } from '@tollbook/kernel'
import type { Quirks, TimeWindow } from '@tollbook/rating'
import { settingsFault } from './deck-detail.ts'
import type { NotASheet, SheetLayout, SheetProblem } from './sheets/layout.ts'
import { type ReadSheet, readSheet } from './sheets/read-sheet.ts'
import type { SheetRate } from './sheets/sheet-rate.ts'
import { activateVersion, type EffectiveFrom } from './versions/activate.ts'
import { lockDeck } from './versions/change-deck.ts'
import { findVersions } from './versions/deck-versions.ts'
import type { EnsureDestinations } from './versions/ensure-destinations.ts'
import { insertRates } from './versions/insert-rates.ts'

/** What accounts are sold by, or what carriers charge us. */
export type DeckSide = 'sell' | 'buy'

/** The numbers the database keeps for them. */
export const SIDE = { sell: 1, buy: 2 } as const

export type DraftImport = {
  readonly tenantId: TenantId | number
  /** Name of the deck; one that exists gets a new version. */
  readonly name: string
  readonly side: DeckSide
  /** ISO 4217 letters. */
  readonly currency: string
  readonly filename: string
  /** The file as it came. */
  readonly text: string | Uint8Array
  readonly nowMs: number
  /** Import the good rows although others have problems. Without it one bad row refuses the file. */
  readonly allowProblems?: boolean
  /** How the sheet is read, as far as it was chosen; the rest is guessed. */
  readonly layout?: Partial<SheetLayout> | undefined
  /** For a new deck: 'half-up', four places and 'UTC' when absent. An existing deck keeps its own. */
  readonly rounding?: Rounding
  readonly places?: number
  readonly zone?: string
  /** For a new deck: whether a call keeps the window it starts in (when absent) or is split where one ends. */
  readonly windowChoice?: 'start' | 'split'
  /** For a new deck in A2Billing's manner: the quirks that are off, named with false. */
  readonly quirks?: Partial<Quirks>
  /** Windows that rates name, and holidays; those of the deck's newest version when absent. */
  readonly windows?: readonly TimeWindow[]
  readonly holidays?: readonly string[]
  readonly note?: string
  readonly createdBy?: string
}

export type DeckImport = DraftImport & {
  /** From when the version counts. When absent: the first version of a deck always, a later one from now. */
  readonly effective?: EffectiveFrom
}

/** What other rooms do within the import's transaction. */
export type DeckImportHooks = {
  readonly ensureDestinations: EnsureDestinations
  /** Called once the new version is stored, and active unless it is a draft, before the commit. */
  readonly imported?: (tx: Tx, deck: ImportedDeck) => Promise<void>
}

export type ImportedDeck = { readonly deckId: number; readonly version: number; readonly side: DeckSide }

export type DeckImportReport = {
  readonly deckId: number
  readonly name: string
  readonly version: number
  readonly rates: number
  /** Rows left out; empty unless they were allowed. The first 200 of them. */
  readonly problems: readonly SheetProblem[]
  readonly problemCount: number
  readonly blankRows: number
  readonly duplicateRows: number
}

/** Why nothing was imported; `message` is for people. */
export type DeckRefusal =
  | NotASheet
  | { readonly kind: 'bad-rows'; readonly message: string; readonly problems: readonly SheetProblem[] }
  | { readonly kind: 'unknown-currency'; readonly message: string }
  | { readonly kind: 'other-deck'; readonly message: string }
  | { readonly kind: 'bad-settings'; readonly message: string }

/**
 * Imports a sheet as the next version of a deck and puts it into force. Refused as a whole, with nothing changed, when
 * the file is no sheet, when any row has a problem (unless allowed), or when the deck exists with another side or
 * currency.
 */
export async function importDeck(
  db: Db,
  input: DeckImport,
  hooks: DeckImportHooks,
): Promise<Result<DeckImportReport, DeckRefusal>> {
  return importSheet(db, input, hooks, async (tx, { deckId, version }) => {
    const effectiveFrom = input.effective ?? (version === 1 ? 'always' : 'now')
    await activateVersion(tx, { deckId, version, effectiveFrom, nowMs: input.nowMs })
  })
}

/** The same, but the version is a draft: stored, and in force only once `activateVersion` says from when. */
export async function importDraft(
  db: Db,
  input: DraftImport,
  hooks: DeckImportHooks,
): Promise<Result<DeckImportReport, DeckRefusal>> {
  return importSheet(db, input, hooks, async () => undefined)
}

async function importSheet(
  db: Db,
  input: DraftImport,
  hooks: DeckImportHooks,
  putToUse: (tx: Tx, deck: ImportedDeck) => Promise<void>,
): Promise<Result<DeckImportReport, DeckRefusal>> {
  const currency = currencyNumber(input.currency)
  if (currency === undefined) {
    return err({ kind: 'unknown-currency', message: `Currency ${input.currency} is not known.` })
  }
  const fault = settingsFault(input)
  if (fault !== undefined) return err({ kind: 'bad-settings', message: fault })
  const { mode: deckMode, ...context } = await deckContext(db, input)
  const layout = { ...deckMode, ...input.layout }
  const sheet = readSheet(input.text, { ...context, side: input.side, layout })
  if (!sheet.ok) return sheet
  const { rates, problems, problemCount, blankRows, duplicateRows } = sheet.value
  if (rates.length === 0 || (problemCount > 0 && input.allowProblems !== true)) return err(badRows(sheet.value))
  return transaction(db, async (tx) => {
    await lockInTransaction(tx, `deck ${input.tenantId} ${input.name}`)
    const before = await findDeck(tx, input)
    const mode = sheet.value.guessed.layout.mode
    const clash = before && clashOf(before, input, currency, mode)
    if (clash) return err(clash)
    const deckId = before?.deck_id ?? (await insertDeck(tx, input, currency, mode))
    await lockDeck(tx, deckId)
    const version = await insertVersion(tx, deckId, sheet.value, input, hooks)
    const deck = { deckId, version, side: input.side }
    await putToUse(tx, deck)
    await hooks.imported?.(tx, deck)
    const counts = { rates: rates.length, problemCount, blankRows, duplicateRows }
    return ok({ deckId, name: input.name, version, problems, ...counts })
  })
}

/** What of a deck counts for reading a sheet; `mode` is a part of the layout, set when the deck is in A2Billing's manner. */
export type DeckContext = {
  readonly zone: string
  readonly windows: readonly TimeWindow[]
  readonly mode: Partial<SheetLayout>
}

/** Dates of an existing deck are read in its own zone, so that a new version of it means what the last one meant. */
export async function deckContext(
  db: Queryable,
  { tenantId, name, zone, windows }: Pick<DraftImport, 'tenantId' | 'name' | 'zone' | 'windows'>,
): Promise<DeckContext> {
  const deck = await db.q
    .selectFrom('rate_deck')
    .select(['deck_id', 'zone', 'mode'])
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .executeTakeFirst()
  if (deck === undefined) return { zone: zone ?? 'UTC', windows: windows ?? [], mode: {} }
  const mode = deck.mode === 'a2billing' ? ({ mode: deck.mode } as const) : {}
  return { zone: deck.zone, windows: windows ?? (await findVersions(db, deck.deck_id)).at(-1)?.windows ?? [], mode }
}

function badRows({ problems, problemCount }: ReadSheet): DeckRefusal {
  const rows = problemCount === 1 ? '1 row has a problem' : `${problemCount} rows have problems`
  return { kind: 'bad-rows', message: `${rows}. Nothing was imported.`, problems }
}

type FoundDeck = { readonly deck_id: number; readonly side: number; readonly currency: number; readonly mode: string }

async function findDeck(tx: Tx, { tenantId, name }: DraftImport): Promise<FoundDeck | undefined> {
  return tx.q
    .selectFrom('rate_deck')
    .select(['deck_id', 'side', 'currency', 'mode'])
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .executeTakeFirst()
}

type Mode = SheetLayout['mode']

function clashOf(deck: FoundDeck, input: DraftImport, currency: number, mode: Mode): DeckRefusal | undefined {
  if (mode === 'a2billing' && deck.mode !== mode) {
    return { kind: 'other-deck', message: `Deck "${input.name}" is not one in A2Billing's manner. Use another name.` }
  }
  if (deck.side !== SIDE[input.side]) {
    const is = deck.side === SIDE.sell ? 'sell' : 'buy'
    return { kind: 'other-deck', message: `Deck "${input.name}" exists as a ${is} deck.` }
  }
  if (deck.currency === currency) return undefined
  return { kind: 'other-deck', message: `Deck "${input.name}" is kept in ${currencyLetters(deck.currency)}.` }
}

async function insertDeck(tx: Tx, input: DraftImport, currency: number, mode: Mode): Promise<number> {
  // A2Billing rounds to six places.
  const places = input.places ?? (mode === 'a2billing' ? 6 : undefined)
  const deckId = await nextId(tx, 'deck')
  await tx.q
    .insertInto('rate_deck')
    .values({
      deck_id: deckId,
      tenant_id: input.tenantId,
      name: input.name,
      side: SIDE[input.side],
      currency,
      mode,
      created_at: new Date(input.nowMs),
      ...(input.rounding === undefined ? {} : { rounding: input.rounding }),
      ...(places === undefined ? {} : { places }),
      ...(input.zone === undefined ? {} : { zone: input.zone }),
      ...(input.windowChoice === undefined ? {} : { window_choice: input.windowChoice }),
      ...(input.quirks === undefined ? {} : { quirks: JSON.stringify(input.quirks) }),
    })
    .execute()
  return deckId
}

/** A draft with the rates of the sheet; its number. The deck is locked. */
async function insertVersion(
  tx: Tx,
  deckId: number,
  { rates, problems, problemCount, windows, guessed }: ReadSheet,
  input: DraftImport,
  hooks: DeckImportHooks,
): Promise<number> {
  const before = (await findVersions(tx, deckId)).at(-1)
  const version = (before?.version ?? 0) + 1
  await tx.q
    .insertInto('deck_version')
    .values({
      deck_id: deckId,
      version,
      state: 'draft',
      rates: rates.length,
      filename: input.filename,
      windows: JSON.stringify(windows),
      holidays: [...(input.holidays ?? before?.holidays ?? [])],
      layout: JSON.stringify(guessed.layout),
      problems: JSON.stringify(problems),
      problem_count: problemCount,
      note: input.note ?? '',
      created_by: input.createdBy ?? '',
      created_at: new Date(input.nowMs),
    })
    .execute()
  const destinations = await hooks.ensureDestinations(tx, destinationsOf(rates))
  await insertRates(tx, { deckId, version, destinations, windows }, rates)
  return version
}

/** Each name once, with its shortest prefix: the one that says most about where it is. */
function destinationsOf(rates: readonly SheetRate[]): readonly { name: string; prefix: string }[] {
  const shortest = new Map<string, string>()
  for (const { destination, prefix } of rates) {
    const before = shortest.get(destination)
    if (before === undefined || prefix.length < before.length) shortest.set(destination, prefix)
  }
  return [...shortest].map(([name, prefix]) => ({ name, prefix }))
}
