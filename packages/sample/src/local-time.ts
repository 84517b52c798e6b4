// Instants as the PBX prints them: local time of one zone, whole seconds, no offset. Made for millions of them.

import { DateTime } from 'luxon'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const PAIR: readonly string[] = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'))

export type LocalTime = {
  /** "2026-10-25 01:59:59" for an instant in milliseconds. */
  text(ms: number): string
  /** Local hour of the day, 0 to 23. */
  hour(ms: number): number
}

/** Offsets are asked once per hour: every zone in use changes its offset on a full UTC hour. */
export function localTime(zone: string): LocalTime {
  const offsets = new Map<number, number>()
  const days = new Map<number, string>()
  const local = (ms: number) => {
    const hour = Math.floor(ms / HOUR)
    let offset = offsets.get(hour)
    if (offset === undefined) {
      offset = DateTime.fromMillis(hour * HOUR, { zone }).offset * 60_000
      offsets.set(hour, offset)
    }
    return ms + offset
  }
  const dayText = (day: number) => {
    let text = days.get(day)
    if (text === undefined) {
      text = `${DateTime.fromMillis(day * DAY, { zone: 'utc' }).toISODate()} `
      days.set(day, text)
    }
    return text
  }
  return {
    text(ms) {
      const at = local(ms)
      const day = Math.floor(at / DAY)
      const second = Math.floor((at - day * DAY) / 1000)
      const minute = (second / 60) | 0
      return `${dayText(day)}${PAIR[(minute / 60) | 0]}:${PAIR[minute % 60]}:${PAIR[second % 60]}`
    },
    hour(ms) {
      return Math.floor((((local(ms) % DAY) + DAY) % DAY) / HOUR)
    },
  }
}
