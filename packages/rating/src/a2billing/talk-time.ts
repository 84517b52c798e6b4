// How long A2Billing lets a caller talk: its own formula, which is not its cost function read backwards. In exact numbers,
// so that no second is lost to a float; everything else as it is, that a migrated system may behave as before.

import type { Allowance } from '../package.ts'
import type { CompiledTerms, CompiledTier } from '../terms.ts'

/** How long; `atEntry` when the credit ended at the fee for entering a tier. */
export type TalkTime = { readonly seconds: number; readonly atEntry: boolean }

/** Seconds for `credit` grains, before any fee; a refusal counts as 0. See `talkTime`. */
export function longestByFormula(terms: CompiledTerms, credit: bigint, { freeSeconds, freeCall }: Allowance): number {
  if (freeCall) return Number.POSITIVE_INFINITY
  const left = creditAfterFees(terms, credit)
  if (left < 0n) return freeSeconds
  if (terms.tiers.at(-1)!.grainsPerSecond === 0n) return Number.POSITIVE_INFINITY
  return talkTime(terms, left, freeSeconds)?.seconds ?? 0
}

/** Credit less the connect fee, and the disconnect fee where it falls due at once; grains. */
export function creditAfterFees(terms: CompiledTerms, credit: bigint): bigint {
  return credit - terms.connectFee.grains - (terms.disconnectAfterS === 0 ? terms.disconnectFee.grains : 0n)
}

/**
 * Seconds for `credit` grains, fees taken off already: each tier is left only when the credit buys more than it holds, and
 * blocks are rounded down. First block, grace, minimum and the rounding up within tiers are not looked at, and free seconds
 * are added on top. Undefined when the credit does not reach beyond the entry fee of the first tier. The base price must
 * not be zero.
 */
export function talkTime(terms: CompiledTerms, credit: bigint, freeSeconds: number): TalkTime | undefined {
  const { tiers } = terms
  const base = tiers.at(-1)!
  if (tiers.length === 1) return within(freeSeconds + wholeBlocks(credit, base))
  let left = credit
  let seconds = freeSeconds
  for (const tier of tiers) {
    if (tier === base) break
    left -= tier.entryFee.grains
    if (left <= 0n) {
      return tier === tiers[0] && freeSeconds <= 0 ? undefined : { seconds, atEntry: true }
    }
    const affordable = wholeBlocks(left, tier)
    const length = tier.toS - tier.fromS
    if (affordable <= length) return within(seconds + affordable)
    seconds += length
    left -= BigInt(length) * tier.grainsPerSecond
  }
  return within(seconds + wholeBlocks(left, base))
}

function within(seconds: number): TalkTime {
  return { seconds, atEntry: false }
}

/** Whole seconds that `credit` grains buy at a price, rounded down to blocks; towards zero, as A2Billing cuts. */
function wholeBlocks(credit: bigint, { grainsPerSecond, incrementS }: CompiledTier): number {
  const seconds = Number(credit / grainsPerSecond)
  return incrementS > 0 ? seconds - (seconds % incrementS) : seconds
}
