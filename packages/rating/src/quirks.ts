// What an a2billing deck does as A2Billing does it: each a switch with a name, all on unless one is turned off.

/** On in a deck of mode a2billing. */
export type Quirks = {
  /** The entry with the longest text wins, every character of a pattern counted; else the usual order. */
  readonly longestTextFirst: boolean
}

const ALL: Quirks = { longestTextFirst: true }
const NONE: Quirks = { longestTextFirst: false }

/** All quirks of a deck, said one by one. */
export function quirksOf(mode: 'plain' | 'a2billing', given: Partial<Quirks> = {}): Quirks {
  return mode === 'plain' ? NONE : { ...ALL, ...given }
}
