// Every figure of the house, spelled once: the sums it needs and how it follows from them. Total lines and "other" rows
// are derived from added sums with the same functions, so no ratio is ever averaged.

import { formatMoney, type Micros, subtractMoney } from '@tollbook/kernel'
import type { SumName, Sums } from './sums.ts'

/** Counts, seconds, minutes and percentages are numbers; money is a decimal string of six places. */
export type MetricValue = number | string | null

export type Metric = {
  readonly unit: 'count' | 's' | 'min' | '%' | 'money'
  readonly needs: readonly SumName[]
  readonly derive: (sums: Sums) => MetricValue
}

const count = (name: SumName): Metric => ({ unit: 'count', needs: [name], derive: (s) => Number(s[name]) })

/** Ratios are the nearest double of an exact quotient, unrounded; null when there is nothing to divide by. */
const ratio = (numerator: number, denominator: number): number | null =>
  denominator === 0 ? null : numerator / denominator

const METRIC_TABLE = {
  /** CDR rows. */
  legs: count('legs'),
  /** Conversations, counted in the bucket in which they began. */
  calls: count('calls'),
  /** Tries towards a trunk or phone. */
  attempts: count('attempts'),
  /** Calls a person answered. */
  answered: count('answered'),
  /** Calls that should cost something and have no price. */
  unrated: count('unrated'),
  /** Answer-seizure ratio in the customer's scope: 100 · answered / calls. */
  asr: { unit: '%', needs: ['answered', 'calls'], derive: (s) => ratio(100 * s.answered, s.calls) },
  /** Average call duration in seconds: talk / answered. Ringing and unanswered calls have no part in it. */
  acd: { unit: 's', needs: ['talk_s', 'answered'], derive: (s) => ratio(s.talk_s, s.answered) },
  /** Talked minutes. */
  minutes: { unit: 'min', needs: ['talk_s'], derive: (s) => s.talk_s / 60 },
  /** Minutes after first block and increment, sell side. */
  billed_minutes: { unit: 'min', needs: ['billed_s'], derive: (s) => s.billed_s / 60 },
  /** Mean seconds of ringing a call. */
  ring_time: { unit: 's', needs: ['ring_s', 'calls'], derive: (s) => ratio(s.ring_s, s.calls) },
  revenue: { unit: 'money', needs: ['revenue'], derive: (s) => formatMoney(s.revenue) },
  cost: { unit: 'money', needs: ['cost'], derive: (s) => formatMoney(s.cost) },
  margin: { unit: 'money', needs: ['revenue', 'cost'], derive: (s) => formatMoney(margin(s)) },
  /** 100 · margin / revenue. */
  margin_pct: {
    unit: '%',
    needs: ['revenue', 'cost'],
    derive: (s) => ratio(100 * Number(margin(s)), Number(s.revenue)),
  },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof METRIC_TABLE

/** All metrics by name. */
export const METRICS: Readonly<Record<MetricName, Metric>> = METRIC_TABLE

export const METRIC_NAMES = Object.keys(METRIC_TABLE) as readonly MetricName[]

/** What is answered when nothing is asked for: all that every rollup can tell (ring_time is kept by trunk only). */
export const DEFAULT_METRICS: readonly MetricName[] = METRIC_NAMES.filter((n) => n !== 'ring_time')

/** The sums that have to be read for these metrics; always with `calls`, which sorts the rows. */
export function sumsFor(metrics: readonly MetricName[]): readonly SumName[] {
  return [...new Set<SumName>(['calls', ...metrics.flatMap((m) => METRICS[m].needs)])]
}

export function deriveMetrics(metrics: readonly MetricName[], sums: Sums): Record<string, MetricValue> {
  return Object.fromEntries(metrics.map((m) => [m, METRICS[m].derive(sums)]))
}

function margin(sums: Sums): Micros {
  return subtractMoney(sums.revenue, sums.cost)
}
