// A leg with where it is known from: by which ways, and which of its values another way told. A leg that comes by two ways
// is one row; this is what the row remembers of that.

import type { Way } from '@tollbook/kernel'
import type { Leg } from './leg.ts'

/** By field: the way that told its value, where that is not the first of the ways; 0 = told of the channel, not of the leg. */
export type Origins = { readonly linkedid?: number; readonly [field: string]: number | undefined }

export type KnownLeg = {
  readonly leg: Leg
  readonly from: {
    /** The batch that brought it first; none for a leg of the batch being stored. */
    readonly batchId: string
    readonly receivedAtMs: number
    /** Bits by way: 1 AMI, 2 file, 4 table, 8 push. */
    readonly seenIn: number
    readonly origins: Origins
  }
}

export const NO_ORIGINS: Origins = {}

export function bitOf(way: Way): number {
  return 1 << (way - 1)
}

/** The first of the ways in a set of bits. */
export function firstWay(seenIn: number): number {
  return 32 - Math.clz32(seenIn & -seenIn)
}
