// The deck and the version that a command names. A name nobody knows is answered with those there are.

import { type DeckDetail, type DeckSummary, type DeckVersion, deckDetail, listDecks } from '@tollbook/tariffs'
import { type Args, CommandError, type TenantSurroundings, UsageError } from './command.ts'
import { grouped } from './text.ts'

/** The deck of this name; small and capital letters are told apart only where two decks need it. */
export async function findDeck({ db, tenant, clock }: TenantSurroundings, name: string): Promise<DeckDetail> {
  const decks = await listDecks(db, tenant.tenantId)
  const found = decks.find((deck) => deck.name === name) ?? onlyOne(decks, name)
  const detail = found && (await deckDetail(db, tenant.tenantId, found.id, clock.now()))
  if (detail === undefined) throw new CommandError('no-deck', `There is no deck "${name}". ${thereAre(decks)}`)
  return detail
}

function onlyOne(decks: readonly DeckSummary[], name: string): DeckSummary | undefined {
  const alike = decks.filter((deck) => deck.name.toLowerCase() === name.toLowerCase())
  return alike.length === 1 ? alike[0] : undefined
}

const NAMED = 10

function thereAre(decks: readonly DeckSummary[]): string {
  if (decks.length === 0) return 'Make one: tollbook deck import FILE --name NAME'
  const names = decks.slice(0, NAMED).map((deck) => `"${deck.name}"`)
  return `There are: ${names.join(', ')}${decks.length > NAMED ? ` and ${grouped(decks.length - NAMED)} more` : ''}.`
}

/** The words of a command that takes a deck's name and perhaps a version; a name of two words must be quoted. */
export function deckWords(args: Args, usage: string, most: 1 | 2): { name: string; version: number | undefined } {
  const [name = '', version, ...more] = args.words
  if (name === '' || more.length > 0 || (version !== undefined && most === 1)) {
    throw new UsageError(
      `tollbook ${usage}${more.length > 0 || version !== undefined ? ' (quote a name with blanks)' : ''}`,
    )
  }
  return { name, version: version === undefined ? undefined : versionNumber(version, usage) }
}

/** "3" or "v3". */
export function versionNumber(text: string, usage: string): number {
  const digits = /^v?(\d{1,9})$/i.exec(text)?.[1]
  if (digits === undefined)
    throw new UsageError(`"${text}" is no version. Use: tollbook ${usage} (quote a name with blanks)`)
  return Number(digits)
}

export function findVersion(deck: DeckDetail, version: number): DeckVersion {
  const found = deck.versions.find((v) => v.version === version)
  if (found) return found
  const all = deck.versions.map((v) => v.version)
  const has = all.length === 0 ? 'It has none.' : `It has ${all.length === 1 ? '' : `${all.at(-1)} to `}${all[0]}.`
  throw new CommandError('no-such-version', `Deck "${deck.name}" has no version ${version}. ${has}`)
}
