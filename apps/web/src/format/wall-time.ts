// Times as a field of a form holds them: what the clock on the wall shows in a zone, "2026-11-23T17:24:14".

import { instantOf, localTime } from './zone.ts'

const two = (n: number) => String(n).padStart(2, '0')

/** The wall clock of an instant; without seconds where they are zero. */
export function wallInput(zone: string, ms: number): string {
  const { year, month, day, hour, minute, second } = localTime(zone, ms)
  const time = `${two(hour)}:${two(minute)}${second > 0 ? `:${two(second)}` : ''}`
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}`
}

/** The instant a wall clock names; undefined when the text is no time. Between date and time a blank will do. */
export function wallInstant(zone: string, text: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d?):(\d\d)(?::(\d\d))?)?$/.exec(text.trim())
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0)) as number[]
  if (month! < 1 || month! > 12 || day! < 1 || day! > 31 || hour! > 23 || minute! > 59 || second! > 59) return undefined
  return instantOf(zone, year!, month!, day!, hour, minute) + second! * 1000
}

/** Seconds of "6:03", "1:04:11" or "363"; undefined when it is none of them. */
export function secondsOf(text: string): number | undefined {
  const match = /^(?:(?:(\d+):)?(\d+):)?(\d+)$/.exec(text.trim())
  if (!match) return undefined
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number]
  if (match[2] !== undefined && seconds > 59) return undefined
  if (match[1] !== undefined && minutes > 59) return undefined
  const all = hours * 3600 + minutes * 60 + seconds
  return Number.isSafeInteger(all) && all <= 86_400 * 7 ? all : undefined
}
