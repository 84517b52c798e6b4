// What may need a person besides money: callers nobody spoke with, trunks that were full, gaps in the live capture, rows
// that could not be read. Each is asked for by itself; one that cannot be told leaves the page as it is.

import { listMissed } from '../../api/people-routes.ts'
import { listRejects, readHealth, readStats, readTrunkLoad } from '../../api/routes.ts'
import { daysIn } from '../../state/range.ts'
import { queryOf, STATS_FILTERS, type View } from '../../state/view.ts'

export type FullTrunk = { readonly id: number | null; readonly name: string; readonly seconds: number }

export type Attention = {
  readonly rejects: number
  readonly rejectsMore: boolean
  /** Null where there are too many missed calls to tell at once. */
  readonly notReturned: number | null
  /** Times in which live events may have been missed and nothing has filled them yet. */
  readonly gaps: number
  /** Trunks that had every channel taken, the longest first. */
  readonly fullTrunks: readonly FullTrunk[]
}

export async function readAttention(view: View, signal: AbortSignal): Promise<Attention> {
  const [rejects, notReturned, gaps, fullTrunks] = await Promise.all([
    listRejects(view.tenant.slug, { limit: 100 }, signal).catch(() => ({ items: [], next: null })),
    callersNotReturned(view, signal).catch(() => null),
    openGaps(view, signal).catch(() => 0),
    trunksAtLimit(view, signal).catch(() => []),
  ])
  return { rejects: rejects.items.length, rejectsMore: rejects.next !== null, notReturned, gaps, fullTrunks }
}

/** Who was called back may have to be read call by call: with more missed calls than this the page of people is asked for it. */
const MOST_MISSED = 5_000

async function callersNotReturned(view: View, signal: AbortSignal): Promise<number | null> {
  const query = queryOf(view, view.span, STATS_FILTERS)
  const missed = Number((await readStats({ ...query, by: 'none', metrics: 'missed' }, signal)).total.missed ?? 0)
  if (missed === 0) return 0
  if (missed > MOST_MISSED) return null
  const { total } = await listMissed({ ...query, limit: 1 }, signal)
  return total.callers - total.returned
}

const GAP_HOURS = 72

async function openGaps(view: View, signal: AbortSignal): Promise<number> {
  const health = await readHealth(view.tenant.slug, GAP_HOURS, signal)
  return health.gaps.filter((gap) => gap.closedAt === null).length
}

/** Of longer ranges the page of trunks tells: they have many minutes. Filters do not narrow what a trunk carries. */
const LOAD_DAYS = 32

async function trunksAtLimit(view: View, signal: AbortSignal): Promise<FullTrunk[]> {
  if (daysIn(view.span) > LOAD_DAYS) return []
  const load = await readTrunkLoad(queryOf(view, view.span, []), signal)
  return load.trunks
    .flatMap(({ id, name, limitSeconds }) => (limitSeconds ? [{ id, name, seconds: limitSeconds }] : []))
    .toSorted((a, b) => b.seconds - a.seconds)
}
