// What a version changes, beside the calls those rates priced: from the last impact that was counted for the version.
// Without one the figures are null, and only what the rates themselves say is warned of.

import { listRevaluations, type RevaluationLine, revaluationLines } from '@tollbook/charging'
import type { Queryable } from '@tollbook/db'
import type { RateChange as Change, DeckDetail, VersionDiff as Diff } from '@tollbook/tariffs'
import type { VersionDiff } from './wire-tariffs.ts'

/** Lines of an impact that are looked through: more rates than a tenant calls in a month. */
const MOST_LINES = 50_000
const WARNINGS_A_KIND = 20

export async function changesWithCalls(
  db: Queryable,
  deck: DeckDetail,
  { version, against }: { readonly version: number; readonly against: number },
  found: Diff,
): Promise<Pick<VersionDiff, 'items' | 'warnings'>> {
  const impact = await lastImpact(db, deck, version)
  const lines = impact === undefined ? undefined : await linesOf(db, impact)
  const keys = keysIn(deck, version, against)
  const items = found.items.map((change) => {
    const line = lines?.[change.kind === 'closed' ? 'old-rate' : 'rate'].get(keys(change))
    const none = lines === undefined ? null : '0.000000'
    return {
      ...change,
      seconds: line?.seconds ?? (lines === undefined ? null : 0),
      oldAmount: line?.old ?? none,
      newAmount: line?.new ?? none,
    }
  })
  return { items, warnings: [...doubled(found), ...ofCalls(lines)] }
}

async function lastImpact(db: Queryable, deck: DeckDetail, version: number): Promise<string | undefined> {
  const all = await listRevaluations(db, deck.tenantId, 200)
  const impact = all.find(
    (r) => r.kind === 'impact' && r.state === 'done' && r.scope.deckId === deck.deckId && r.scope.version === version,
  )
  return impact?.id
}

const PARTS = ['rate', 'old-rate', 'below-cost'] as const
type Lines = Readonly<Record<(typeof PARTS)[number], ReadonlyMap<string, RevaluationLine>>>

async function linesOf(db: Queryable, impact: string): Promise<Lines> {
  const lines = await revaluationLines(db, impact, PARTS, MOST_LINES)
  const of = (part: (typeof PARTS)[number]) =>
    new Map(lines.filter((line) => line.part === part).map((line) => [line.key, line]))
  return { rate: of('rate'), 'old-rate': of('old-rate'), 'below-cost': of('below-cost') }
}

/** A change's rate as an impact names it: prefix, and the id of its window where it has one. */
function keysIn(deck: DeckDetail, version: number, against: number): (change: Change) => string {
  const ids = (number: number) => {
    const windows = deck.versions.find((v) => v.version === number)?.windows ?? []
    return new Map(windows.map((w) => [w.name, w.id]))
  }
  const [after, before] = [ids(version), ids(against)]
  return ({ kind, prefix, window }) => {
    const id = (kind === 'closed' ? before : after).get(window)
    const named = prefix === '' ? '*' : prefix
    return id === undefined ? named : `${named}/${id}`
  }
}

type Warning = VersionDiff['warnings'][number]

function doubled({ doubled: rates, doubledCount }: Diff): Warning[] {
  const told = rates.map(({ prefix, destination, oldPrice, newPrice }) => {
    return { kind: 'doubles' as const, prefix, text: `${destination}: ${oldPrice} → ${newPrice}` }
  })
  const more = doubledCount - rates.length
  return more > 0 ? [...told, { kind: 'doubles', prefix: '', text: `and ${more} more` }] : told
}

function ofCalls(lines: Lines | undefined): Warning[] {
  if (lines === undefined) return []
  const some = (part: keyof Lines, of: (line: RevaluationLine) => Warning | undefined) =>
    [...lines[part].values()].flatMap((line) => of(line) ?? []).slice(0, WARNINGS_A_KIND)
  return [
    ...some('below-cost', (line) => {
      const text = `sold for ${line.new}, costs ${line.old} (${line.calls} calls)`
      return { kind: 'below-cost', prefix: prefixOf(line), text }
    }),
    ...some('old-rate', (line) => {
      if (line.noLongerRated === 0) return undefined
      const text = `${line.noLongerRated} calls would have no price`
      return { kind: 'closed-with-calls', prefix: prefixOf(line), text }
    }),
    ...some('rate', (line) => {
      if (line.newlyRated === 0) return undefined
      return { kind: 'newly-rated', prefix: prefixOf(line), text: `${line.newlyRated} calls would get a price` }
    }),
  ]
}

function prefixOf({ key }: RevaluationLine): string {
  return key.split('/')[0] ?? key
}
