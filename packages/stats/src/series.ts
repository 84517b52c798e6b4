// Lays figures out as rows: a time series along its buckets, the empty ones included; anything else by number of calls,
// the tail folded into one row "other"; and, where a split is asked for, the same for each of the largest splits. Pure.

import type { Bucket } from './buckets.ts'
import { OTHER_KEY } from './dimensions.ts'
import { addFigures, type Figures, NO_FIGURES } from './figures.ts'
import type { Name } from './labels.ts'

/** Figures of one (key, split); `split` is undefined where none is asked for. */
export type Cell = { readonly key: string; readonly split: string | undefined; readonly figures: Figures }
export type Group = Name & { readonly split: Name | undefined; readonly figures: Figures }

/** More splits than this are no chart. */
const MAX_SPLITS = 8

/** What is not a row of its own. */
export const OTHER: Name = { key: OTHER_KEY, label: OTHER_KEY }

/** One group for each bucket (and split), in order of time. A cell's key is the place of its bucket. */
export function fillSeries(buckets: readonly Bucket[], cells: readonly Cell[], splitName: Naming): readonly Group[] {
  const splits = largest(cells, 'split', MAX_SPLITS, splitName)
  const found = folded(cells, (key) => key, splits)
  const columns = [...new Set(splits.values())]
  return buckets.flatMap((bucket, place) =>
    (columns.length === 0 ? [undefined] : columns).map((split) => ({
      key: bucket.key,
      label: bucket.label,
      split,
      figures: found.get(String(place))?.get(split) ?? NO_FIGURES,
    })),
  )
}

type Naming = (value: string) => Name

/** Most calls first, equal ones by key. At most `limit` keys and, when there are more, one that holds the rest. */
export function topGroups(cells: readonly Cell[], limit: number, name: Naming, splitName: Naming): readonly Group[] {
  const keys = largest(cells, 'key', limit, name)
  const splits = largest(cells, 'split', MAX_SPLITS, splitName)
  const found = folded(cells, (key) => keys.get(key) ?? OTHER, splits)
  return [...new Set(keys.values())].flatMap((key) =>
    [...(found.get(key) ?? [])]
      .sort(([x, a], [y, b]) => b.calls - a.calls || ((x?.key ?? '') < (y?.key ?? '') ? -1 : 1))
      .map(([split, figures]) => ({ ...key, split, figures })),
  )
}

/**
 * The groups of another question in the places of these rows, so that each stands beside what it is compared with. What is
 * in none of them is in one row "other" at the end, where they have none.
 */
export function groupsLike(
  cells: readonly Cell[],
  rows: readonly (Name & { readonly split: Name | undefined })[],
  name: Naming,
  splitName: Naming,
): readonly Group[] {
  const keys = new Set(rows.map((row) => row.key))
  const splits = new Set(rows.map((row) => row.split?.key))
  const found = new Map<string, Figures>()
  for (const cell of cells) {
    const key = name(cell.key).key
    const split = cell.split === undefined ? undefined : splitName(cell.split).key
    const at = placeOf(keys.has(key) ? key : OTHER_KEY, splits.has(split) ? split : OTHER_KEY)
    const before = found.get(at)
    found.set(at, before ? addFigures(before, cell.figures) : cell.figures)
  }
  const groups = rows.map((row) => {
    const at = placeOf(row.key, row.split?.key)
    const figures = found.get(at) ?? NO_FIGURES
    found.delete(at)
    return { key: row.key, label: row.label, split: row.split, figures }
  })
  if (found.size === 0) return groups
  const rest = [...found.values()].reduce((sum, figures) => addFigures(sum, figures))
  return [...groups, { ...OTHER, split: rows.some((row) => row.split) ? OTHER : undefined, figures: rest }]
}

function placeOf(key: string, split: string | undefined): string {
  return `${key}\n${split ?? ''}`
}

export function addUp(cells: readonly Cell[]): Figures {
  return cells.reduce((sum, cell) => addFigures(sum, cell.figures), NO_FIGURES)
}

/** The values that have a row of their own. */
export function largestSplits(cells: readonly Cell[], name: Naming): readonly string[] {
  return [...largest(cells, 'key', MAX_SPLITS, name)].filter(([, named]) => named !== OTHER).map(([value]) => value)
}

/** All that have no row of their own as one, by this name. */
export function foldSplits(cells: readonly Cell[], kept: readonly string[], folded: string): readonly Cell[] {
  const found = new Map<string, Cell>()
  for (const cell of cells) {
    const split = kept.includes(cell.split ?? '') ? cell.split : folded
    const at = placeOf(cell.key, split)
    const before = found.get(at)
    found.set(at, before ? { ...before, figures: addFigures(before.figures, cell.figures) } : { ...cell, split })
  }
  return [...found.values()]
}

/** The name each value goes by: its own for the largest, one and the same "other" for the rest. Largest first. */
function largest(
  cells: readonly Cell[],
  side: 'key' | 'split',
  limit: number,
  name: Naming,
): ReadonlyMap<string, Name> {
  const calls = new Map<string, number>()
  for (const cell of cells) {
    const value = cell[side]
    if (value !== undefined) calls.set(value, (calls.get(value) ?? 0) + cell.figures.calls)
  }
  const named = [...calls].map(([value, n]) => ({ value, n, name: name(value) }))
  const sorted = named.filter((each) => each.name !== OTHER)
  sorted.sort((a, b) => b.n - a.n || (a.name.key < b.name.key ? -1 : 1))
  const rest = named.filter((each) => each.name === OTHER)
  return new Map([...sorted, ...rest].map((each, i) => [each.value, i < limit ? each.name : OTHER]))
}

function folded<K>(
  cells: readonly Cell[],
  keyOf: (key: string) => K,
  splits: ReadonlyMap<string, Name>,
): Map<K, Map<Name | undefined, Figures>> {
  const found = new Map<K, Map<Name | undefined, Figures>>()
  for (const cell of cells) {
    const key = keyOf(cell.key)
    const split = cell.split === undefined ? undefined : splits.get(cell.split)
    const row = found.get(key) ?? new Map<Name | undefined, Figures>()
    found.set(key, row)
    const before = row.get(split)
    row.set(split, before ? addFigures(before, cell.figures) : cell.figures)
  }
  return found
}
