// How talked seconds become billed seconds, and back. The only arithmetic of blocks in the house: what a call costs
// and how long one may talk both come through here.

import { assert } from '@tollbook/kernel'

/** First block and increment as contracts write them: 30/6 is thirty seconds, then six at a time. */
export type Blocks = { readonly firstBlockS: number; readonly incrementS: number }

/** The longest call that can be told, in seconds: what a 32-bit column holds. */
export const LONGEST_CALL_S = 2_147_483_647

/** Full increments that were begun after the first block; 0 for a call that ended within it. */
export function incrementsOf(seconds: number, blocks: Blocks): number {
  assert(Number.isSafeInteger(seconds) && seconds >= 0, 'seconds must be a whole number, not negative')
  if (seconds <= blocks.firstBlockS) return 0
  const after = seconds - blocks.firstBlockS
  const begun = after % blocks.incrementS === 0 ? 0 : 1
  return Math.floor(after / blocks.incrementS) + begun
}

/**
 * Billed seconds of `seconds` talked: nothing for nothing, else the first block and every increment begun after it.
 * With 30/6: 1 → 30, 32 → 36, 57 → 60, 61 → 66.
 */
export function billedSeconds(seconds: number, blocks: Blocks): number {
  if (seconds === 0) return 0
  return blocks.firstBlockS + incrementsOf(seconds, blocks) * blocks.incrementS
}

/** The inverse: the longest talk whose billed seconds do not exceed `limit`; 0 when not even the first block fits. */
export function longestWithin(limit: number, { firstBlockS, incrementS }: Blocks): number {
  if (limit < firstBlockS) return 0
  return firstBlockS + Math.floor((limit - firstBlockS) / incrementS) * incrementS
}
