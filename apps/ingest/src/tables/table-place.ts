// How far a table was read, as it is kept in the checkpoint, and sums with the times of a table, which are texts in the
// table's own manner (local time, or seconds since 1970). Knows no zones: a table is searched in its own terms.

export type TablePlace = {
  /** What the place is in terms of: "id acctid", "time calldate". Another one makes it worthless. */
  readonly by: string
  /** By id: the highest one read. */
  readonly id?: string
  /** By time: all that was in the table when this was its latest time has been read. */
  readonly time?: string
  /** By time, while the rows there already are read for the first time: how far, and what `time` becomes at the end. */
  readonly filling?: { readonly at?: string; readonly until: string }
  /** By time: rows by day before the days that are watched, to find what was longer than any call before. */
  readonly days?: Readonly<Record<string, number>>
  /** The longest call seen, seconds: rows may appear that far behind the latest. */
  readonly longestS: number
  /** End of the first call, milliseconds: from here on the table tells everything. */
  readonly coveredFromMs?: number
}

/** The place in a checkpoint; a new one when there is none, or when the table is gone by in another way now. */
export function placeFrom(position: unknown, by: string): TablePlace {
  const place = position as TablePlace | undefined
  return place?.by === by ? place : { by, longestS: 0 }
}

const HOUR_S = 3600

/**
 * The full hour that lies at least so many seconds before a time; undefined when the time is none (a zero date, a word),
 * which means: from the beginning.
 */
export function hourBefore(time: string, seconds: number): string | undefined {
  const at = secondsOf(time)
  if (at === undefined) return undefined
  return inMannerOf(time, Math.floor((at - seconds) / HOUR_S) * HOUR_S)
}

/** From when to when so many hours last, from one on that is named as by `OpenTable.hours`; undefined when it is none. */
export function spanOfHours(hour: string, hours: number, like: string): readonly [string, string] | undefined {
  const from = EPOCH_HOUR.test(hour) ? Number(hour) * HOUR_S : secondsOf(`${hour}:00:00`)
  return from === undefined ? undefined : [inMannerOf(like, from), inMannerOf(like, from + hours * HOUR_S)]
}

/** The day of such an hour. */
export function dayOf(hour: string): string {
  return EPOCH_HOUR.test(hour) ? String(Math.floor(Number(hour) / 24)) : hour.slice(0, 10)
}

/** The first hour of such a day. */
export function firstHourOf(day: string): string {
  return EPOCH_HOUR.test(day) ? String(Number(day) * 24) : `${day} 00`
}

const EPOCH_HOUR = /^\d+$/

/** A time that no clock of a PBX has reached: now in the easternmost zone, and half a day for one that is fast. */
export function latestThinkable(nowMs: number, epochs: boolean): string {
  const seconds = Math.floor(nowMs / 1000) + 26 * HOUR_S
  return inMannerOf(epochs ? '0' : ' ', seconds)
}

/** Seconds, the text read as if it were UTC. */
function secondsOf(time: string): number | undefined {
  if (/^\d{1,11}(\.\d+)?$/.test(time)) return Math.floor(Number(time))
  const m = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(time)
  const ms = m ? Date.parse(`${m[1]}T${m[2]}Z`) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms / 1000
}

/** As epoch where `like` is one, else as text with the same letter between date and time. */
function inMannerOf(like: string, seconds: number): string {
  if (/^\d{1,11}(\.\d+)?$/.test(like)) return String(Math.max(0, seconds))
  const text = new Date(seconds * 1000).toISOString().slice(0, 19)
  return like.charAt(10) === 'T' ? text : text.replace('T', ' ')
}
