// Wall-clock time of a zone as an instant, for the dates in rate sheets. Uses the zone data of the runtime.

/**
 * The instant at which clocks in `zone` (IANA name) show `wallMs`, which is the wall-clock time written as if it were
 * UTC. A time that a clock change skips is the instant of the change; one that occurs twice is the first. Throws
 * RangeError for a zone that does not exist.
 */
export function instantOfLocal(wallMs: number, zone: string): number {
  if (zone === 'UTC') return wallMs
  const before = offsetAt(wallMs - DAY, zone)
  const after = offsetAt(wallMs + DAY, zone)
  // With the offset of the day before, and of the day after: in the hours around a change only one of them fits.
  const early = wallMs - before
  if (offsetAt(early, zone) === before) return early
  const late = wallMs - after
  return offsetAt(late, zone) === after ? late : changeBetween(late, early, zone)
}

const DAY = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds by which wall clocks in `zone` are ahead of UTC at an instant. */
function offsetAt(ms: number, zone: string): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
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
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value)
  const wall = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!)
  return wall - Math.floor(ms / 1000) * 1000
}

/** The instant between two at which the offset changes, to the second. */
function changeBetween(from: number, to: number, zone: string): number {
  const [low, high] = from < to ? [from, to] : [to, from]
  const before = offsetAt(low, zone)
  let [left, right] = [low, high]
  while (right - left > 1000) {
    const middle = Math.floor((left + right) / 2000) * 1000
    if (offsetAt(middle, zone) === before) left = middle
    else right = middle
  }
  return right
}
