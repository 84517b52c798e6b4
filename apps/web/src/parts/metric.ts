// The metrics of /stats as the pages know them: unit, what a formula needs, which direction is welcome. Their words are
// in i18n, what they mean is the engine's.

import { clock } from '../format/duration.ts'
import { currencySymbol, fromMicros, moneyHeight, moneyLine, toMicros } from '../format/money.ts'
import { count } from '../format/number.ts'
import type { en } from '../i18n/en.ts'
import { messages } from '../i18n/messages.ts'
import type { Cell } from './save-file.ts'

export type MetricName = keyof (typeof en)['metric']
export type Values = Readonly<Record<string, string | number | null | undefined>>

type Metric = {
  /** Peaks are counts that do not add up. */
  readonly unit: 'count' | 'peak' | 's' | 'min' | '%' | 'money' | 'erlang'
  /** Besides itself, for its formula. */
  readonly needs: readonly MetricName[]
  readonly good: 'up' | 'down' | 'none'
}

const count_ = (good: Metric['good'] = 'none', ...needs: MetricName[]): Metric => ({ unit: 'count', needs, good })
const seconds = (good: Metric['good'], ...needs: MetricName[]): Metric => ({ unit: 's', needs, good })
const percentile = seconds('none', 'calls')

const METRICS: Readonly<Record<MetricName, Metric>> = {
  calls: count_(),
  legs: count_(),
  attempts: count_(),
  answered: count_('none', 'calls'),
  missed: count_('down', 'calls'),
  unrated: count_('down', 'calls'),
  seizures: count_(),
  seized_answered: count_('none', 'seizures'),
  asr: { unit: '%', needs: ['answered', 'calls'], good: 'up' },
  asr_carrier: { unit: '%', needs: ['seized_answered', 'seizures'], good: 'up' },
  ner: { unit: '%', needs: ['calls'], good: 'up' },
  acd: seconds('none', 'minutes', 'answered'),
  time_to_answer: seconds('down', 'answered'),
  ring_time: seconds('down', 'calls'),
  wait_time: seconds('down'),
  return_rate: { unit: '%', needs: ['missed'], good: 'up' },
  cps: { unit: 'peak', needs: [], good: 'none' },
  peak_concurrent: { unit: 'peak', needs: [], good: 'none' },
  erlang: { unit: 'erlang', needs: [], good: 'none' },
  busy_erlang: { unit: 'erlang', needs: [], good: 'none' },
  channels_needed: { unit: 'peak', needs: ['busy_erlang'], good: 'none' },
  program: count_('none', 'calls'),
  markup_pct: { unit: '%', needs: ['margin', 'cost'], good: 'up' },
  minutes: { unit: 'min', needs: [], good: 'none' },
  billed_minutes: { unit: 'min', needs: [], good: 'none' },
  short_calls: count_('down', 'answered'),
  short_pct: { unit: '%', needs: ['short_calls', 'answered'], good: 'down' },
  talk_p50: percentile,
  talk_p90: percentile,
  talk_p95: percentile,
  talk_p99: percentile,
  wait_p50: percentile,
  wait_p90: percentile,
  wait_p95: percentile,
  wait_p99: percentile,
  tta_p50: percentile,
  tta_p90: percentile,
  tta_p95: percentile,
  tta_p99: percentile,
  revenue: { unit: 'money', needs: ['calls'], good: 'up' },
  cost: { unit: 'money', needs: ['calls'], good: 'none' },
  margin: { unit: 'money', needs: ['revenue', 'cost'], good: 'up' },
  margin_pct: { unit: '%', needs: ['margin', 'revenue'], good: 'up' },
  arpm: { unit: 'money', needs: ['revenue', 'billed_minutes'], good: 'none' },
}

/** In the order in which they are offered. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[]

/** What to ask /stats for, so that these can be shown and explained. */
export function metricsFor(names: readonly MetricName[]): string {
  return [...new Set(names.flatMap((name) => [name, ...METRICS[name].needs]))].join()
}

export function metricWord(name: MetricName): string {
  return messages().metric[name].name
}

/** The unit as a column head says it; '' for counts. */
export function metricUnit(name: MetricName, currency: string): string {
  const m = messages()
  const unit = METRICS[name].unit
  const money = currencySymbol(currency).trim()
  return { count: '', peak: '', s: m.word.mss, min: m.word.min, '%': '%', money, erlang: 'E' }[unit]
}

export function metricKind(name: MetricName): Metric {
  return METRICS[name]
}

/** A value without its unit; "–" for none. */
export function metricText(name: MetricName, value: Cell | undefined, symbol = ''): string {
  if (value === null || value === undefined) return '–'
  const unit = METRICS[name].unit
  if (unit === 'money') return typeof value === 'string' ? amountText(name, value, symbol) : '–'
  const n = Number(value)
  if (unit === 'erlang') return count(n, 2)
  return unit === 's' ? clock(n) : count(unit === 'min' ? Math.round(n) : n, unit === '%' ? 1 : 0)
}

/** The formula with the numbers of this row. */
export function metricFormula(name: MetricName, values: Values, currency: string): string {
  const words = messages().metric
  const symbol = currencySymbol(currency)
  const text = (of: string) => {
    const at = of === 'self' ? name : of
    return at in words ? metricText(at as MetricName, values[at] ?? null, symbol) : '–'
  }
  return words[name].f(text)
}

/** For drawing only. */
export function metricHeight(name: MetricName, value: Cell | undefined): number | null {
  if (value === null || value === undefined) return null
  return METRICS[name].unit === 'money' ? moneyHeight(String(value)) / 1000 : Number(value)
}

/** Sums with two places; a price per minute with four, as decks state theirs. */
function amountText(name: MetricName, value: string, symbol: string): string {
  if (name !== 'arpm') return moneyLine(value, symbol)
  const micros = toMicros(value)
  const half = micros < 0n ? -50n : 50n
  return moneyLine(fromMicros(((micros + half) / 100n) * 100n), symbol, 'stored')
}
