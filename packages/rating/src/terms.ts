// Prices and conditions of a rate, compiled for the arithmetic. Many rates share one: a deck keeps each only once.

import { assert, type Decimal, divideRounding } from '@tollbook/kernel'
import { type AmountScale, decimalGrains, grainsPerSecond } from './amounts.ts'
import type { Quirks } from './quirks.ts'
import type { A2BillingExtras, Rate, Tier } from './rate.ts'

/** A price, as whole grains a second; `perSecond` is the same as a number, NaN when that would not be exact. */
export type CompiledPrice = {
  readonly grainsPerSecond: bigint
  readonly perSecond: number
  readonly pricePerMinute: Decimal
}

/** A step of a progressive rate. `fromS` to `toS` are seconds of the call; the last one has no end. */
export type CompiledTier = CompiledPrice & {
  readonly fromS: number
  readonly toS: number
  readonly incrementS: number
  readonly entryFee: CompiledFee
}

/** An amount, as grains and as a number of grains: NaN when that would not be exact, or the amount is negative. */
export type CompiledFee = { readonly grains: bigint; readonly exact: number; readonly amount: Decimal }

/** What the arithmetic of a call needs of its rate. */
export type CompiledTerms = {
  /** The steps of the rate and, last, its price for the rest. A flat rate has that one only. */
  readonly tiers: readonly CompiledTier[]
  readonly firstBlockS: number
  /** Where increments of a flat rate are counted from. */
  readonly fromZero: boolean
  readonly graceS: number
  readonly connectFee: CompiledFee
  readonly disconnectFee: CompiledFee
  readonly disconnectAfterS: number
  readonly minimum: CompiledFee
  readonly maximum: CompiledFee | undefined
  readonly stopsAtMaximum: boolean
  readonly extras: CompiledExtras | undefined
  readonly quirks: Quirks
}

export type CompiledExtras = Omit<A2BillingExtras, 'blockCharge'> & { readonly blockFee: CompiledFee }

const NOTHING: Decimal = { units: 0n, scale: 0 }

/** Compiles the terms of `rate`; its amounts must fit `scale`. Bad terms are a programmer's fault: importers refuse them. */
export function compileTerms(rate: Rate, scale: AmountScale, quirks: Quirks): CompiledTerms {
  assertTerms(rate, quirks)
  const fee = (amount: Decimal | undefined) => compiledFee(amount ?? NOTHING, scale)
  const unsigned = (amount: Decimal = NOTHING) => fee(quirks.absolutePrices ? toSixPlaces(amount) : amount)
  const { extras, maximumCharge } = rate
  return {
    tiers: tiersOf(rate, scale, quirks),
    firstBlockS: rate.firstBlockS,
    fromZero: quirks.incrementsFromZero || rate.anchor === 'zero',
    graceS: rate.graceS ?? 0,
    connectFee: unsigned(rate.connectFee),
    disconnectFee: unsigned(rate.disconnectFee),
    disconnectAfterS: rate.disconnectAfterS ?? 0,
    minimum: fee(rate.minimumCharge),
    maximum: maximumCharge === undefined ? undefined : chargeable(fee(maximumCharge), scale),
    stopsAtMaximum: maximumCharge !== undefined && rate.afterMaximum === 'stop',
    extras: extras === undefined ? undefined : { ...extras, blockFee: fee(extras.blockCharge) },
    quirks,
  }
}

/** In A2Billing's manner amounts may be negative and increments absent; a rate that is not that may have neither. */
function assertTerms(rate: Rate, { absolutePrices: signed }: Quirks): void {
  const { connectFee, disconnectFee, minimumCharge, maximumCharge, tiers = [] } = rate
  const seconds = [rate.firstBlockS, rate.disconnectAfterS ?? 0, rate.graceS ?? 0]
  for (const tier of tiers) seconds.push(tier.seconds)
  assert(
    seconds.every((s) => Number.isSafeInteger(s) && s >= 0 && s <= LONGEST_STEP_S),
    `seconds of ${rate.prefix}`,
  )
  const least = rate.extras === undefined && !signed ? 1 : 0
  const increments = [rate.incrementS, ...tiers.map((tier) => tier.incrementS)]
  assert(
    increments.every((s) => Number.isSafeInteger(s) && s >= least && s <= LONGEST_STEP_S),
    `increment of ${rate.prefix}`,
  )
  if (signed) return
  const amounts = [rate.pricePerMinute, connectFee, disconnectFee, minimumCharge, maximumCharge]
  for (const tier of tiers) amounts.push(tier.pricePerMinute, tier.entryFee)
  assert(
    amounts.every((amount) => amount === undefined || amount.units >= 0n),
    `negative price for ${rate.prefix}`,
  )
}

/** A step or block is at most as long as a call that can be told. */
const LONGEST_STEP_S = 2_147_483_647

function tiersOf(rate: Rate, scale: AmountScale, quirks: Quirks): readonly CompiledTier[] {
  let fromS = 0
  const tiers: CompiledTier[] = []
  for (const step of rate.tiers ?? []) {
    const price = compiledPrice(step.pricePerMinute, scale, quirks)
    if (quirks.tierNeedsPrice && (price.grainsPerSecond === 0n || step.seconds === 0)) break
    if (step.seconds === 0) continue
    tiers.push({ ...price, fromS, toS: fromS + step.seconds, ...stepOf(step, scale) })
    fromS += step.seconds
  }
  const rest = { incrementS: rate.incrementS, entryFee: compiledFee(NOTHING, scale) }
  tiers.push({ ...compiledPrice(rate.pricePerMinute, scale, quirks), fromS, toS: Number.POSITIVE_INFINITY, ...rest })
  return tiers
}

function stepOf({ incrementS, entryFee }: Tier, scale: AmountScale) {
  return { incrementS, entryFee: compiledFee(entryFee, scale) }
}

function compiledPrice(pricePerMinute: Decimal, scale: AmountScale, { absolutePrices }: Quirks): CompiledPrice {
  const price = absolutePrices ? toSixPlaces(pricePerMinute) : pricePerMinute
  const grains = grainsPerSecond(price, scale)
  return { grainsPerSecond: grains, perSecond: exactNumber(grains), pricePerMinute: price }
}

function toSixPlaces({ units, scale }: Decimal): Decimal {
  const positive = units < 0n ? -units : units
  if (scale <= 6) return { units: positive, scale }
  return { units: divideRounding(positive, 10n ** BigInt(scale - 6), 'half-up'), scale: 6 }
}

/** One object for all fees of a deck that are equal, which most are: of 43,000 terms a third of their memory. */
function compiledFee(amount: Decimal, scale: AmountScale): CompiledFee {
  const fees = feesOf.get(scale) ?? new Map<string, CompiledFee>()
  if (fees.size === 0) feesOf.set(scale, fees)
  const key = `${amount.units} ${amount.scale}`
  const known = fees.get(key)
  if (known !== undefined) return known
  const grains = decimalGrains(amount, scale)
  const fee = { grains, exact: exactNumber(grains), amount }
  fees.set(key, fee)
  return fee
}

const feesOf = new WeakMap<AmountScale, Map<string, CompiledFee>>()

/** Rounded down to what the deck can charge: a maximum is not exceeded by rounding either. */
function chargeable(fee: CompiledFee, { grainsPerStep }: AmountScale): CompiledFee {
  const grains = fee.grains - (fee.grains % grainsPerStep)
  return { ...fee, grains, exact: exactNumber(grains) }
}

/** Negative amounts have no number: sums of numbers are checked at their end only, which needs them to grow. */
function exactNumber(grains: bigint): number {
  return grains >= 0n && grains <= MOST_EXACT ? Number(grains) : Number.NaN
}

const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER)

/** Four numbers a set of terms, side by side: price a second (NaN = not flat, see below), connect fee, blocks. */
export const FLAT_NUMBERS = 4

/**
 * The flat terms among `terms` as numbers in one column: those that are a price, a connect fee, a first block and
 * increments and nothing else. A call at such terms needs one look into memory instead of four.
 */
export function flatTerms(terms: readonly CompiledTerms[]): Float64Array {
  const column = new Float64Array(terms.length * FLAT_NUMBERS).fill(Number.NaN)
  terms.forEach((one, i) => {
    const [price, ...more] = one.tiers
    const isFlat = more.length === 0 && one.extras === undefined && one.maximum === undefined && one.graceS === 0
    const isFree = one.minimum.grains === 0n && one.disconnectFee.grains === 0n && !one.quirks.chargesZeroSeconds
    if (!isFlat || !isFree) return
    // A sign tells the anchor: increments of a flat rate are at least 1.
    const increment = one.fromZero ? -price!.incrementS : price!.incrementS
    column.set([price!.perSecond, one.connectFee.exact, one.firstBlockS, increment], i * FLAT_NUMBERS)
  })
  return column
}

/** Equal for rates that differ in prefix, window, dates or destination only. */
export function termsKey(rate: Rate): string {
  const { pricePerMinute: price, connectFee: fee, firstBlockS, incrementS } = rate
  const key = `${price.units} ${price.scale} ${fee?.units} ${fee?.scale} ${firstBlockS} ${incrementS}`
  // Most rates have no more than that, and decks of a million are compiled.
  if (RARE_TERMS.every((name) => rate[name] === undefined)) return key
  const rare = RARE_TERMS.map((name) => rate[name] ?? null)
  return key + JSON.stringify(rare, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
}

const RARE_TERMS = [
  'disconnectFee',
  'disconnectAfterS',
  'anchor',
  'minimumCharge',
  'maximumCharge',
  'afterMaximum',
  'graceS',
  'tiers',
  'extras',
] as const
type Named = (typeof RARE_TERMS)[number] | 'pricePerMinute' | 'connectFee' | 'firstBlockS' | 'incrementS' | NotATerm
type NotATerm = 'prefix' | 'isDefault' | 'window' | 'effectiveFromMs' | 'validToMs' | 'destinationId'
// Does not compile when a rate gets a term that is not named above.
true satisfies Exclude<keyof Rate, Named> extends never ? true : never

/** Decimal places of the finest amount of `rate`. */
export function finestPlaces(rate: Rate): number {
  const { pricePerMinute, connectFee, disconnectFee, minimumCharge, maximumCharge, tiers = [], extras } = rate
  const amounts = [pricePerMinute, connectFee, disconnectFee, minimumCharge, maximumCharge, extras?.blockCharge]
  for (const tier of tiers) amounts.push(tier.pricePerMinute, tier.entryFee)
  return amounts.reduce((most, amount) => Math.max(most, amount?.scale ?? 0), 0)
}
