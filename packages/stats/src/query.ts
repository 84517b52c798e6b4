// One question from end to end: buckets, grain, select, rows, total. Each step is a file of its own.

import type { Queryable } from '@tollbook/db'
import { currencyLetters } from '@tollbook/kernel'
import { resolveFilters } from '@tollbook/selection'
import { type AloneCells, addAlone, asksAlone } from './alone/alone.ts'
import { CARRIED_MS } from './alone/concurrency.ts'
import { type Buckets, NO_BUCKETS, timeBuckets } from './buckets.ts'
import type { ColumnCopy } from './columns/copy.ts'
import type { OpenCopy } from './columns/read.ts'
import { type CopyReader, copyReader } from './columns/reader.ts'
import { isTimeDimension, type StatsBy, type StatsSplit } from './dimensions.ts'
import { type Engine, postgres, undivided, type WholeCalls } from './engine.ts'
import { type Alone, type Figures, NO_FIGURES } from './figures.ts'
import {
  chooseGrain,
  chooseSpreadGrain,
  clip,
  type Grain,
  gaps,
  type Interval,
  joinAll,
  manyQuarters,
} from './grain.ts'
import { type Name, namesOf } from './labels.ts'
import { approximated, deriveMetrics, type MetricName, type MetricValue } from './metrics.ts'
import type { Asked, Splits, StatsQuery } from './parse.ts'
import { foldedOf, isFolded, type Source, selectCells } from './select.ts'
import {
  addUp,
  type Cell,
  fillSeries,
  foldSplits,
  type Group,
  groupsLike,
  largestSplits,
  OTHER,
  topGroups,
} from './series.ts'
import { withSpreads } from './spreads.ts'
import type { SpreadName } from './sums.ts'
import { readPending } from './touched.ts'

/** A row: `split` and `splitLabel` where a split was asked for, and the metrics. */
export type StatsRow = {
  readonly key: string
  readonly label: string
  readonly split?: string
  readonly splitLabel?: string
} & Record<string, MetricValue>

/** As it goes over the wire. Instants are ISO 8601 in UTC, `to` exclusive; currency by its letters. */
export type StatsResult = {
  readonly from: string
  readonly to: string
  readonly zone: string
  readonly by: StatsBy
  readonly split: StatsSplit
  readonly currency: string
  readonly rows: readonly StatsRow[]
  readonly total: Readonly<Record<string, MetricValue>>
  /** Metrics of which a part is guessed, because the data do not tell. */
  readonly approximate: readonly MetricName[]
  /**
   * The same of the span it is compared with: a time series with its own rows, anything else row for row, and a row "other"
   * at the end for what has no row now.
   */
  readonly before?: Pick<StatsResult, 'from' | 'to' | 'rows' | 'total' | 'approximate'>
}

/**
 * Answers a parsed question. Right at every moment: hours not rolled up yet are read from the calls. With a `copy` of the
 * calls by columns, questions that no rollup knows are answered from it, and their figures are the same.
 */
export async function queryStats(q: Queryable, query: StatsQuery, copy?: ColumnCopy): Promise<StatsResult> {
  const { before, ...now } = query
  const { laidOut, ...result } = await answerFrom(q, now, copy)
  if (before === undefined) return result
  const { from, to, rows, total, approximate } = await answerFrom(q, { ...now, ...before }, copy, laidOut)
  return { ...result, before: { from, to, rows, total, approximate } }
}

/** The rows of an answer, and the values of the split that have their own. */
type LaidOut = { readonly groups: readonly Group[]; readonly splits: Splits | undefined }

type Answer = StatsResult & { readonly laidOut: LaidOut }

/** `like`: rows whose places these take. */
async function answerFrom(
  q: Queryable,
  query: StatsQuery,
  copy: ColumnCopy | undefined,
  like?: LaidOut,
): Promise<Answer> {
  const asked = { ...query, selection: await resolveFilters(q, query.tenant.tenantId, query, carriedIn(query)) }
  const reader = copyReader(copy, q, asked)
  try {
    return await answer({ q, open: reader.open }, asked, like)
  } catch (fault) {
    // What PostgreSQL refused it would refuse again; so with what took too long.
    if (!reader.isOpen() || (fault as { code?: string }).code !== undefined) throw fault
    // A file that was swept or is damaged takes nothing from the answer: the tables have it all.
    copy?.onFault(fault, 'the copy by columns did not answer')
    return await answer({ q, open: async () => undefined }, asked, like)
  } finally {
    await reader.close()
  }
}

/** With the time before it in which calls that are still going on may have been opened. */
function carriedIn({ fromMs, toMs, zone }: StatsQuery) {
  return { fromMs: fromMs - CARRIED_MS, toMs, zone }
}

const HOUR_MS = 3_600_000

/** Who can be asked: PostgreSQL, and the copy where it can answer. */
type Sources = { readonly q: Queryable; readonly open: CopyReader['open'] }

async function answer(sources: Sources, asked: Asked, like: LaidOut | undefined): Promise<Answer> {
  const { fromMs, toMs, zone, by, split, tenant, metrics } = asked
  const splits = like ? like.splits : await splitsOf(sources, asked)
  const query = splits ? { ...asked, splits } : asked
  const buckets = isTimeDimension(by) ? timeBuckets(fromMs, toMs, by, zone) : NO_BUCKETS
  const { cells, whole: alone } = await cellsOf(sources, query, buckets)
  const groups = await groupsOf(sources.q, query, buckets, cells, like)
  const whole = await wholeOf(sources, query, cells, alone)
  return {
    laidOut: { groups, splits },
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    zone,
    by,
    split,
    currency: currencyLetters(tenant.currency) ?? '',
    rows: groups.map((g) => ({
      key: g.key,
      label: g.label,
      ...(g.split ? { split: g.split.key, splitLabel: g.split.label } : {}),
      ...deriveMetrics(metrics, g.figures),
    })),
    total: deriveMetrics(metrics, whole),
    approximate: approximated(metrics, whole),
  }
}

/** Of so few values each has a row, and no question is asked to find the largest. */
const FEW_VALUES: readonly StatsSplit[] = ['direction', 'outcome', 'disposition', 'source']

/** Of so few others more rows are told in less time than it takes to tell of each call that it is of one of them. */
const FEW_OTHERS = 50

/**
 * The values of the split with most calls: a day by each of thousands of accounts would be a million rows, of which eight in
 * each day are shown. Undefined where all have rows, and of tags: a call with two would be at once with itself.
 */
async function splitsOf(sources: Sources, query: Asked): Promise<Splits | undefined> {
  const { split, tenant } = query
  if (split === 'none' || split === 'tag' || FEW_VALUES.includes(split)) return undefined
  const { cells } = await cellsOf(sources, { ...query, by: split, split: 'none', metrics: ['calls'] }, NO_BUCKETS)
  const kept = largestSplits(cells, await namesOf(sources.q, split, tenant.tenantId))
  return { kept, ofMany: cells.length > kept.length + FEW_OTHERS }
}

async function cellsOf({ q, open }: Sources, query: Asked, buckets: Buckets): Promise<AloneCells> {
  const pending = await readPending(q, query.tenant.tenantId, query.fromMs, query.toMs)
  const tables = postgres(q)
  const touched = pending.touchedHours.map((ms) => ({ fromMs: ms, toMs: ms + HOUR_MS }))
  const source = async (grain: Grain): Promise<readonly Source[]> => {
    const instead = manyQuarters(grain)
    const copy = await open(joinAll([...grain.raw, ...instead]), touched)
    return copy ? dividedSources(grain, instead, copy, tables) : [{ grain, engine: tables }]
  }
  const wide = query.splits?.ofMany === false ? { ...query, splits: undefined } : query
  const sums = await source(chooseGrain(query, pending))
  const spreads = async (name: SpreadName) => await source(chooseSpreadGrain(query, name, pending))
  const each = await withSpreads(wide, spreads, buckets, await selectCells(wide, sums, buckets))
  if (!asksAlone(query)) return { cells: each, whole: NO_FIGURES.alone }
  // What does not add up is asked of one of them, all calls in one place.
  const copy = await open([{ fromMs: query.fromMs, toMs: query.toMs }], touched)
  const calls = (await copy?.whole()) ?? undivided(tables, query)
  return addAlone(calls, query, buckets, foldedCells(each, query, calls))
}

/** As they are told of what does not add up. */
function foldedCells(cells: readonly Cell[], { split, splits }: Asked, { engine }: WholeCalls): readonly Cell[] {
  if (split === 'none' || splits === undefined) return cells
  return foldSplits(cells, splits.kept, String(foldedOf(split, engine.dialect)))
}

/** Single calls, and `instead` of some quarters, from the copy where it holds good, from the tables where it is behind. */
function dividedSources(
  { cube, parts, raw }: Grain,
  instead: readonly Interval[],
  { engine, behind }: OpenCopy,
  tables: Engine,
): readonly Source[] {
  const inBehind = (intervals: readonly Interval[]) => intervals.flatMap((i) => behind.flatMap((b) => clip(b, i)))
  const copied = joinAll([...raw, ...instead]).flatMap((i) => gaps(i, behind))
  const kept =
    instead.length === 0
      ? parts
      : parts.map((part) => (part.unit === 'quarter' ? { ...part, intervals: inBehind(part.intervals) } : part))
  const rest: Grain = { cube, parts: kept.filter((part) => part.intervals.length > 0), raw: inBehind(raw) }
  return [
    ...(copied.length > 0 ? [{ grain: { cube, parts: [], raw: copied }, engine }] : []),
    ...(rest.parts.length + rest.raw.length > 0 ? [{ grain: rest, engine: tables }] : []),
  ]
}

async function wholeOf(sources: Sources, query: Asked, cells: readonly Cell[], alone: Alone): Promise<Figures> {
  // A call with two tags is in two rows, and once in the total.
  const overlaps = query.by === 'tag' || query.split === 'tag'
  if (!overlaps) return { ...addUp(cells), alone }
  const whole = await cellsOf(sources, { ...query, by: 'none', split: 'none' }, NO_BUCKETS)
  return whole.cells[0]?.figures ?? NO_FIGURES
}

async function groupsOf(
  q: Queryable,
  query: StatsQuery,
  buckets: Buckets,
  cells: readonly Cell[],
  like: LaidOut | undefined,
): Promise<readonly Group[]> {
  const { by, split, limit, tenant } = query
  const all: (value: string) => Name = () => ({ key: 'all', label: 'all' })
  const nameOf = split === 'none' ? all : await namesOf(q, split, tenant.tenantId)
  const splitName = (value: string) => (isFolded(value) ? OTHER : nameOf(value))
  if (isTimeDimension(by)) return fillSeries(buckets.list, cells, splitName)
  const name = by === 'none' ? all : await namesOf(q, by, tenant.tenantId)
  if (like) return groupsLike(cells, like.groups, name, splitName)
  return topGroups(cells, limit, name, splitName).filter((g) => by !== 'none' || g.figures.calls > 0)
}
