// What one call costs its account and what it costs us, or why it cannot be told. Pure; the only place that says which
// calls are billable.

import { type Call, DIRECTION, UNRATED } from '@tollbook/calls'
import { type Micros, type PhoneDigits, toPhoneDigits } from '@tollbook/kernel'
import {
  type CompiledPlan,
  choosePackage,
  deckAt,
  type NoCharge,
  packagesFor,
  rateByPlan,
  rateCall,
} from '@tollbook/rating'
import { buyTimelineOf, type ChargingBook, sellPlanOf } from './book.ts'
import { NOTHING_USED, type PackageKey, type PackageUses } from './package-uses.ts'

/** What pricing needs of a call, or of one of its segments. */
export type ChargeableCall = Pick<
  Call,
  | 'callKey'
  | 'openedAtMs'
  | 'startedAtMs'
  | 'answeredAtMs'
  | 'billS'
  | 'toNumber'
  | 'accountcode'
  | 'accountId'
  | 'carrierId'
  | 'direction'
> & {
  /** 1 = the call itself, and on for its segments (see call-parts.ts). */
  readonly line: number
  /** Far too long to be believed, and nobody has looked at it yet. */
  readonly held: boolean
}

/** Why a billable call has no charge, as kept in the database. */
export type UnratedReason = (typeof UNRATED)[keyof typeof UNRATED]

/** One side of a priced call: who pays or is paid, how much, and by which version of which deck. */
export type Price = {
  readonly partyId: number
  readonly deckId: number
  readonly deckVersion: number
  readonly destinationId: number
  readonly prefix: string
  readonly seconds: number
  readonly billedS: number
  readonly currency: number
  readonly amount: Micros
  /** The tariff plan that chose the deck; 0 = none, or the carrier's side. */
  readonly planId: number
  /** Seconds a package gave; then which one, and the first day of its period, YYYY-MM-DD. Else 0, 0 and ''. */
  readonly freeS: number
  readonly packageId: number
  readonly packageFrom: string
  /** Id of the rate's time window in the deck's version, 0 = always. Not stored. */
  readonly window?: number
}

/** Exactly one of `sell` and `unrated` is there when the call is billable, neither when it is free by rule. */
export type PricedCall = {
  readonly sell: Price | undefined
  readonly buy: Price | undefined
  readonly unrated: UnratedReason | undefined
}

/**
 * Prices a call on both sides at the instant it was answered. Billable is what somebody talked on its way out: outbound,
 * transit, or of unknown direction with an account code. Inbound and internal calls are free by rule, which is not the
 * same as unrated. A carrier's side without a rate has no charge and is not counted as unrated: its cost is unknown. A
 * call that is held for review costs nothing on either side until it is released.
 */
export function priceCall(book: ChargingBook, call: ChargeableCall, uses: PackageUses = NOTHING_USED): PricedCall {
  if (!isBillable(call)) return FREE
  if (call.held) return HELD
  const digits = toPhoneDigits(call.toNumber, book.directory.plan)
  const leftByTrunk = call.direction === DIRECTION.outbound || call.direction === DIRECTION.transit
  const buy = digits !== undefined && leftByTrunk ? buyPrice(book, call, digits) : undefined
  if (call.accountId === 0) return { sell: undefined, buy, unrated: UNRATED.noAccount }
  if (digits === undefined) return { sell: undefined, buy, unrated: UNRATED.notANumber }
  const plan = sellPlanOf(book, call.accountId)
  if (plan === undefined) return { sell: undefined, buy, unrated: UNRATED.noDeck }
  const sell = sellPrice(plan, call, digits, uses, book.shiftMs)
  return typeof sell === 'number' ? { sell: undefined, buy, unrated: sell } : { sell, buy, unrated: undefined }
}

const FREE: PricedCall = { sell: undefined, buy: undefined, unrated: undefined }

const HELD: PricedCall = { sell: undefined, buy: undefined, unrated: UNRATED.held }

function isBillable(call: ChargeableCall): boolean {
  if (call.billS <= 0) return false
  const { direction } = call
  if (direction === DIRECTION.outbound || direction === DIRECTION.transit) return true
  return direction === DIRECTION.unknown && call.accountcode !== ''
}

/** The instant that chooses the period of a package, and (see `shiftMs`) version, rate and window. */
function pricedAt(call: ChargeableCall): number {
  return call.answeredAtMs ?? call.startedAtMs
}

function buyPrice(book: ChargingBook, call: ChargeableCall, digits: PhoneDigits): Price | undefined {
  const timeline = buyTimelineOf(book, call.carrierId)
  const atMs = pricedAt(call) + book.shiftMs
  const deck = timeline && deckAt(timeline, atMs)
  if (deck === undefined) return undefined
  const rated = rateCall(deck, { digits, atMs, seconds: call.billS })
  if (!rated.ok) return undefined
  const { prefix, destinationId, billedSeconds, amount, window } = rated.value
  return {
    partyId: call.carrierId,
    deckId: deck.deckId,
    deckVersion: deck.version,
    destinationId,
    prefix,
    seconds: call.billS,
    billedS: billedSeconds,
    currency: deck.currency,
    amount,
    planId: 0,
    freeS: 0,
    packageId: 0,
    packageFrom: '',
    window,
  }
}

/** Why a plan does not charge a call. */
export type PriceRefusal = Exclude<UnratedReason, typeof UNRATED.held>

/** What a plan charges, or why it does not. */
export function sellPrice(
  plan: CompiledPlan,
  call: ChargeableCall,
  digits: PhoneDigits,
  uses: PackageUses,
  shiftMs: number,
): Price | PriceRefusal {
  const atMs = pricedAt(call) + shiftMs
  const choice = plan.packages.length === 0 ? undefined : packageLeft(plan, call, digits, uses)
  const asked = { digits, atMs, seconds: call.billS, ...(choice && { allowance: choice.allowance }) }
  const rated = rateByPlan(plan, asked)
  if (!rated.ok) return REASON_OF[rated.error.kind]
  const { deck, prefix, destinationId, billedSeconds, freeSeconds, amount, window } = rated.value
  const used = choice !== undefined && freeSeconds > 0 ? choice.state : undefined
  return {
    partyId: call.accountId,
    deckId: deck.deckId,
    deckVersion: deck.version,
    destinationId,
    prefix,
    seconds: call.billS,
    billedS: billedSeconds,
    currency: deck.currency,
    amount,
    planId: plan.planId,
    freeS: freeSeconds,
    packageId: used?.package.packageId ?? 0,
    packageFrom: used?.periodStart ?? '',
    window,
  }
}

const REASON_OF: Readonly<Record<NoCharge['kind'], PriceRefusal>> = {
  'no-rate': UNRATED.noRate,
  expired: UNRATED.expired,
  ambiguous: UNRATED.ambiguous,
  blocked: UNRATED.blocked,
}

/** The package that gives to this call, and what. */
export function packageLeft(
  plan: CompiledPlan,
  call: ChargeableCall,
  digits: PhoneDigits,
  uses: PackageUses,
): ReturnType<typeof choosePackage> {
  const states = packagesFor(plan, digits, pricedAt(call)).map(({ package: pkg, periodStart }) => {
    const used = uses.of({ accountId: call.accountId, packageId: pkg.packageId, periodStart })
    return { package: pkg, periodStart, usedSeconds: used.seconds, usedCalls: used.calls }
  })
  return choosePackage(states)
}

/** The packages a call may use, whatever is left of them. */
export function packageKeysOf(book: ChargingBook, call: ChargeableCall): readonly PackageKey[] {
  const plan = isBillable(call) ? sellPlanOf(book, call.accountId) : undefined
  if (plan === undefined || plan.packages.length === 0) return NO_KEYS
  const digits = toPhoneDigits(call.toNumber, book.directory.plan)
  return digits === undefined ? NO_KEYS : packageKeysIn(plan, call, digits)
}

const NO_KEYS: readonly PackageKey[] = []

export function packageKeysIn(plan: CompiledPlan, call: ChargeableCall, digits: PhoneDigits): readonly PackageKey[] {
  return packagesFor(plan, digits, pricedAt(call)).map(({ package: { packageId }, periodStart }) => ({
    accountId: call.accountId,
    packageId,
    periodStart,
  }))
}
