// /stats over the invented calls: filters, buckets, sums, and the derivations the real one has.

import type { StatsAnswer, StatsBy, StatsRow } from '@tollbook/api/wire'
import { CURRENCY, type MockCall, ZONE } from './data.ts'
import { groupOf, seriesOf } from './stats-groups.ts'
import { sumsOf } from './stats-sums.ts'
import { ENDING_OF } from './stories.ts'

export type Params = Readonly<Record<string, string>>

const DIMENSIONS: readonly StatsBy[] = [
  ...(['account', 'destination', 'country', 'prefix', 'trunk', 'carrier', 'source', 'direction', 'outcome'] as const),
  ...(['disposition', 'cause', 'did', 'extension', 'department', 'tag'] as const),
]
const SPLITS = 8

/** Calls that tell how long or how dear; the others are not in a range. */
const MEASURES: Readonly<Record<string, (call: MockCall) => number | null>> = {
  talk: (call) => call.talkS,
  wait: () => 0,
  ring: (call) => call.ringS,
  duration: (call) => call.ringS + call.talkS,
  revenue: (call) => (call.revenue === null ? null : Number(call.revenue) / 1e6),
  cost: (call) => (call.cost === null ? null : Number(call.cost) / 1e6),
}

export function filterCalls(calls: readonly MockCall[], params: Params): MockCall[] {
  const from = params.from ? Date.parse(params.from) : 0
  const to = params.to ? Date.parse(params.to) : Number.POSITIVE_INFINITY
  const q = params.q?.toLowerCase()
  const asked = DIMENSIONS.filter((name) => params[name] !== undefined)
  const ranges = Object.entries(MEASURES).filter(([name]) => params[name] !== undefined)
  return calls.filter(
    (call) =>
      call.startMs >= from &&
      call.startMs < to &&
      asked.every((name) => isAmong(groupOf(call, name, ZONE).key, params[name] as string)) &&
      isOnClock(call, params) &&
      (params.ending === undefined || isAmong(ENDING_OF[call.outcome], params.ending)) &&
      (params.rated === undefined || (params.rated === 'unrated') === (call.unrated !== null)) &&
      isNumbered([call.from], params.from_number) &&
      isNumbered([call.to], params.to_number) &&
      isNumbered([call.from, call.to], params.number) &&
      ranges.every(([name, of]) => isWithin(of(call), params[name] as string)) &&
      (q === undefined || `${call.from} ${call.to} ${call.fromName}`.toLowerCase().includes(q)),
  )
}

function isOnClock(call: MockCall, params: Params): boolean {
  const zone = params.zone ?? ZONE
  return (['weekday', 'hour_of_day'] as const).every((by) => {
    const asked = params[by]
    return asked === undefined || isAmong(groupOf(call, by, zone).key, asked)
  })
}

/** "_2XX", "_00.", a number; several with commas, "!" in front for all but these. */
function isNumbered(numbers: readonly string[], asked: string | undefined): boolean {
  if (asked === undefined) return true
  const not = asked.startsWith('!')
  const any = asked
    .slice(not ? 1 : 0)
    .split(',')
    .some((piece) => numbers.some((number) => patternOf(piece).test(number)))
  return any !== not
}

const CLASSES: Readonly<Record<string, string>> = { X: '\\d', Z: '[1-9]', N: '[2-9]', '.': '.+', '!': '.*', '+': '\\+' }

function patternOf(piece: string): RegExp {
  const body = piece.startsWith('_') ? piece.slice(1) : undefined
  const source = body?.replace(/[XZN.!+]/gi, (sign) => CLASSES[sign.toUpperCase()] ?? sign)
  return new RegExp(`^${source ?? piece.replace('+', '\\+')}$`)
}

function isWithin(value: number | null, asked: string): boolean {
  const [least = '', most = ''] = asked.split('-')
  if (value === null) return false
  return (least === '' || value >= Number(least)) && (most === '' || value <= Number(most))
}

export function answerStats(calls: readonly MockCall[], params: Params): StatsAnswer {
  const by = (params.by ?? 'none') as StatsBy
  const zone = params.zone ?? ZONE
  const split = params.split as StatsBy | undefined
  const found = filterCalls(calls, params)
  const names = split ? largest(found, split, zone) : undefined
  const groups = new Map<string, { head: StatsRow; calls: MockCall[] }>()
  if (!split) {
    for (const key of seriesOf(by, Date.parse(params.from ?? ''), Date.parse(params.to ?? ''), zone) ?? [])
      groups.set(key, { head: { key, label: key }, calls: [] })
  }
  for (const call of found) {
    const { key, label } = groupOf(call, by, zone)
    const other = split ? groupOf(call, split, zone) : undefined
    const part = other && (names?.has(other.key) ? other : { key: 'other', label: '' })
    const id = part ? `${key}\n${part.key}` : key
    const head: StatsRow = part ? { key, label, split: part.key, splitLabel: part.label } : { key, label }
    const group = groups.get(id) ?? { head, calls: [] as MockCall[] }
    group.calls.push(call)
    groups.set(id, group)
  }
  const pick = picker(params.metrics)
  const rows: StatsRow[] = [...groups.values()].map((group) => ({ ...group.head, ...pick(sumsOf(group.calls)) }))
  return {
    from: params.from ?? '',
    to: params.to ?? '',
    zone,
    by,
    split,
    currency: CURRENCY,
    rows: by === 'none' && !split ? [] : rows,
    total: pick(sumsOf(found)),
    approximate: params.metrics?.split(',').includes('ner') ? ['ner'] : [],
    ...(params.compare ? { before: answerStats(calls, spanBefore(params)) } : {}),
  }
}

/** Of the same length, whatever it is compared with. */
function spanBefore({ compare: _, ...params }: Params): Params {
  const [from, to] = [Date.parse(params.from ?? ''), Date.parse(params.to ?? '')]
  return { ...params, from: new Date(2 * from - to).toISOString(), to: new Date(from).toISOString() }
}

/** "a", "a,b", "!a,b". */
function isAmong(key: string, asked: string): boolean {
  const not = asked.startsWith('!')
  return (
    asked
      .slice(not ? 1 : 0)
      .split(',')
      .includes(key) !== not
  )
}

function largest(calls: readonly MockCall[], split: StatsBy, zone: string): ReadonlySet<string> {
  const counts = new Map<string, number>()
  for (const call of calls) {
    const { key } = groupOf(call, split, zone)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return new Set(
    [...counts]
      .sort((a, b) => b[1] - a[1])
      .slice(0, SPLITS)
      .map(([key]) => key),
  )
}

function picker(metrics: string | undefined) {
  const wanted = metrics?.split(',')
  return (sums: Record<string, string | number | null>) =>
    wanted === undefined ? sums : Object.fromEntries(wanted.map((name) => [name, sums[name] ?? null]))
}
