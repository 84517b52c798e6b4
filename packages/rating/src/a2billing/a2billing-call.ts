// One call at one row of A2Billing's rate table: what it costs, and how long it may last. The same meter and the same costs
// as every deck; here without a deck around them, for comparing with an A2Billing that is to be replaced.

import { type Decimal, divideRounding, err, formatMoney, ok, type Result } from '@tollbook/kernel'
import { type AmountScale, amountScale, decimalGrains, roundGrains } from '../amounts.ts'
import { exactGrains } from '../cost.ts'
import { emptyUsage, meterTerms, NO_ALLOWANCE, type Usage } from '../meter.ts'
import { type Quirks, quirksOf } from '../quirks.ts'
import type { Rate } from '../rate.ts'
import { type CompiledTerms, compileTerms, finestPlaces } from '../terms.ts'
import { type A2BillingRow, a2billingRates, type BadColumn, decimalText, wholeNumber } from './a2billing-row.ts'
import { creditAfterFees, talkTime } from './talk-time.ts'

/** A call: seconds as they were counted, and what a package still gave. */
export type A2BillingCall = {
  readonly duration?: unknown
  readonly free_seconds_left?: unknown
  readonly free_call?: unknown
}

/** What a call costs. Seconds are those that are charged: after blocks, without the free ones. */
export type A2BillingCost = {
  /** Decimal with six places, rounded half away from zero. */
  readonly charge: string
  /** Decimal with twelve places: A2Billing does not round it. */
  readonly buycost: string
  readonly billedSeconds: number
  readonly billedSecondsByTier: { readonly a: number; readonly b: number; readonly c: number; readonly base: number }
  readonly buyBilledSeconds: number
}

/** The cost of a call at a row, with all quirks but those switched off. */
export function a2billingCost(
  row: A2BillingRow,
  call: A2BillingCall,
  quirks: Partial<Quirks> = {},
): Result<A2BillingCost, BadColumn> {
  const compiled = compileRow(row, quirks)
  const seconds = wholeNumber(call.duration)
  const freeSeconds = wholeNumber(call.free_seconds_left)
  if (!compiled.ok) return compiled
  if (seconds === undefined) return err(badInput('duration', call.duration))
  if (freeSeconds === undefined) return err(badInput('free_seconds_left', call.free_seconds_left))
  const { sell, buy, scale } = compiled.value
  meterTerms(USAGE, buy, seconds, NO_ALLOWANCE)
  const buycost = decimalOf(exactGrains(USAGE), scale, 12)
  const buyBilledSeconds = USAGE.billedS
  meterTerms(USAGE, sell, seconds, { freeSeconds, freeCall: call.free_call === true })
  const charge = formatMoney(roundGrains(exactGrains(USAGE), scale))
  return ok({ charge, buycost, buyBilledSeconds, ...secondsOf(USAGE, sell) })
}

const USAGE = emptyUsage()
const TIERS = ['a', 'b', 'c'] as const

function secondsOf(usage: Usage, { tiers }: CompiledTerms) {
  const by = { a: 0, b: 0, c: 0, base: 0 }
  for (const { tier, billedS, freeS } of usage.charged ? usage.parts.slice(0, usage.count) : []) {
    const position = tiers.indexOf(tier)
    by[position === tiers.length - 1 ? 'base' : TIERS[position]!] += billedS - freeS
  }
  return { billedSeconds: by.a + by.b + by.c + by.base, billedSecondsByTier: by }
}

/** The settings and the account's state that A2Billing's time-out depends on. */
export type A2BillingQuestion = {
  readonly credit?: unknown
  readonly min_credit_2call?: unknown
  readonly maxtime_tocall_negatif_free_route?: unknown
  readonly maxtime_tounlimited_calls?: unknown
  readonly maxtime_tofree_calls?: unknown
  /** 0 unlimited calls, 1 a number of calls, 2 seconds; null or absent = no package. */
  readonly package_type?: unknown
  readonly package_amount?: unknown
  readonly package_used?: unknown
}

export type A2BillingTimeout = {
  /** Seconds; null when the call is refused. */
  readonly timeout: number | null
  readonly error: 'ERROR CT1' | 'ERROR CT2' | null
  readonly timeoutWithoutRules: number
  readonly freeSecondsIncluded: number
  readonly freeCall: boolean
}

/** How long A2Billing lets the caller talk: its formula in exact numbers. */
export function a2billingTimeout(row: A2BillingRow, question: A2BillingQuestion): Result<A2BillingTimeout, BadColumn> {
  const compiled = compileRow(row, {})
  if (!compiled.ok) return compiled
  const read = readQuestion(question)
  return read.ok ? ok(timeoutOf(compiled.value.sell, compiled.value.scale, read.value)) : read
}

type Question = {
  readonly credit: Decimal
  readonly minimum: Decimal
  readonly freeRouteS: number
  /** How long a free call may last; 0 = the call is not free. */
  readonly freeCallS: number
  readonly isFreeCall: boolean
  readonly freeSeconds: number
}

function timeoutOf(terms: CompiledTerms, scale: AmountScale, question: Question): A2BillingTimeout {
  const { isFreeCall: freeCall, freeSeconds } = question
  const answer = (
    timeout: number,
    timeoutWithoutRules: number,
    freeSecondsIncluded = freeSeconds,
  ): A2BillingTimeout => ({
    ...{ timeout, error: null, timeoutWithoutRules, freeSecondsIncluded, freeCall },
  })
  const refused = (error: 'ERROR CT1' | 'ERROR CT2'): A2BillingTimeout => ({
    ...{ timeout: null, error, timeoutWithoutRules: 0, freeSecondsIncluded: freeSeconds, freeCall },
  })
  const all = decimalGrains(question.credit, scale)
  const credit = creditAfterFees(terms, all)
  const isShort = credit < decimalGrains(question.minimum, scale)
  const perSecond = terms.tiers.at(-1)!.grainsPerSecond
  if (isShort && !freeCall && freeSeconds <= 0) return refused('ERROR CT1')
  if (perSecond === 0n) return answer(question.freeRouteS, question.freeRouteS)
  if (freeCall) return answer(question.freeCallS, question.freeCallS, question.freeCallS)
  if (isShort) return answer(freeSeconds, freeSeconds)
  const talk = talkTime(terms, credit, freeSeconds)
  if (talk === undefined) return refused('ERROR CT2')
  // Out of credit at a tier's entry fee, A2Billing leaves before it has worked out the time without rules.
  return answer(talk.seconds, talk.atEntry ? 0 : Number(all / perSecond) + freeSeconds)
}

function readQuestion(q: A2BillingQuestion): Result<Question, BadColumn> {
  const credit = decimalText(q.credit)
  const minimum = decimalText(q.min_credit_2call)
  if (credit === undefined) return err(badInput('credit', q.credit))
  if (minimum === undefined) return err(badInput('min_credit_2call', q.min_credit_2call))
  const names = [
    ...(['maxtime_tocall_negatif_free_route', 'maxtime_tounlimited_calls', 'maxtime_tofree_calls'] as const),
    ...(['package_amount', 'package_used'] as const),
  ]
  const numbers = names.map((name) => wholeNumber(q[name]))
  const bad = numbers.indexOf(undefined)
  if (bad >= 0) return err(badInput(names[bad]!, q[names[bad]!]))
  const [freeRouteS, unlimitedS, freeCallsS, amount, used] = numbers as [number, number, number, number, number]
  const type = q.package_type === null || q.package_type === undefined ? undefined : wholeNumber(q.package_type)
  const left = amount - used
  return ok({
    credit,
    minimum,
    freeRouteS,
    isFreeCall: type === 0 || (type === 1 && left > 0),
    freeCallS: type === 0 ? unlimitedS : freeCallsS,
    freeSeconds: type === 2 && left > 0 ? left : 0,
  })
}

function badInput(column: string, value: unknown): BadColumn {
  return { kind: 'bad-column', column, message: `${column} cannot be read: ${JSON.stringify(value)}` }
}

function compileRow(row: A2BillingRow, off: Partial<Quirks>) {
  const rates = a2billingRates(row, { prefix: '0', effectiveFromMs: 0, destinationId: 0 })
  if (!rates.ok) return rates
  const { sell, buy } = rates.value
  const finest = [sell, buy].reduce((most: number, rate: Rate) => Math.max(most, finestPlaces(rate)), 6)
  const scale = amountScale(finest, 'half-up', 6)
  const quirks = quirksOf('a2billing', off)
  return ok({ sell: compileTerms(sell, scale, quirks), buy: compileTerms(buy, scale, quirks), scale })
}

/** Grains as a decimal of so many places, half away from zero. */
function decimalOf(grains: bigint, { grainsPerUnit }: Pick<AmountScale, 'grainsPerUnit'>, places: number): string {
  const units = divideRounding(grains * 10n ** BigInt(places), grainsPerUnit, 'half-up')
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`
}
