// Every metric over some invented calls, by the formulas of the real /stats.

import { type MockCall, money } from './data.ts'

type Values = Record<string, string | number | null>

export function sumsOf(calls: readonly MockCall[]): Values {
  const sum = (of: (call: MockCall) => number) => calls.reduce((all, call) => all + of(call), 0)
  const ratio = (a: number, b: number) => (b === 0 ? null : a / b)
  const by = (test: (call: MockCall) => boolean) => calls.filter(test)
  const talked = by((call) => call.outcome === 'answered')
  const answered = talked.length
  const talk = sum((call) => call.talkS)
  const ring = sum((call) => call.ringS)
  const billed = sum((call) => (call.revenue === null ? 0 : Math.ceil(call.talkS / 6) * 6))
  const seized = by((call) => call.trunk > 0 && call.direction === 'outbound')
  const seizedAnswered = seized.filter((call) => call.outcome === 'answered').length
  const failed = by((call) => call.outcome === 'failed').length
  const short = talked.filter((call) => call.talkS < 10).length
  const revenue = calls.reduce((all, call) => all + (call.revenue ?? 0n), 0n)
  const cost = calls.reduce((all, call) => all + (call.cost ?? 0n), 0n)
  return {
    calls: calls.length,
    legs: sum((call) => call.legs),
    attempts: sum((call) => call.legs),
    answered,
    missed: by((call) => call.direction === 'inbound' && call.outcome !== 'answered').length,
    program: by((call) => call.outcome === 'program').length,
    unrated: by((call) => call.unrated !== null).length,
    seizures: seized.length,
    seized_answered: seizedAnswered,
    asr: ratio(100 * answered, calls.length),
    asr_carrier: ratio(100 * seizedAnswered, seized.length),
    ner: ratio(100 * (calls.length - failed), calls.length),
    acd: ratio(talk, answered),
    minutes: talk / 60,
    billed_minutes: billed / 60,
    ring_time: ratio(ring, calls.length),
    time_to_answer: ratio(
      talked.reduce((all, call) => all + call.ringS, 0),
      answered,
    ),
    short_calls: short,
    short_pct: ratio(100 * short, answered),
    wait_time: ratio(ring, calls.length),
    ...percentiles(
      'talk',
      talked.map((call) => call.talkS),
    ),
    ...percentiles(
      'wait',
      calls.map((call) => call.ringS),
    ),
    ...percentiles(
      'tta',
      talked.map((call) => call.ringS),
    ),
    cps: calls.length === 0 ? 0 : 1,
    peak_concurrent: calls.length === 0 ? null : 1,
    erlang: null,
    busy_erlang: null,
    channels_needed: null,
    revenue: money(revenue),
    cost: money(cost),
    margin: money(revenue - cost),
    margin_pct: ratio(Number(100n * (revenue - cost)), Number(revenue)),
    markup_pct: ratio(Number(100n * (revenue - cost)), Number(cost)),
    arpm: billed === 0 ? null : money((revenue * 60n) / BigInt(billed)),
    return_rate: null,
  }
}

/** Nearest rank, as the real ones. */
function percentiles(name: string, values: readonly number[]): Values {
  const sorted = [...values].sort((a, b) => a - b)
  return Object.fromEntries(
    [50, 90, 95, 99].map((p) => [`${name}_p${p}`, sorted[Math.ceil((p * sorted.length) / 100) - 1] ?? null]),
  )
}
