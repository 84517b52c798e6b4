// /stats over the invented calls: filters, buckets, sums, and the derivations the real one has.

import type { StatsAnswer, StatsBy, StatsRow } from '@tollbook/api/wire'
import { instantOf, localTime, offsetAt, startOfDay, startOfMonth } from '../src/format/zone.ts'
import { ACCOUNTS, CURRENCY, DESTINATIONS, type MockCall, money, TRUNKS, ZONE } from './data.ts'
import { ENDING_OF } from './stories.ts'

export type Params = Readonly<Record<string, string>>

export function filterCalls(calls: readonly MockCall[], params: Params): MockCall[] {
  const from = params.from ? Date.parse(params.from) : 0
  const to = params.to ? Date.parse(params.to) : Number.POSITIVE_INFINITY
  const is = (value: string | number, asked: string | undefined) => asked === undefined || String(value) === asked
  const q = params.q?.toLowerCase()
  return calls.filter(
    (call) =>
      call.startMs >= from &&
      call.startMs < to &&
      is(ACCOUNTS.find((one) => one.id === call.account)?.code ?? 'none', params.account) &&
      is(call.destination, params.destination) &&
      is(call.trunk, params.trunk) &&
      is(call.direction, params.direction) &&
      is(call.outcome, params.outcome) &&
      is(ENDING_OF[call.outcome], params.ending) &&
      (params.rated !== 'unrated' || call.unrated !== null) &&
      (q === undefined || `${call.from} ${call.to} ${call.fromName}`.toLowerCase().includes(q)),
  )
}

export function answerStats(calls: readonly MockCall[], params: Params): StatsAnswer {
  const by = (params.by ?? 'none') as StatsBy
  const zone = params.zone ?? ZONE
  const found = filterCalls(calls, params)
  const groups = new Map<string, { label: string; calls: MockCall[] }>()
  if (by === 'hour' || by === 'day' || by === 'month') {
    for (const key of series(Date.parse(params.from ?? ''), Date.parse(params.to ?? ''), by, zone))
      groups.set(key, { label: key, calls: [] })
  }
  for (const call of found) {
    const { key, label } = groupOf(call, by, zone)
    const group = groups.get(key) ?? { label, calls: [] }
    group.calls.push(call)
    groups.set(key, group)
  }
  const rows: StatsRow[] =
    by === 'none' ? [] : [...groups].map(([key, group]) => ({ key, label: group.label, ...sums(group.calls) }))
  return { from: params.from ?? '', to: params.to ?? '', zone, by, currency: CURRENCY, rows, total: sums(found) }
}

function sums(calls: readonly MockCall[]): Record<string, string | number | null> {
  const talk = calls.reduce((sum, call) => sum + call.talkS, 0)
  const answered = calls.filter((call) => call.outcome === 'answered').length
  const revenue = calls.reduce((sum, call) => sum + (call.revenue ?? 0n), 0n)
  const cost = calls.reduce((sum, call) => sum + (call.cost ?? 0n), 0n)
  return {
    calls: calls.length,
    legs: calls.reduce((sum, call) => sum + call.legs, 0),
    answered,
    unrated: calls.filter((call) => call.unrated !== null).length,
    asr: calls.length === 0 ? null : (100 * answered) / calls.length,
    acd: answered === 0 ? null : talk / answered,
    minutes: talk / 60,
    revenue: money(revenue),
    cost: money(cost),
    margin: money(revenue - cost),
  }
}

function groupOf(call: MockCall, by: StatsBy, zone: string): { key: string; label: string } {
  const named = (id: number, list: readonly { id: number; name: string }[]) =>
    id === 0 ? { key: 'none', label: '' } : { key: String(id), label: list.find((one) => one.id === id)?.name ?? '' }
  switch (by) {
    case 'destination':
      return named(call.destination, DESTINATIONS)
    case 'account':
      return named(call.account, ACCOUNTS)
    case 'trunk':
      return named(call.trunk, TRUNKS)
    case 'outcome':
      return { key: call.outcome, label: call.outcome }
    case 'direction':
      return { key: call.direction, label: call.direction }
    case 'hour':
    case 'day':
    case 'month': {
      const key = keyOf(call.startMs, by, zone)
      return { key, label: key }
    }
    default:
      return { key: 'none', label: '' }
  }
}

function series(fromMs: number, toMs: number, by: 'hour' | 'day' | 'month', zone: string): string[] {
  const keys: string[] = []
  const floor =
    by === 'hour'
      ? Math.floor(fromMs / 3_600_000) * 3_600_000
      : by === 'day'
        ? startOfDay(zone, fromMs)
        : startOfMonth(zone, fromMs)
  for (
    let at = floor;
    at < toMs;
    at = by === 'hour' ? at + 3_600_000 : by === 'day' ? startOfDay(zone, at, 1) : startOfMonth(zone, at, 1)
  ) {
    keys.push(keyOf(at, by, zone))
  }
  return keys
}

function keyOf(ms: number, by: 'hour' | 'day' | 'month', zone: string): string {
  const { year, month, day, hour } = localTime(zone, ms)
  const two = (n: number) => String(n).padStart(2, '0')
  if (by === 'month') return `${year}-${two(month)}`
  if (by === 'day') return `${year}-${two(month)}-${two(day)}`
  const minutes = Math.round(offsetAt(zone, instantOf(zone, year, month, day, hour)) / 60_000)
  const sign = minutes < 0 ? '-' : '+'
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:00${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`
}
