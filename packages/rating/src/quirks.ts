// What an a2billing deck does as A2Billing does it: each a switch with a name, all on unless one is turned off.

/** On in a deck of mode a2billing. */
export type Quirks = {
  /** The entry with the longest text wins, every character of a pattern counted; else the usual order. */
  readonly longestTextFirst: boolean
  /** A call of 0 seconds costs its fees and the first block; else nothing. */
  readonly chargesZeroSeconds: boolean
  /** Increments are counted from zero, whatever the rate says; else from its anchor. */
  readonly incrementsFromZero: boolean
  /** A tier without a price or without seconds ends the tiers; else a price of zero is a free tier. */
  readonly tierNeedsPrice: boolean
  /** A call that free seconds cover wholly still costs its fees, first entry fee and minimum; else nothing. */
  readonly feesWhenCovered: boolean
  /** With tiers, free seconds count only when they cover the whole call; else they cover its beginning. */
  readonly tiersNeedWholeCover: boolean
  /** Free seconds that do not cover the billed seconds give no more than was talked. */
  readonly coverUpToTalked: boolean
  /** The last increment of a tier is billed in full though the next tier has begun; else it is cut at the tier's end. */
  readonly tiersOverrun: boolean
  /** With tiers the first block is rounded up to the increments of its tier; else it is billed as it stands. */
  readonly tiersRoundFirstBlock: boolean
  /** Prices, connect and disconnect fee are taken without sign and rounded to six places before anything is counted. */
  readonly absolutePrices: boolean
  /** How long one may talk comes from A2Billing's own formula; else from what the call costs. */
  readonly talkTimeByFormula: boolean
}

const ALL: Quirks = {
  longestTextFirst: true,
  chargesZeroSeconds: true,
  incrementsFromZero: true,
  tierNeedsPrice: true,
  feesWhenCovered: true,
  tiersNeedWholeCover: true,
  coverUpToTalked: true,
  tiersOverrun: true,
  tiersRoundFirstBlock: true,
  absolutePrices: true,
  talkTimeByFormula: true,
}
const NONE: Quirks = {
  longestTextFirst: false,
  chargesZeroSeconds: false,
  incrementsFromZero: false,
  tierNeedsPrice: false,
  feesWhenCovered: false,
  tiersNeedWholeCover: false,
  coverUpToTalked: false,
  tiersOverrun: false,
  tiersRoundFirstBlock: false,
  absolutePrices: false,
  talkTimeByFormula: false,
}

/** Their names, in the order in which they are documented. */
export const QUIRK_NAMES = Object.keys(ALL) as readonly (keyof Quirks)[]

/** All quirks of a deck, said one by one. */
export function quirksOf(mode: 'plain' | 'a2billing', given: Partial<Quirks> = {}): Quirks {
  return mode === 'plain' ? NONE : { ...ALL, ...given }
}
