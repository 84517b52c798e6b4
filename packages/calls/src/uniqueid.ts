// What is inside an Asterisk uniqueid or linkedid: "[systemname-]epoch.counter". A system name may contain dashes.

/** 2000-01-01 and 2100-01-01: an epoch outside is a number that only looks like one. */
const EARLIEST_S = 946_684_800
const LATEST_S = 4_102_444_800

/** Unix seconds at which the channel was created, or undefined when the id holds none. */
export function epochOf(id: string): number | undefined {
  const dot = id.lastIndexOf('.')
  if (dot < 9 || dot === id.length - 1) return undefined
  let seconds = 0
  let at = id.lastIndexOf('-') + 1
  if (dot - at < 9 || dot - at > 10) return undefined
  for (; at < dot; at++) {
    const digit = id.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return undefined
    seconds = seconds * 10 + digit
  }
  for (at = dot + 1; at < id.length; at++) {
    const digit = id.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return undefined
  }
  return seconds >= EARLIEST_S && seconds < LATEST_S ? seconds : undefined
}
