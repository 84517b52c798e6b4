// Time ranges: from the words in the URL to a span of instants in the zone of the page, and the span to compare with.

import { addDays, instantOf, localTime, startOfDay, startOfMonth } from '../format/zone.ts'

export const PRESETS = ['today', 'yesterday', '7d', '30d', 'month', 'last-month', '12m'] as const
export type Preset = (typeof PRESETS)[number]

/** End-exclusive, milliseconds. `token` is what stands in the URL; `preset` is null for dates picked by hand. */
export type Span = {
  readonly fromMs: number
  readonly toMs: number
  readonly token: string
  readonly preset: Preset | null
}

/**
 * The span a token names. Unknown or missing: the last seven days, today included; when the newest call is older than
 * that, the seven days that end with it, so that a first look is never at an empty page.
 */
export function spanOf(token: string | undefined, zone: string, nowMs: number, lastCallMs: number | null): Span {
  if (token !== undefined) {
    const preset = PRESETS.find((one) => one === token)
    if (preset) return presetSpan(preset, zone, nowMs)
    const custom = customSpan(token, zone)
    if (custom) return custom
  }
  const usual = presetSpan('7d', zone, nowMs)
  if (lastCallMs === null || lastCallMs >= usual.fromMs) return usual
  const toMs = startOfDay(zone, lastCallMs, 1)
  return dateSpan(zone, startOfDay(zone, lastCallMs, -6), toMs)
}

export function presetSpan(preset: Preset, zone: string, nowMs: number): Span {
  const day = (add: number) => startOfDay(zone, nowMs, add)
  const [fromMs, toMs] = {
    today: [day(0), day(1)],
    yesterday: [day(-1), day(0)],
    '7d': [day(-6), day(1)],
    '30d': [day(-29), day(1)],
    month: [startOfMonth(zone, nowMs), day(1)],
    'last-month': [startOfMonth(zone, nowMs, -1), startOfMonth(zone, nowMs)],
    '12m': [startOfMonth(zone, nowMs, -11), day(1)],
  }[preset] as [number, number]
  return { fromMs, toMs, token: preset, preset }
}

/** A span picked by hand; its token is "2026-11-17..2026-11-24", with hours where it does not begin at midnight. */
export function dateSpan(zone: string, fromMs: number, toMs: number): Span {
  return { fromMs, toMs, token: `${stamp(zone, fromMs)}..${stamp(zone, toMs)}`, preset: null }
}

/**
 * The span before, equally long in days (a month is compared with the month before). Where a span runs into the future
 * only the part that has passed is compared, so that a Tuesday morning is not set against a whole week.
 */
export function spanBefore(span: Span, zone: string, nowMs: number, how: 'prev' | 'week' | 'year'): Span {
  const nextHour = Math.ceil(nowMs / 3_600_000) * 3_600_000
  const toMs = Math.max(span.fromMs + 3_600_000, Math.min(span.toMs, nextHour))
  if (how === 'year') return dateSpan(zone, yearEarlier(zone, span.fromMs), yearEarlier(zone, toMs))
  if (how === 'prev' && (span.preset === 'month' || span.preset === 'last-month')) {
    const { year, month, day, hour } = localTime(zone, toMs)
    const before = span.preset === 'month' ? instantOf(zone, year, month - 1, day, hour) : span.fromMs
    return dateSpan(zone, startOfMonth(zone, span.fromMs, -1), Math.min(before, span.fromMs))
  }
  const length = Math.max(1, Math.round((span.toMs - span.fromMs) / 86_400_000))
  // Same weekdays: whole weeks back, so that Mondays stand against Mondays whatever the length.
  const days = how === 'week' ? 7 * Math.ceil(length / 7) : length
  return dateSpan(zone, addDays(zone, span.fromMs, -days), addDays(zone, toMs, -days))
}

/** Length in days, at least a fraction. */
export function daysIn(span: Span): number {
  return (span.toMs - span.fromMs) / 86_400_000
}

function customSpan(token: string, zone: string): Span | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d))?\.\.(\d{4})-(\d\d)-(\d\d)(?:T(\d\d))?$/.exec(token)
  if (!match) return undefined
  const n = (i: number) => Number(match[i] ?? 0)
  const fromMs = instantOf(zone, n(1), n(2), n(3), n(4))
  const toMs = instantOf(zone, n(5), n(6), n(7), n(8))
  return toMs > fromMs ? { fromMs, toMs, token, preset: null } : undefined
}

function yearEarlier(zone: string, ms: number): number {
  const { year, month, day, hour } = localTime(zone, ms)
  return instantOf(zone, year - 1, month, day, hour)
}

/** "2026-11-17", or "2026-11-17T09" when not midnight. */
export function stamp(zone: string, ms: number): string {
  const { year, month, day, hour } = localTime(zone, ms)
  const two = (n: number) => String(n).padStart(2, '0')
  const date = `${year}-${two(month)}-${two(day)}`
  return hour === 0 ? date : `${date}T${two(hour)}`
}
