// One line of a rate deck as rating reads it. Where it is stored, and under which name, is not known here.

import type { Decimal, Micros } from '@tollbook/kernel'

/** A price for one prefix from one instant on. */
export type Rate = {
  /** Digits in international form; '' is the default rate, which fits every number. */
  readonly prefix: string
  /** Milliseconds; valid from here until a later rate of the same prefix begins. */
  readonly effectiveFromMs: number
  readonly destinationId: number
  /** Price of sixty billed seconds in the deck's currency, not negative. */
  readonly pricePerMinute: Decimal
  /** Charged once when anything is charged at all. */
  readonly connectFee: Micros
  /** Seconds charged at once when the call is answered; 0 = none, increments from the start. */
  readonly firstBlockS: number
  /** Seconds of every further block, at least 1. */
  readonly incrementS: number
}
