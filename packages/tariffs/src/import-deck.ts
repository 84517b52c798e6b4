// Importing a rate sheet: checked whole, then written whole. A deck's version is made once and never changed; the deck
// is pointed at it in the transaction that wrote it, so a reader sees the old tariff or the new one, nothing between.

import { copyLines, type Db, lockInTransaction, nextId, type Tx, transaction } from '@tollbook/db'
import { currencyLetters, currencyNumber, err, ok, type Result, type Rounding, type TenantId } from '@tollbook/kernel'
import { type NotASheet, parseSheet, type Sheet, type SheetProblem, type SheetRate } from './sheet.ts'

/** What accounts are sold by, or what carriers charge us. */
export type DeckSide = 'sell' | 'buy'

/** The numbers the database keeps for them. */
export const SIDE = { sell: 1, buy: 2 } as const

export type DeckImport = {
  readonly tenantId: TenantId | number
  /** Name of the deck; one that exists gets a new version. */
  readonly name: string
  readonly side: DeckSide
  /** ISO 4217 letters. */
  readonly currency: string
  readonly filename: string
  readonly text: string | Uint8Array
  readonly nowMs: number
  /** Import the good rows although others have problems. Without it one bad row refuses the file. */
  readonly allowProblems?: boolean
  /** For a new deck: 'half-up', four places and 'UTC' when absent. An existing deck keeps its own. */
  readonly rounding?: Rounding
  readonly places?: number
  readonly zone?: string
}

/** What other rooms do within the import's transaction. */
export type DeckImportHooks = {
  /** Makes the named destinations, each with one of its prefixes, and answers their ids by name. */
  readonly ensureDestinations: (
    tx: Tx,
    destinations: readonly { readonly name: string; readonly prefix: string }[],
  ) => Promise<ReadonlyMap<string, number>>
  /** Called once the new version is live, before the commit. */
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
}

/** Why nothing was imported; `message` is for people. */
export type DeckRefusal =
  | NotASheet
  | { readonly kind: 'bad-rows'; readonly message: string; readonly problems: readonly SheetProblem[] }
  | { readonly kind: 'unknown-currency'; readonly message: string }
  | { readonly kind: 'other-deck'; readonly message: string }

/**
 * Imports a sheet (see `parseSheet`) as the next version of a deck and makes it live. Refused as a whole, with nothing
 * changed, when the file is no sheet, when any row has a problem (unless allowed), or when the deck exists with another
 * side or currency. Measured: 200,000 rates imported and loaded again in 4 s.
 */
export async function importDeck(
  db: Db,
  input: DeckImport,
  hooks: DeckImportHooks,
): Promise<Result<DeckImportReport, DeckRefusal>> {
  const currency = currencyNumber(input.currency)
  if (currency === undefined) {
    return err({ kind: 'unknown-currency', message: `Currency ${input.currency} is not known.` })
  }
  const sheet = parseSheet(input.text, await zoneOf(db, input))
  if (!sheet.ok) return sheet
  const { rates, problems, problemCount } = sheet.value
  if (rates.length === 0 || (problemCount > 0 && input.allowProblems !== true)) return err(badRows(sheet.value))
  return transaction(db, async (tx) => {
    await lockInTransaction(tx, `deck ${input.tenantId} ${input.name}`)
    const before = await findDeck(tx, input)
    const clash = before && clashOf(before, input, currency)
    if (clash) return err(clash)
    const deckId = before?.deck_id ?? (await insertDeck(tx, input, currency))
    const version = (before?.newest ?? 0) + 1
    await insertVersion(tx, { deckId, version }, rates, input, hooks)
    await tx.q.updateTable('rate_deck').set({ live_version: version }).where('deck_id', '=', deckId).execute()
    await hooks.imported?.(tx, { deckId, version, side: input.side })
    return ok({ deckId, name: input.name, version, rates: rates.length, problems })
  })
}

/** Dates of an existing deck are read in its own zone, so that a new version of it means what the last one meant. */
async function zoneOf({ q }: Db, { tenantId, name, zone }: DeckImport): Promise<string> {
  const deck = await q
    .selectFrom('rate_deck')
    .select('zone')
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .executeTakeFirst()
  return deck?.zone ?? zone ?? 'UTC'
}

function badRows({ problems, problemCount }: Sheet): DeckRefusal {
  const rows = problemCount === 1 ? '1 row has a problem' : `${problemCount} rows have problems`
  return { kind: 'bad-rows', message: `${rows}. Nothing was imported.`, problems }
}

type FoundDeck = { readonly deck_id: number; readonly side: number; readonly currency: number; readonly newest: number }

async function findDeck(tx: Tx, { tenantId, name }: DeckImport): Promise<FoundDeck | undefined> {
  const { rows } = await tx.client.query<FoundDeck>(
    `select d.deck_id, d.side, d.currency, coalesce(max(v.version), 0) as newest
     from rate_deck d left join deck_version v using (deck_id) where d.tenant_id = $1 and d.name = $2 group by d.deck_id`,
    [tenantId, name],
  )
  return rows[0]
}

function clashOf(deck: FoundDeck, input: DeckImport, currency: number): DeckRefusal | undefined {
  if (deck.side !== SIDE[input.side]) {
    const is = deck.side === SIDE.sell ? 'sell' : 'buy'
    return { kind: 'other-deck', message: `Deck "${input.name}" exists as a ${is} deck.` }
  }
  if (deck.currency === currency) return undefined
  return { kind: 'other-deck', message: `Deck "${input.name}" is kept in ${currencyLetters(deck.currency)}.` }
}

async function insertDeck(tx: Tx, input: DeckImport, currency: number): Promise<number> {
  const deckId = await nextId(tx, 'deck')
  await tx.q
    .insertInto('rate_deck')
    .values({
      deck_id: deckId,
      tenant_id: input.tenantId,
      name: input.name,
      side: SIDE[input.side],
      currency,
      created_at: new Date(input.nowMs),
      ...(input.rounding === undefined ? {} : { rounding: input.rounding }),
      ...(input.places === undefined ? {} : { places: input.places }),
      ...(input.zone === undefined ? {} : { zone: input.zone }),
    })
    .execute()
  return deckId
}

async function insertVersion(
  tx: Tx,
  { deckId, version }: { deckId: number; version: number },
  rates: readonly SheetRate[],
  input: DeckImport,
  hooks: DeckImportHooks,
): Promise<void> {
  await tx.q
    .insertInto('deck_version')
    .values({
      deck_id: deckId,
      version,
      rates: rates.length,
      filename: input.filename,
      created_at: new Date(input.nowMs),
    })
    .execute()
  const destinations = await hooks.ensureDestinations(tx, destinationsOf(rates))
  const rows = rates.map((rate) => [
    ...[deckId, version, rate.prefix, new Date(rate.effectiveFromMs).toISOString(), destinations.get(rate.destination)],
    ...[rate.pricePerMinute, rate.connectFee, rate.firstBlockS, rate.incrementS, rate.prefix === '' ? 3 : 1],
  ])
  await copyLines(tx, 'rate', COLUMNS, rows)
}

const COLUMNS = [
  'deck_id',
  'version',
  'prefix',
  'effective_from',
  'destination_id',
  'price_per_minute',
  'connect_fee',
  'first_block_s',
  'increment_s',
  'match',
] as const

/** Each name once, with its shortest prefix: the one that says most about where it is. */
function destinationsOf(rates: readonly SheetRate[]): readonly { name: string; prefix: string }[] {
  const shortest = new Map<string, string>()
  for (const { destination, prefix } of rates) {
    const before = shortest.get(destination)
    if (before === undefined || prefix.length < before.length) shortest.set(destination, prefix)
  }
  return [...shortest].map(([name, prefix]) => ({ name, prefix }))
}
