// One line of a rate deck as rating reads it. Where it is stored, and under which name, is not known here.

import type { Decimal } from '@tollbook/kernel'

/** One step of a progressive rate: the price of so many seconds, and what entering it costs. */
export type Tier = {
  readonly seconds: number
  readonly pricePerMinute: Decimal
  readonly entryFee: Decimal
  readonly incrementS: number
}

/** What only a deck in A2Billing's manner has. Amounts may be negative there. */
export type A2BillingExtras = {
  /** Seconds added to every call before anything is counted. */
  readonly addedS: number
  /** A call longer than `roundFromS` and shorter than `roundToS` counts as `roundToS`; 0 = never. */
  readonly roundFromS: number
  readonly roundToS: number
  /** Charged for every full `blockChargeS` seconds; 0 = never. */
  readonly blockCharge: Decimal
  readonly blockChargeS: number
}

/** A price for one prefix or pattern from one instant on. What is absent is not charged. */
export type Rate = {
  /** Digits in international form; an Asterisk pattern such as "_44NXX."; '' only for the default rate. */
  readonly prefix: string
  /** The rate of last resort: used when nothing else fits, in any deck of a plan. */
  readonly isDefault?: boolean
  /** Id of the deck's time window in which it holds; absent or 0 = always. */
  readonly window?: number
  /** Milliseconds; valid from here until a later rate of the same prefix and window begins. */
  readonly effectiveFromMs: number
  /** Milliseconds, exclusive; absent = open. */
  readonly validToMs?: number
  readonly destinationId: number
  /** Price of sixty billed seconds in the deck's currency; with tiers, of the seconds after them. */
  readonly pricePerMinute: Decimal
  /** Charged once when anything is charged at all. */
  readonly connectFee?: Decimal
  /** Charged once when at least `disconnectAfterS` seconds were talked. */
  readonly disconnectFee?: Decimal
  readonly disconnectAfterS?: number
  /** Seconds charged at once when the call is answered; 0 = none, increments from the start. */
  readonly firstBlockS: number
  /** Seconds of every further block, at least 1 (0 in A2Billing's manner: to the second). */
  readonly incrementS: number
  /** Where increments are counted from: after the first block (30/6 as carriers mean it), or from zero. */
  readonly anchor?: 'first-block' | 'zero'
  readonly minimumCharge?: Decimal
  /** No call costs more. What happens then: it goes on for free, or it has to be stopped. */
  readonly maximumCharge?: Decimal
  readonly afterMaximum?: 'free' | 'stop'
  /** A call of at most so many seconds costs nothing. */
  readonly graceS?: number
  /** Used up in order before `pricePerMinute`. */
  readonly tiers?: readonly Tier[]
  readonly extras?: A2BillingExtras
}
