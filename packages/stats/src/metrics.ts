// Every figure of the house, spelled once: the sums it needs and how it follows from them. Total lines and "other" rows
// are derived from added sums with the same functions, so no ratio is ever averaged.

import { divideRounding, formatMoney, type Micros, micros, subtractMoney } from '@tollbook/kernel'
import { type Alone, type Figures, percentile } from './figures.ts'
import { channelsNeeded } from './load/erlang-b.ts'
import type { SpreadName, SumName } from './sums.ts'

/** Counts, seconds, minutes and percentages are numbers; money is a decimal string of six places. */
export type MetricValue = number | string | null

export type Metric = {
  readonly unit: 'count' | 's' | 'min' | '%' | 'money' | 'erlang'
  readonly needs: readonly SumName[]
  readonly derive: (figures: Figures) => MetricValue
  /** The distribution it is read from. */
  readonly spread?: SpreadName
  /** It does not add up, and is asked for by itself. */
  readonly alone?: 'cps' | 'concurrent' | 'carried' | 'busy' | 'returned'
}

const count = (name: SumName): Metric => ({ unit: 'count', needs: [name], derive: (s) => Number(s[name]) })

/** Ratios are the nearest double of an exact quotient, unrounded; null when there is nothing to divide by. */
const ratio = (numerator: number, denominator: number): number | null =>
  denominator === 0 ? null : numerator / denominator

/** 100 · Σ / Σ, or Σ / Σ of seconds. */
const percent = (of: SumName, base: SumName): Metric => ({
  unit: '%',
  needs: [of, base],
  derive: (s) => ratio(100 * Number(s[of]), Number(s[base])),
})
const mean = (of: SumName, base: SumName): Metric => ({
  unit: 's',
  needs: [of, base],
  derive: (s) => ratio(Number(s[of]), Number(s[base])),
})
const minutes = (of: 'talk_s' | 'billed_s'): Metric => ({ unit: 'min', needs: [of], derive: (s) => s[of] / 60 })
const rank = (spread: SpreadName, at: number): Metric => ({
  unit: 's',
  needs: [],
  spread,
  derive: (s) => percentile(s.spreads[spread], at),
})
const marginOf = (base: 'revenue' | 'cost'): Metric => ({
  unit: '%',
  needs: ['revenue', 'cost'],
  derive: (s) => ratio(100 * Number(margin(s)), Number(s[base])),
})

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
  asr: percent('answered', 'calls'),
  /** Average call duration in seconds: talk / answered. Ringing and unanswered calls have no part in it. */
  acd: mean('talk_s', 'answered'),
  /** Talked minutes. */
  minutes: minutes('talk_s'),
  /** Minutes after first block and increment, sell side. */
  billed_minutes: minutes('billed_s'),
  /** Mean seconds of ringing a call. */
  ring_time: mean('ring_s', 'calls'),
  revenue: { unit: 'money', needs: ['revenue'], derive: (s) => formatMoney(s.revenue) },
  cost: { unit: 'money', needs: ['cost'], derive: (s) => formatMoney(s.cost) },
  margin: { unit: 'money', needs: ['revenue', 'cost'], derive: (s) => formatMoney(margin(s)) },
  /** 100 · margin / revenue. */
  margin_pct: marginOf('revenue'),
  /** 100 · margin / cost. */
  markup_pct: marginOf('cost'),
  /** Revenue per billed minute, half up to six places. */
  arpm: { unit: 'money', needs: ['revenue', 'billed_s'], derive: (s) => perMinute(s.revenue, s.billed_s) },
  /** Inbound calls that no person answered. */
  missed: count('missed'),
  /** Calls that only an IVR, a queue or voicemail answered. */
  program: count('program'),
  /** Trunk channels taken outward, each try of a fail-over by itself; counted at its own trunk and carrier. */
  seizures: count('seizures'),
  seized_answered: count('seized_answered'),
  /** Answer-seizure ratio in the carrier's scope. */
  asr_carrier: percent('seized_answered', 'seizures'),
  /** Network effectiveness: answered, busy, rung in vain and rejected by the one called, of all calls. */
  ner: percent('effective', 'calls'),
  /** Mean seconds from the start of a call to a person's answer, of answered calls. */
  time_to_answer: mean('tta_s', 'answered'),
  /** Answered, and talked less than 10 s. */
  short_calls: count('short'),
  short_pct: percent('short', 'answered'),
  /** Mean seconds of waiting (queues, announcements) of the calls that waited. */
  wait_time: mean('wait_s', 'waited'),
  talk_p50: rank('talk', 50),
  talk_p90: rank('talk', 90),
  talk_p95: rank('talk', 95),
  talk_p99: rank('talk', 99),
  wait_p50: rank('wait', 50),
  wait_p90: rank('wait', 90),
  wait_p95: rank('wait', 95),
  wait_p99: rank('wait', 99),
  tta_p50: rank('tta', 50),
  tta_p90: rank('tta', 90),
  tta_p95: rank('tta', 95),
  tta_p99: rank('tta', 99),
  /** Most calls begun in one second. */
  cps: { unit: 'count', needs: [], alone: 'cps', derive: (s) => s.alone.cps ?? null },
  /** Most calls that went on at once, from their beginning to their end. */
  peak_concurrent: { unit: 'count', needs: [], alone: 'concurrent', derive: (s) => s.alone.concurrent ?? null },
  /** Mean number of calls that went on at once: Σ of the time they lasted within the time asked about / its length. */
  erlang: { unit: 'erlang', needs: [], alone: 'carried', derive: (s) => erlang(s.alone) },
  /** The same of the hour of the clock in which it was highest. */
  busy_erlang: { unit: 'erlang', needs: [], alone: 'busy', derive: (s) => busyErlang(s.alone) },
  /** Channels that would lose one call in a hundred of so many Erlangs offered in the busy hour (Erlang B). */
  channels_needed: { unit: 'count', needs: [], alone: 'busy', derive: (s) => channelsFor(busyErlang(s.alone)) },
  /** Of the people whose calls were missed: how many were spoken with within a day, in percent. */
  return_rate: { unit: '%', needs: [], alone: 'returned', derive: (s) => returnRate(s.alone) },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof METRIC_TABLE

/** All metrics by name. */
export const METRICS: Readonly<Record<MetricName, Metric>> = METRIC_TABLE

export const METRIC_NAMES = Object.keys(METRIC_TABLE) as readonly MetricName[]

/** What is answered when nothing is asked for: the ledger of a table of calls, and quick in every question. */
export const DEFAULT_METRICS: readonly MetricName[] = [
  ...(['legs', 'calls', 'attempts', 'answered', 'unrated', 'asr', 'acd', 'minutes', 'billed_minutes'] as const),
  ...(['revenue', 'cost', 'margin', 'margin_pct'] as const),
]

/** The sums that have to be read for these metrics; always with `calls`, which sorts the rows. */
export function sumsFor(metrics: readonly MetricName[]): readonly SumName[] {
  const ner: readonly SumName[] = metrics.includes('ner') ? ['uncaused'] : []
  return [...new Set<SumName>(['calls', ...ner, ...metrics.flatMap((m) => METRICS[m].needs)])]
}

/** The distributions that have to be read. */
export function spreadsFor(metrics: readonly MetricName[]): readonly SpreadName[] {
  return [...new Set(metrics.flatMap((m) => METRICS[m].spread ?? []))]
}

/** Those of these metrics that are guessed in part, for want of causes in the data. */
export function approximated(metrics: readonly MetricName[], whole: Figures): readonly MetricName[] {
  return metrics.filter((m) => m === 'ner' && whole.uncaused > 0)
}

export function deriveMetrics(metrics: readonly MetricName[], figures: Figures): Record<string, MetricValue> {
  return Object.fromEntries(metrics.map((m) => [m, METRICS[m].derive(figures)]))
}

function margin(figures: Figures): Micros {
  return subtractMoney(figures.revenue, figures.cost)
}

function perMinute(amount: Micros, seconds: number): string | null {
  return seconds <= 0 ? null : formatMoney(micros(divideRounding(amount * 60n, BigInt(seconds), 'half-up')))
}

const HOUR_US = 3_600_000_000

function erlang({ carriedUs, lengthMs }: Alone): number | null {
  return carriedUs === undefined || lengthMs === undefined ? null : ratio(Number(carriedUs), lengthMs * 1000)
}

function busyErlang({ hourUs }: Alone): number | null {
  return hourUs === undefined ? null : Number(hourUs) / HOUR_US
}

/** One call in a hundred is what trunks are planned for. */
const LOST = 0.01

function channelsFor(erlangs: number | null): number | null {
  return erlangs === null ? null : channelsNeeded(erlangs, LOST)
}

function returnRate({ missedCallers, returnedCallers }: Alone): number | null {
  return missedCallers === undefined || returnedCallers === undefined
    ? null
    : ratio(100 * returnedCallers, missedCallers)
}
