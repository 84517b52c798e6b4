// Calendar arithmetic in a named time zone, on the platform's own zone data. Milliseconds in, milliseconds out.

export type LocalTime = {
  readonly year: number
  /** 1-12 */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const DAY_MS = 86_400_000

const formats = new Map<string, Intl.DateTimeFormat>()

/** What a clock on the wall in `zone` shows at an instant. */
export function localTime(zone: string, ms: number): LocalTime {
  const part: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(ms)) part[type] = Number(value)
  return {
    year: part.year ?? 0,
    month: part.month ?? 1,
    day: part.day ?? 1,
    hour: part.hour ?? 0,
    minute: part.minute ?? 0,
    second: part.second ?? 0,
  }
}

/**
 * The instant at which the wall clock shows a local time. Fields may overflow (day 0, month 13): they carry. In the hour
 * that a clock change skips, the instant just after it; in the hour that comes twice, the first one.
 */
export function instantOf(zone: string, year: number, month: number, day: number, hour = 0, minute = 0): number {
  const naive = Date.UTC(year, month - 1, day, hour, minute)
  // Zones change their offset by the day at most: those a day before and after are all that can apply.
  const candidates = [naive - DAY_MS, naive + DAY_MS].map((around) => naive - offsetAt(zone, around))
  const real = candidates.filter((ms) => ms + offsetAt(zone, ms) === naive)
  return real.length > 0 ? Math.min(...real) : Math.max(...candidates)
}

/** Midnight that begins the local day of an instant, moved by whole days. */
export function startOfDay(zone: string, ms: number, addDays = 0): number {
  const { year, month, day } = localTime(zone, ms)
  return instantOf(zone, year, month, day + addDays)
}

export function startOfMonth(zone: string, ms: number, addMonths = 0): number {
  const { year, month } = localTime(zone, ms)
  return instantOf(zone, year, month + addMonths, 1)
}

/** The same wall-clock time some days away. */
export function addDays(zone: string, ms: number, days: number): number {
  const { year, month, day, hour, minute } = localTime(zone, ms)
  return instantOf(zone, year, month, day + days, hour, minute)
}

/** 0 Sunday … 6 Saturday. */
export function weekday(zone: string, ms: number): number {
  const { year, month, day } = localTime(zone, ms)
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay()
}

/** Milliseconds the zone is ahead of UTC at an instant. */
export function offsetAt(zone: string, ms: number): number {
  const { year, month, day, hour, minute, second } = localTime(zone, ms)
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000
}

/** True when the platform knows the zone. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
  }
  return format
}
