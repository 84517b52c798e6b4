// Instants as COPY text. Made once per second of data, not once per column: a batch says the same seconds many times, and
// building the texts anew was a tenth of an import's garbage.

const DAY_S = 86_400
/** Direct-mapped: a second finds its text at its own last 14 bits or makes it again. About 2 MB when full. */
const SLOTS = 16_384

const secondsAt = new Float64Array(SLOTS).fill(Number.NaN)
const textAt: string[] = new Array(SLOTS).fill('')

/** "2026-11-23 12:48:05+00", the milliseconds added only when there are any. */
export function instantText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const rest = ms - seconds * 1000
  if (rest !== 0) return `${wholeText(seconds)}.${String(Math.floor(rest)).padStart(3, '0')}+00`
  const slot = ((seconds % SLOTS) + SLOTS) % SLOTS
  if (secondsAt[slot] !== seconds) {
    secondsAt[slot] = seconds
    textAt[slot] = `${wholeText(seconds)}+00`
  }
  return textAt[slot]!
}

let cachedDay = Number.NaN
let cachedDate = ''

function wholeText(seconds: number): string {
  const day = Math.floor(seconds / DAY_S)
  if (day !== cachedDay) {
    // The one calendar question left; asked once per day of data.
    cachedDate = new Date(day * DAY_S * 1000).toISOString().slice(0, 10)
    cachedDay = day
  }
  const inDay = seconds - day * DAY_S
  const minutes = Math.floor(inDay / 60)
  return `${cachedDate} ${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[inDay % 60]}`
}

const TWO: readonly string[] = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'))
