// tollbook deck diff: what one version changes against another, rate by rate.

import {
  type DeckDetail,
  diffVersions,
  type RateChange,
  type RateChangeKind,
  type VersionDiff,
} from '@tollbook/tariffs'
import { type Answer, type Args, type Command, CommandError, optional, type TenantSurroundings } from '../command.ts'
import { deckWords, findDeck, findVersion, versionNumber } from '../find-deck.ts'
import { oneOf } from '../sheet-options.ts'
import { grouped, table } from '../text.ts'
import { limitOf } from './deck-list.ts'

const KINDS = ['new', 'raised', 'lowered', 'closed', 'terms', 'same'] as const

export const deckDiff: Command = {
  needs: 'tenant',
  help: `deck diff shows what a version changes: new rates, dearer, cheaper, gone, and other terms.

  tollbook deck diff NAME [V] [--against V] [--kind ${KINDS.join('|')}] [--search TEXT] [--limit N]
                     [--tenant SLUG] [--json]

  V            the version that is looked at (default: the newest)
  --against    the one it is compared with (default: the one in force, or the one before; 0 = nothing)
  --kind       only such changes (default: all but same)
  --search     a number, the start of one, or a part of a destination's name
  --limit      changes shown at most, 1 to 500 (default 40)

What a version would mean in money: tollbook deck impact NAME V`,
  options: Object.fromEntries(
    ['against', 'kind', 'search', 'limit'].map((name) => [name, { type: 'string' as const }]),
  ),
  run,
}

const USAGE = 'deck diff NAME [V] [--against V]'

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { name, version } = deckWords(args, USAGE, 2)
  const deck = await findDeck(around, name)
  const looked = version ?? deck.versions[0]?.version
  if (looked === undefined) throw new CommandError('no-such-version', `Deck "${deck.name}" has no version.`)
  findVersion(deck, looked)
  const other = optional(args, 'against')
  const against = other === undefined ? comparedWith(deck, looked) : versionNumber(other, USAGE)
  if (against !== 0) findVersion(deck, against)
  const kind = oneOf(args, 'kind', KINDS)
  const question = { deckId: deck.deckId, version: looked, against, limit: limitOf(args, 40) }
  const diff = await diffVersions(around.db, { ...question, kind, search: optional(args, 'search') })
  const { counts, items, next, doubled, doubledCount } = diff
  const json = { deckId: deck.deckId, name: deck.name, version: looked, against, counts, items, more: next !== null }
  return { json: { ...json, doubled, doubledCount }, text: textOf(deck.name, looked, against, diff) }
}

/** The version in force, or for that one itself, or while none is, the next lower one; 0 = there is none. */
function comparedWith(deck: DeckDetail, version: number): number {
  const inForce = deck.versions.find((v) => v.state === 'in-force')?.version
  if (inForce !== undefined && inForce !== version) return inForce
  return deck.versions.find((v) => v.version < version && v.state !== 'draft')?.version ?? 0
}

const WORDS: Readonly<Record<RateChangeKind, string>> = {
  new: 'new',
  raised: 'dearer',
  lowered: 'cheaper',
  closed: 'gone',
  terms: 'with other terms',
  same: 'the same',
}

function textOf(name: string, version: number, against: number, diff: VersionDiff): string {
  const counts = KINDS.filter((kind) => diff.counts[kind] > 0).map(
    (kind) => `${grouped(diff.counts[kind])} ${WORDS[kind]}`,
  )
  const than = against === 0 ? 'against nothing' : `against version ${against}`
  const head = `${name}, version ${version} ${than}: ${counts.length === 0 ? 'no rates' : counts.join(', ')}.`
  const parts = [head]
  if (diff.items.length > 0) parts.push(changesText(diff.items))
  if (diff.next !== null) parts.push('… and more: --kind, --search, --limit N')
  if (diff.doubledCount > 0) {
    parts.push(
      `Look twice, at least doubled (${grouped(diff.doubledCount)}):\n${changesText(diff.doubled.slice(0, 5))}`,
    )
  }
  return parts.join('\n\n')
}

function changesText(items: readonly RateChange[]): string {
  const right = { align: 'right' as const }
  const windows = items.some((change) => change.window !== '')
  const columns = [
    ...[{ title: '' }, { title: 'prefix' }, { title: 'destination' }, ...(windows ? [{ title: 'window' }] : [])],
    ...[{ title: 'was', ...right }, { title: 'is', ...right }, { title: 'terms' }],
  ]
  const rows = items.map((change) => [
    ...[change.kind, change.prefix === '' ? '*' : change.prefix, change.destination],
    ...(windows ? [change.window] : []),
    ...[change.oldPrice ?? '–', change.newPrice ?? '–', change.terms],
  ])
  return table(columns, rows)
}
