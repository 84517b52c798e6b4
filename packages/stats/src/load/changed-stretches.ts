// Which stretches of a window the tables do not answer for: those that calls of touched hours take now or took when they
// were last made, and the parts of quarters at the window's borders. They are swept from the calls in the same answer.

import type { Queryable } from '@tollbook/db'
import { touchedHours } from '../touched.ts'
import { type LoadRow, QUARTER_US, quarterAt } from './load-row.ts'
import { EARLIEST_MS, joined, LONGEST_MS, notedReach, type Reach, reachInto, reachOf, spansOf } from './reach.ts'
import { sweepCalls } from './read-channels.ts'
import type { Window } from './sweep.ts'

const HOUR_MS = 3_600_000

export type Stretches = {
  /** Disjoint and ascending: whole quarters that the tables answer for. */
  readonly kept: readonly Window[]
  /** Rows of all else in the window; stretches of a minute at least where the window does not cut them. */
  readonly swept: readonly LoadRow[]
}

export async function stretchesOf(q: Queryable, tenantId: number, window: Window): Promise<Stretches> {
  const fromMs = window.fromUs / 1000
  const toMs = window.toUs / 1000
  const touched = await touchedHours(q, tenantId, fromMs - LONGEST_MS - HOUR_MS, toMs + EARLIEST_MS)
  const now = touched.length > 0 ? await reachOf(q, tenantId, touched) : []
  const before = touched.length > 0 ? await notedReach(q, tenantId, touched) : []
  const changed = joined([...spansOf([...now, ...before]), ...bordersOf(window)])
    .map((span) => ({ fromUs: Math.max(span.fromUs, window.fromUs), toUs: Math.min(span.toUs, window.toUs) }))
    .filter((span) => span.fromUs < span.toUs)
  const swept: LoadRow[] = []
  for (const span of changed) {
    const hours = await hoursInto(q, tenantId, span, touched, now)
    swept.push(...(await sweepCalls(q, tenantId, span, hours)))
  }
  return { kept: without(window, changed), swept }
}

/** What is noted of touched hours is old: what they reach into is known from the calls. */
async function hoursInto(
  q: Queryable,
  tenantId: number,
  span: Window,
  touched: readonly number[],
  now: readonly Reach[],
): Promise<readonly number[]> {
  const isTouched = new Set(touched)
  const noted = (await reachInto(q, tenantId, span)).filter((r) => !isTouched.has(r.hourMs))
  const known = now.filter((r) => r.untilUs >= span.fromUs && r.fromUs < span.toUs)
  return [...noted, ...known].map((r) => r.hourMs).sort((a, b) => a - b)
}

/** Parts of a quarter of an hour at either end. */
function bordersOf({ fromUs, toUs }: Window): readonly Window[] {
  const borders: Window[] = []
  if (quarterAt(fromUs) !== fromUs) borders.push({ fromUs, toUs: quarterAt(fromUs) + QUARTER_US })
  if (quarterAt(toUs) !== toUs) borders.push({ fromUs: quarterAt(toUs), toUs })
  return borders
}

/** The part of it that lies in these windows, which ascend and are apart; rows that begin in them. */
export function inside({ kept, swept }: Stretches, windows: readonly Window[]): Stretches {
  const gaps = windows.map((w, i) => ({ fromUs: windows[i - 1]?.toUs ?? Number.NEGATIVE_INFINITY, toUs: w.fromUs }))
  gaps.push({ fromUs: windows.at(-1)?.toUs ?? Number.NEGATIVE_INFINITY, toUs: Number.POSITIVE_INFINITY })
  return {
    kept: kept.flatMap((window) => without(window, gaps)),
    swept: swept.filter((row) => windows.some((w) => row.atUs >= w.fromUs && row.atUs < w.toUs)),
  }
}

/** What is left of a window without others, which ascend and do not overlap. */
export function without(window: Window, gone: readonly Window[]): readonly Window[] {
  const left: Window[] = []
  let at = window.fromUs
  for (const { fromUs, toUs } of gone) {
    if (toUs <= at) continue
    if (fromUs >= window.toUs) break
    if (fromUs > at) left.push({ fromUs: at, toUs: fromUs })
    at = Math.max(at, toUs)
  }
  if (at < window.toUs) left.push({ fromUs: at, toUs: window.toUs })
  return left
}
