// How many seconds of a call are billed, at which prices, and which fees fall due. All in whole seconds and closed form:
// an hour costs no more work than a minute. What a call costs, how long one may talk, and the trace all come through here.

import { assert } from '@tollbook/kernel'
import { type CompiledDeck, termsOf } from './deck.ts'
import { findRate, nextBoundary } from './find-rate.ts'
import type { Allowance } from './package.ts'
import type { CompiledTerms, CompiledTier } from './terms.ts'

/** The longest call that can be told, in seconds: what a 32-bit column holds. */
export const LONGEST_CALL_S = 2_147_483_647

/** Seconds billed at one price. */
export type UsagePart = {
  tier: CompiledTier
  /** Number of the rate it stands in. */
  rate: number
  /** After blocks; the first `freeS` of them are given by a package. */
  billedS: number
  freeS: number
  /** Whether the fee for entering the tier falls due. */
  enters: boolean
}

/** What of a call is billed. Filled again by each metering: whoever wants to keep it copies it. */
export type Usage = {
  /** The rate at the start, whose fees, blocks, minimum and maximum hold. */
  terms: CompiledTerms
  /** False when the call costs nothing at all, not even fees. */
  charged: boolean
  /** Seconds that are counted before increments: talked ones, and what the terms add. */
  countedS: number
  billedS: number
  freeS: number
  disconnects: boolean
  blockFees: number
  /** How many of `parts` are in use. */
  count: number
  readonly parts: UsagePart[]
}

/** A usage to be filled. Rating never waits, so one may serve all calls of a process. */
export function emptyUsage(): Usage {
  const zero = { countedS: 0, billedS: 0, freeS: 0, blockFees: 0, count: 0 }
  return { ...zero, terms: NO_TERMS, charged: false, disconnects: false, parts: [] }
}

const NO_TERMS = {} as CompiledTerms
export const NO_ALLOWANCE: Allowance = { freeSeconds: 0, freeCall: false }

/** A call to be metered: `rate` is the one found for it. */
export type MeteredCall = { readonly digits: string; readonly atMs: number }

/**
 * Meters `seconds` talked at rate number `rate`. In a deck that splits, every block is billed at the rate in whose window
 * it begins; the rate at the start keeps the fees. 0 seconds and calls within the grace cost nothing.
 */
export function meterCall(
  usage: Usage,
  deck: CompiledDeck,
  rate: number,
  call: MeteredCall,
  seconds: number,
  allowance: Allowance,
): void {
  const terms = termsOf(deck, rate)
  if (!begin(usage, terms, seconds)) return
  if (deck.windowChoice === 'split' && deck.columns.timeline !== undefined) splitWalk(usage, deck, rate, call)
  else walk(usage, terms, rate, 0, usage.countedS)
  cover(usage, allowance, seconds)
}

/** As `meterCall` for terms that stand alone, outside any deck. */
export function meterTerms(usage: Usage, terms: CompiledTerms, seconds: number, allowance: Allowance): void {
  if (!begin(usage, terms, seconds)) return
  walk(usage, terms, 0, 0, usage.countedS)
  cover(usage, allowance, seconds)
}

/** Resets the usage and counts what is to be billed; false when it is nothing. */
function begin(usage: Usage, terms: CompiledTerms, seconds: number): boolean {
  assert(Number.isSafeInteger(seconds) && seconds >= 0, 'seconds must be a whole number, not negative')
  usage.terms = terms
  usage.count = 0
  usage.billedS = 0
  usage.freeS = 0
  usage.blockFees = 0
  usage.countedS = 0
  usage.charged = seconds === 0 ? terms.quirks.chargesZeroSeconds : seconds > terms.graceS
  usage.disconnects = false
  if (!usage.charged) return false
  usage.disconnects = terms.disconnectAfterS === 0 || seconds >= terms.disconnectAfterS
  const counted = terms.extras === undefined ? seconds : withExtras(usage, terms.extras, seconds)
  usage.countedS = Math.max(counted, terms.firstBlockS)
  return true
}

function withExtras(usage: Usage, extras: NonNullable<CompiledTerms['extras']>, seconds: number): number {
  const { addedS, roundFromS, roundToS, blockChargeS } = extras
  let counted = seconds + addedS
  if (roundToS > 0 && roundFromS > 0 && counted > roundFromS && counted < roundToS) counted = roundToS
  if (blockChargeS > 0) usage.blockFees = (counted - (counted % blockChargeS)) / blockChargeS
  return counted
}

/** Bills from second `fromS` on, which is a border of blocks, until `toS` is covered; answers the border reached. */
function walk(usage: Usage, terms: CompiledTerms, rate: number, fromS: number, toS: number): number {
  const { tiers } = terms
  if (tiers.length === 1) {
    const end = blockEnd(terms, fromS, toS)
    addPart(usage, tiers[0]!, rate, end - fromS, fromS === 0)
    return end
  }
  let at = fromS
  for (let i = 0; i < tiers.length; i++) {
    const tier = tiers[i]!
    if (at >= tier.toS || at >= toS) continue
    const billed = billedInTier(terms, tier, at, Math.min(toS, tier.toS), fromS === 0 ? terms.firstBlockS : 0)
    addPart(usage, tier, rate, billed, at === tier.fromS)
    at = Math.min(at + billed, tier.toS)
  }
  // Nothing to bill: what is due for entering the first tier is due all the same.
  if (usage.count === 0) addPart(usage, tiers[0]!, rate, 0, true)
  return at
}

/** Billed seconds of a tier from `at`, a border of blocks, until `toS` is covered; the call's first block ends at `firstS`. */
function billedInTier(terms: CompiledTerms, tier: CompiledTier, at: number, toS: number, firstS: number): number {
  const { quirks, fromZero } = terms
  if (toS <= firstS && !quirks.tiersRoundFirstBlock) return toS - at
  const start = fromZero ? tier.fromS : Math.max(at, firstS)
  const end = start + roundedUp(toS - start, tier.incrementS)
  return (quirks.tiersOverrun ? end : Math.min(end, tier.toS)) - at
}

/** The border of blocks of a flat rate at or after `toS`. */
function blockEnd({ firstBlockS, fromZero, tiers }: CompiledTerms, fromS: number, toS: number): number {
  const { incrementS } = tiers[0]!
  if (fromS === 0) return flatBilled(firstBlockS, incrementS, fromZero, toS)
  return fromZero ? roundedUp(toS, incrementS) : fromS + roundedUp(toS - fromS, incrementS)
}

/** Billed seconds of a flat rate for `seconds` from the start of the call: the first block, then increments. */
export function flatBilled(firstBlockS: number, incrementS: number, fromZero: boolean, seconds: number): number {
  if (seconds <= firstBlockS) return firstBlockS
  return fromZero ? roundedUp(seconds, incrementS) : firstBlockS + roundedUp(seconds - firstBlockS, incrementS)
}

/** The smallest multiple of `step` that is not less than `seconds`; a step of 0 rounds nothing. */
function roundedUp(seconds: number, step: number): number {
  if (step <= 1) return seconds
  const over = seconds % step
  return over === 0 ? seconds : seconds + step - over
}

function addPart(usage: Usage, tier: CompiledTier, rate: number, billedS: number, enters: boolean): void {
  usage.billedS += billedS
  const last = usage.count === 0 ? undefined : usage.parts[usage.count - 1]!
  if (last !== undefined && last.tier === tier) {
    last.billedS += billedS
    return
  }
  const part = usage.parts[usage.count]
  if (part === undefined) usage.parts.push({ tier, rate, billedS, freeS: 0, enters })
  else {
    part.tier = tier
    part.rate = rate
    part.billedS = billedS
    part.freeS = 0
    part.enters = enters
  }
  usage.count++
}

/** After so long, 31 days, the rate in force goes on to the end of the call: the work has a bound. */
const SPLIT_S = 2_678_400

function splitWalk(usage: Usage, deck: CompiledDeck, first: number, { digits, atMs }: MeteredCall): void {
  let rate = first
  for (let at = 0; ; ) {
    const endMs = nextBoundary(deck, atMs + at * 1000)
    const goesOn = at >= SPLIT_S || usage.countedS * 1000 <= endMs - atMs
    // The first block is one block, wherever in it a window ends.
    const leastS = at === 0 ? usage.terms.firstBlockS : 0
    const untilS = goesOn ? usage.countedS : Math.max(leastS, secondsUp(endMs - atMs))
    at = walk(usage, termsOf(deck, rate), rate, at, untilS)
    if (at >= usage.countedS) return
    // Where nothing is found the rate before goes on: a call that has begun is charged to its end.
    const next = findRate(deck, digits, atMs + at * 1000)
    if (next >= 0) rate = next
  }
}

/** Whole seconds that reach `ms` or beyond. */
function secondsUp(ms: number): number {
  const rest = ms % 1000
  return (ms - rest) / 1000 + (rest > 0 ? 1 : 0)
}

/** Lets a package's seconds cover the beginning of the call. */
function cover(usage: Usage, { freeSeconds, freeCall }: Allowance, talked: number): void {
  if (freeCall) {
    usage.charged = false
    usage.freeS = usage.billedS
    return
  }
  if (freeSeconds <= 0) return
  const { quirks, tiers } = usage.terms
  const asOne = quirks.tiersNeedWholeCover && tiers.length > 1
  const whole = asOne ? usage.countedS : usage.billedS
  if (freeSeconds >= whole) coverWhole(usage, whole, quirks.feesWhenCovered)
  else if (!asOne) coverPart(usage, quirks.coverUpToTalked ? Math.min(freeSeconds, talked) : freeSeconds)
}

function coverWhole(usage: Usage, seconds: number, feesAreDue: boolean): void {
  usage.freeS = seconds
  if (!feesAreDue) {
    usage.charged = false
    return
  }
  usage.billedS = seconds
  usage.count = 1
  const part = usage.parts[0]!
  part.billedS = seconds
  part.freeS = seconds
}

function coverPart(usage: Usage, freeSeconds: number): void {
  usage.freeS = freeSeconds
  let left = freeSeconds
  for (let i = 0; i < usage.count && left > 0; i++) {
    const part = usage.parts[i]!
    part.freeS = Math.min(left, part.billedS)
    left -= part.freeS
  }
}
