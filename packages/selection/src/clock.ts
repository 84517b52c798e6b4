// Hours of the day and days of the week as filters. What they mean is settled as instants before anything is asked of calls,
// so that a zone is never asked of a database and a cell "Mondays at nine" opens what it counts.

import { hoursOf } from './local-time.ts'

/** Hours 0–23 and weekdays 1 (Monday) – 7 that are meant; undefined = any. */
export type Clock = { readonly hours?: ReadonlySet<number>; readonly weekdays?: ReadonlySet<number> }

/** A stretch of time, from ≤ t < to, milliseconds. */
export type Stretch = { readonly fromMs: number; readonly toMs: number }

/** Time of the question and the zone whose clocks are meant. */
export type ClockSpan = Stretch & { readonly zone: string }

export const CLOCK_FILTERS = ['hour_of_day', 'weekday'] as const
export type ClockFilter = (typeof CLOCK_FILTERS)[number]

/** First and last value of each. */
const ENDS: Readonly<Record<ClockFilter, readonly [number, number]>> = { hour_of_day: [0, 23], weekday: [1, 7] }

/** Ten years of hours: no list of stretches is longer. */
const MAX_MS = 3_653 * 24 * 3_600_000

/** `9`, `9-17`, `1,3-5`, `!6,7`; undefined when it is none of these. */
export function parseClock(name: ClockFilter, text: string): ReadonlySet<number> | undefined {
  const [least, most] = ENDS[name]
  const not = text.startsWith('!')
  const named = new Set<number>()
  for (const piece of (not ? text.slice(1) : text).split(',')) {
    const [, from, to = from] = /^\s*(\d{1,2})(?:-(\d{1,2}))?\s*$/.exec(piece) ?? []
    if (from === undefined || Number(from) < least || Number(to) > most || Number(from) > Number(to)) return undefined
    for (let value = Number(from); value <= Number(to); value++) named.add(value)
  }
  if (!not) return named
  return new Set(Array.from({ length: most - least + 1 }, (_, i) => least + i).filter((value) => !named.has(value)))
}

/** In words, what `parseClock` takes. */
export function clockWords(name: ClockFilter): string {
  return name === 'hour_of_day'
    ? 'must be hours of the day, 0 to 23: 9, 9-17, !0-6'
    : 'must be weekdays, 1 (Monday) to 7: 1, 1-5, !6,7'
}

/** What is wrong with asking for these hours and days over this span of time, and with which end of it; undefined = nothing. */
export function clockFault(
  clock: Clock | undefined,
  span: { readonly fromMs: number | undefined; readonly toMs: number | undefined },
): { readonly field: 'from' | 'to'; readonly message: string } | undefined {
  if (clock === undefined) return undefined
  const { fromMs, toMs } = span
  if (fromMs === undefined) return { field: 'from', message: 'is needed where hours of the day or weekdays are chosen' }
  if (toMs === undefined) return { field: 'to', message: 'is needed where hours of the day or weekdays are chosen' }
  if (toMs - fromMs <= MAX_MS) return undefined
  return { field: 'to', message: 'must be within ten years of from where hours of the day or weekdays are chosen' }
}

/** When it is such an hour or day: ascending and apart. Hours that the span begins or ends within are whole. */
export function clockStretches(clock: Clock, { fromMs, toMs, zone }: ClockSpan): readonly Stretch[] {
  const found: { fromMs: number; toMs: number }[] = []
  const hours = hoursOf(fromMs, toMs, zone)
  hours.forEach(({ startMs, weekday, hour }, i) => {
    if (clock.hours?.has(hour) === false || clock.weekdays?.has(weekday) === false) return
    const last = found.at(-1)
    const end = hours[i + 1]?.startMs ?? toMs
    if (last?.toMs === startMs) last.toMs = end
    else found.push({ fromMs: startMs, toMs: end })
  })
  return found
}
