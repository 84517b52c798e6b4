// Why a call that should be charged is not: as call_unrated keeps it, and as people, files and the wire name it.

/** The numbers are what call_unrated keeps. */
export const UNRATED = {
  noAccount: 1,
  noDeck: 2,
  noRate: 3,
  notANumber: 4,
  blocked: 5,
  expired: 6,
  ambiguous: 7,
  /** Far too long to be believed: charged once somebody has looked at it. */
  held: 8,
} as const
export type Unrated = (typeof UNRATED)[keyof typeof UNRATED]

/** Numbers by their words. */
export const UNRATED_WORDS = {
  'no-account': UNRATED.noAccount,
  'no-deck': UNRATED.noDeck,
  'no-rate': UNRATED.noRate,
  'not-a-number': UNRATED.notANumber,
  blocked: UNRATED.blocked,
  expired: UNRATED.expired,
  ambiguous: UNRATED.ambiguous,
  held: UNRATED.held,
} as const
export type UnratedWord = keyof typeof UNRATED_WORDS

const WORD_OF = Object.fromEntries(Object.entries(UNRATED_WORDS).map(([word, reason]) => [reason, word])) as {
  readonly [W in UnratedWord as (typeof UNRATED_WORDS)[W]]: W
}

/** The word for a number. */
export function unratedWord<R extends Unrated>(reason: R): (typeof WORD_OF)[R] {
  return WORD_OF[reason]
}
