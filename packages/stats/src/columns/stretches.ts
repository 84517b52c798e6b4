// The calls of the copy in parts that DuckDB can group in its memory: some days each, whose files alone are opened. A question
// that does not add up asks them one after the other.

import { type Engine, type Numbers, type Passage, type Stretch, undivided, type WholeCalls } from '../engine.ts'
import type { Interval } from '../grain.ts'
import type { Duck } from './duck.ts'
import { type CopiedDay, DAY_MS, dayOf } from './state.ts'

export type Cut = {
  /** Ascending. */
  readonly days: readonly CopiedDay[]
  /** A statement for the rows of these days and of what is carried over. */
  readonly rows: (days: readonly CopiedDay[]) => string
  /** Calls in a part, unless a day has more. */
  readonly most: number
  readonly numbers: Numbers
}

/** The table `calls` of a connection and, where it is large, the same in parts. */
export async function inStretches(duck: Duck, engine: Engine, of: Interval, cut: Cut): Promise<WholeCalls> {
  const borders = bordersOf(cut).filter((ms) => ms > of.fromMs && ms < of.toMs)
  const passage = async () => passageOf(duck, engine, of, cut)
  const { numbers } = cut
  if (borders.length === 0) return { ...undivided(engine, of), passage, numbers }
  // Nothing opened outside of what is asked is asked for, but calls may have begun at any time.
  const parts = [...borders, Number.POSITIVE_INFINITY].map((toMs, i) => ({
    ...{ fromMs: borders[i - 1] ?? Number.NEGATIVE_INFINITY, toMs },
    ...{ opened: `calls_opened_${i}`, began: `calls_began_${i}`, around: `calls_around_${i}` },
  }))
  for (const part of parts) {
    // And the day after: whoever is missed on the last may be called back then.
    const days = cut.days.filter((d) => dayOf(d).toMs > part.fromMs && dayOf(d).fromMs < part.toMs + DAY_MS)
    await duck.run(`create temp view ${part.opened} as ${cut.rows(days)}`)
  }
  let began: Promise<void> | undefined
  const asked = (part: Part): Interval => ({
    fromMs: Math.max(part.fromMs, of.fromMs),
    toMs: Math.min(part.toMs, of.toMs),
  })
  const on = (calls: string) => engineOver(engine, calls)
  return {
    ...{ engine, passage, numbers },
    opened: parts.map((part) => ({ of: asked(part), engine: on(part.opened) })),
    around: async () => {
      for (const part of parts) {
        const days = cut.days.filter(
          (d) => dayOf(d).toMs > part.fromMs - DAY_MS - HOUR_MS && dayOf(d).fromMs < part.toMs,
        )
        await duck.run(`create or replace temp view ${part.around} as ${cut.rows(days)}`)
      }
      return parts.map((part) => ({ of: asked(part), engine: on(part.around) }))
    },
    began: async () => {
      began ??= makeBegan(duck, parts)
      await began
      return parts.map((part) => on(part.began))
    },
  }
}

/** Handed over at once: each statement costs as much as some ten thousand calls, and twice as many as these lie in memory. */
const CALLS_PASSED = 1_000_000

/** Days of many calls in several parts, some days of few in one. */
async function passageOf(duck: Duck, engine: Engine, { fromMs, toMs }: Interval, cut: Cut): Promise<Passage> {
  const of = { fromMs: fromMs - DAY_MS, toMs }
  const days = cut.days.filter((day) => dayOf(day).toMs > of.fromMs && dayOf(day).fromMs < toMs)
  const most = Math.min(cut.most, CALLS_PASSED)
  const starts = bordersOf({ days, most }).filter((ms) => ms > of.fromMs && ms < toMs)
  const parts: Stretch[] = []
  for (const [i, startMs] of [of.fromMs, ...starts].entries()) {
    const endMs = starts[i] ?? toMs
    const own = days.filter((day) => dayOf(day).toMs > startMs && dayOf(day).fromMs < endMs)
    const calls = `calls_passed_${i}`
    await duck.run(`create or replace temp view ${calls} as ${cut.rows(own)}`)
    const pieces = Math.max(1, Math.round(callsIn(own) / most))
    const at = (piece: number) => startMs + Math.floor(((endMs - startMs) * piece) / pieces)
    for (let piece = 0; piece < pieces; piece++)
      parts.push({ of: { fromMs: at(piece), toMs: at(piece + 1) }, engine: engineOver(engine, calls) })
  }
  return { parts, calls: callsIn(days), numbers: cut.numbers }
}

function callsIn(days: readonly CopiedDay[]): number {
  return days.reduce((calls, day) => calls + day.calls, 0)
}

function engineOver(engine: Engine, calls: string): Engine {
  return { ...engine, dialect: { ...engine.dialect, calls } }
}

/** An hour of the clock in which a part begins may have begun before. */
const HOUR_MS = 3_600_000

/** Where parts end: starts (ms) of days, ascending. */
function bordersOf({ days, most }: Pick<Cut, 'days' | 'most'>): readonly number[] {
  const borders: number[] = []
  let calls = 0
  for (const day of days) {
    if (calls > 0 && calls + day.calls > most) {
      borders.push(dayOf(day).fromMs)
      calls = 0
    }
    calls += day.calls
  }
  return borders
}

type Part = Interval & { readonly opened: string; readonly began: string; readonly around: string }

/** Few calls begin in another part than they are opened in; they are put where they begin. */
async function makeBegan(duck: Duck, parts: readonly Part[]): Promise<void> {
  const own = (part: Part) => `select * from ${part.opened} where ${within('opened_at', part)}`
  const strays = parts.map((part) => `${own(part)} and (${without('started_at', part)})`)
  await duck.run(`create temp table calls_astray as ${strays.join(' union all ')}`)
  for (const part of parts)
    await duck.run(`create temp view ${part.began} as ${own(part)} and ${within('started_at', part)}
      union all select * from calls_astray where ${within('started_at', part)}`)
}

function within(column: string, part: Interval): string {
  return bounds(part)
    .map(({ at, isStart }) => `${column} ${isStart ? '>=' : '<'} ${at}`)
    .join(' and ')
}

/** So that groups of rows that have none are passed over; of "not (…)" DuckDB reads all. */
function without(column: string, part: Interval): string {
  return bounds(part)
    .map(({ at, isStart }) => `${column} ${isStart ? '<' : '>='} ${at}`)
    .join(' or ')
}

/** The first part has no start and the last no end. */
function bounds({ fromMs, toMs }: Interval): readonly { readonly at: string; readonly isStart: boolean }[] {
  return [fromMs, toMs]
    .map((ms, i) => ({ ms, isStart: i === 0 }))
    .filter(({ ms }) => Number.isFinite(ms))
    .map(({ ms, isStart }) => ({ at: `timestamp '${new Date(ms).toISOString().replace('Z', '')}'`, isStart }))
}
