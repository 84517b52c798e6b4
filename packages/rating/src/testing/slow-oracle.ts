// For tests only: what a call costs, told block by block and in fractions. Shares nothing with the code it judges but the
// shape of a rate: no grains, no closed form, no compiled deck.

import type { Decimal, Rounding } from '@tollbook/kernel'
import type { Rate } from '../rate.ts'

export type Fraction = { readonly top: bigint; readonly bottom: bigint }

/** A deck for the oracle: one rate that holds always, and some that hold in a span of hours of the day, UTC. */
export type SlowDeck = {
  readonly always: Rate
  readonly byHours: readonly { readonly fromHour: number; readonly toHour: number; readonly rate: Rate }[]
  readonly split: boolean
  /** To which a maximum is rounded down, for no call may cost more. */
  readonly places: number
}

export type SlowCall = { readonly atMs: number; readonly seconds: number; readonly freeSeconds: number }

/** Seconds billed and the exact cost, before rounding. */
export type SlowCost = { readonly billed: number; readonly free: number; readonly exact: Fraction }

const NOTHING: Decimal = { units: 0n, scale: 0 }
const ZERO: Fraction = { top: 0n, bottom: 1n }

function plus(a: Fraction, b: Fraction): Fraction {
  if (a.bottom === b.bottom) return { top: a.top + b.top, bottom: a.bottom }
  return { top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom }
}

function fractionOf({ units, scale }: Decimal): Fraction {
  return { top: units, bottom: 10n ** BigInt(scale) }
}

function isLess(a: Fraction, b: Fraction): boolean {
  return a.top * b.bottom < b.top * a.bottom
}

/** Which rate holds at an instant: the hours' own, else the one that always does. */
export function slowRate(deck: SlowDeck, atMs: number): Rate {
  const hour = ((Math.floor(atMs / 3_600_000) % 24) + 24) % 24
  const own = deck.byHours.find(({ fromHour, toHour }) =>
    fromHour < toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour,
  )
  return own?.rate ?? deck.always
}

type Block = { readonly seconds: number; readonly pricePerMinute: Decimal }

/** One block after the other, each at the price that holds where it begins. */
export function slowCost(deck: SlowDeck, { atMs, seconds, freeSeconds }: SlowCall): SlowCost {
  const first = slowRate(deck, atMs)
  if (seconds === 0 || seconds <= (first.graceS ?? 0)) return { billed: 0, free: 0, exact: ZERO }
  const wanted = Math.max(seconds, first.firstBlockS)
  const blocks: Block[] = []
  let entries = ZERO
  for (let at = 0; at < wanted; ) {
    // The first block is one block, wherever in it a window ends.
    const rate = deck.split && at >= first.firstBlockS ? slowRate(deck, atMs + at * 1000) : first
    const { block, next, entryFee } = blockAt(rate, at, first.firstBlockS)
    blocks.push(block)
    entries = plus(entries, fractionOf(entryFee))
    at = next
  }
  const billed = blocks.reduce((sum, block) => sum + block.seconds, 0)
  if (freeSeconds >= billed) return { billed, free: billed, exact: ZERO }
  let cost = plus(plus(entries, fractionOf(first.connectFee ?? NOTHING)), priceOf(blocks, freeSeconds))
  if (seconds >= (first.disconnectAfterS ?? 0)) cost = plus(cost, fractionOf(first.disconnectFee ?? NOTHING))
  const minimum = fractionOf(first.minimumCharge ?? NOTHING)
  if (isLess(cost, minimum)) cost = minimum
  if (first.maximumCharge !== undefined) {
    const maximum = { top: slowRound(fractionOf(first.maximumCharge), 'down', deck.places), bottom: 1_000_000n }
    if (isLess(maximum, cost)) cost = maximum
  }
  return { billed, free: freeSeconds, exact: cost }
}

/** The block that begins at second `at` of the call, whose first block ends at `firstS`. */
function blockAt(rate: Rate, at: number, firstS: number): { block: Block; next: number; entryFee: Decimal } {
  const { incrementS, pricePerMinute } = rate
  const base = { seconds: Number.POSITIVE_INFINITY, pricePerMinute, entryFee: NOTHING, incrementS }
  let from = 0
  for (const tier of [...(rate.tiers ?? []), base]) {
    const to = from + tier.seconds
    if (at < to) {
      const step = tier.incrementS
      const border = at < firstS ? firstS : rate.anchor === 'zero' ? at + step - ((at - from) % step) : at + step
      // No block of a tier reaches beyond it.
      const next = Math.min(border, to)
      const block = { seconds: next - at, pricePerMinute: tier.pricePerMinute }
      return { block, next, entryFee: at === from ? tier.entryFee : NOTHING }
    }
    from = to
  }
  throw new Error('the last tier has no end')
}

function priceOf(blocks: readonly Block[], freeSeconds: number): Fraction {
  let free = freeSeconds
  const paid = new Map<Decimal, bigint>()
  for (const { seconds, pricePerMinute } of blocks) {
    const given = Math.min(free, seconds)
    free -= given
    paid.set(pricePerMinute, (paid.get(pricePerMinute) ?? 0n) + BigInt(seconds - given))
  }
  let sum = ZERO
  for (const [price, seconds] of paid) {
    const { top, bottom } = fractionOf(price)
    sum = plus(sum, { top: top * seconds, bottom: bottom * 60n })
  }
  return sum
}

/** A fraction in millionths, rounded to `places` by the rule. */
export function slowRound(exact: Fraction, rounding: Rounding, places: number): bigint {
  const step = 10n ** BigInt(6 - places)
  const below = (exact.top * 1_000_000n) / (exact.bottom * step)
  const rest = exact.top * 1_000_000n - below * exact.bottom * step
  const half = rest * 2n - exact.bottom * step
  if (rest === 0n || rounding === 'down') return below * step
  if (rounding === 'up' || half > 0n) return (below + 1n) * step
  if (half < 0n) return below * step
  return rounding === 'half-up' || below % 2n === 1n ? (below + 1n) * step : below * step
}
