// Which group of each dimension an invented call belongs to: keys and labels as the real /stats has them.

import type { StatsBy } from '@tollbook/api/wire'
import { instantOf, localTime, offsetAt, startOfDay, startOfMonth, weekday } from '../src/format/zone.ts'
import { ACCOUNTS, DESTINATIONS, type MockCall, TRUNKS } from './data.ts'

export type Group = { readonly key: string; readonly label: string }
type TimeBy = 'hour' | 'day' | 'week' | 'month'

const NONE: Group = { key: 'none', label: '' }
/** ISO 3166-1 numbers of the destinations, by their id. */
const COUNTRY: readonly number[] = [0, 372, 826, 826, 276, 840, 156, 616, 250, 192, 702, 344, 36, 724, 380]
const CARRIERS: readonly string[] = ['', 'Northlink', 'Meridian', 'Pacific', 'Atlantic']
/** Q.850 causes by outcome; an answered call clears normally. */
const CAUSE: Record<string, readonly number[]> = {
  answered: [16],
  program: [16],
  'no-answer': [19, 18],
  busy: [17],
  failed: [34, 27, 38, 1],
}
const DISPOSITION: Record<string, string> = {
  answered: 'answered',
  program: 'answered',
  'no-answer': 'no-answer',
  busy: 'busy',
  failed: 'failed',
}

export function groupOf(call: MockCall, by: StatsBy, zone: string): Group {
  const same = (key: string): Group => ({ key, label: key })
  const named = (id: number, list: readonly { id: number; name: string }[]) =>
    id === 0 ? NONE : { key: String(id), label: list.find((one) => one.id === id)?.name ?? '' }
  switch (by) {
    case 'destination':
      return named(call.destination, DESTINATIONS)
    case 'country':
      return COUNTRY[call.destination] ? same(String(COUNTRY[call.destination])) : NONE
    case 'prefix':
      return call.destination ? same(DESTINATIONS.find((one) => one.id === call.destination)?.prefix ?? '') : NONE
    case 'account': {
      const account = ACCOUNTS.find((one) => one.id === call.account)
      return account ? { key: account.code, label: account.name } : NONE
    }
    case 'department':
      return call.account < 4
        ? { key: String(call.account), label: ['Sales', 'Front desk', 'Trade'][call.account - 1] ?? '' }
        : NONE
    case 'trunk':
      return named(call.trunk, TRUNKS)
    case 'carrier':
      return call.trunk && call.direction === 'outbound'
        ? { key: String(call.trunk), label: CARRIERS[call.trunk] ?? '' }
        : NONE
    case 'source':
      return { key: '1', label: 'pbx-dub1' }
    case 'outcome':
      return same(call.outcome)
    case 'direction':
      return same(call.direction)
    case 'disposition':
      return same(DISPOSITION[call.outcome] ?? '')
    case 'cause': {
      const causes = CAUSE[call.outcome] ?? [16]
      return same(String(causes[Math.floor(call.startMs / 1000) % causes.length]))
    }
    case 'did':
      return call.direction === 'inbound' ? same(call.to) : NONE
    case 'extension':
      if (call.direction !== 'inbound') return same(call.from)
      return call.outcome === 'answered' ? same(String(201 + (Math.floor(call.startMs / 1000) % 9))) : NONE
    case 'tag':
      return same(call.tags[0] ?? 'none')
    case 'hour':
    case 'day':
    case 'week':
    case 'month':
      return same(keyOf(call.startMs, by, zone))
    case 'hour_of_day':
      return same(String(localTime(zone, call.startMs).hour))
    case 'weekday':
      return same(String(weekday(zone, call.startMs) || 7))
    case 'weekday_hour':
      return same(`${weekday(zone, call.startMs) || 7}-${two(localTime(zone, call.startMs).hour)}`)
    default:
      return NONE
  }
}

/** Every bucket of a time series, also the empty ones; undefined for the other dimensions. */
export function seriesOf(by: StatsBy, fromMs: number, toMs: number, zone: string): readonly string[] | undefined {
  if (by === 'hour_of_day') return Array.from({ length: 24 }, (_, hour) => String(hour))
  if (by === 'weekday') return Array.from({ length: 7 }, (_, day) => String(day + 1))
  if (by !== 'hour' && by !== 'day' && by !== 'week' && by !== 'month') return undefined
  const keys: string[] = []
  for (let at = floorOf(by, fromMs, zone); at < toMs; at = next(by, at, zone)) keys.push(keyOf(at, by, zone))
  return keys
}

function floorOf(by: TimeBy, ms: number, zone: string): number {
  if (by === 'hour') return Math.floor(ms / 3_600_000) * 3_600_000
  if (by === 'month') return startOfMonth(zone, ms)
  return by === 'day' ? startOfDay(zone, ms) : startOfDay(zone, ms, 1 - (weekday(zone, ms) || 7))
}

function next(by: TimeBy, ms: number, zone: string): number {
  if (by === 'hour') return ms + 3_600_000
  return by === 'month' ? startOfMonth(zone, ms, 1) : startOfDay(zone, ms, by === 'week' ? 7 : 1)
}

function keyOf(ms: number, by: TimeBy, zone: string): string {
  const { year, month, day, hour } = localTime(zone, by === 'week' ? floorOf('week', ms, zone) : ms)
  if (by === 'month') return `${year}-${two(month)}`
  if (by !== 'hour') return `${year}-${two(month)}-${two(day)}`
  const minutes = Math.round(offsetAt(zone, instantOf(zone, year, month, day, hour)) / 60_000)
  const sign = minutes < 0 ? '-' : '+'
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:00${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}
