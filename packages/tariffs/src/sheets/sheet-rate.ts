// One rate as a sheet says it: prices as decimal text with a point and no superfluous zeros, names instead of ids.
// What is absent is at its default, so that two rates are alike exactly when all their fields are.

/** One step of a progressive rate; see rating's `Tier`. */
export type SheetTier = {
  readonly seconds: number
  readonly pricePerMinute: string
  readonly entryFee: string
  readonly incrementS: number
}

/** What only an A2Billing sheet has; see rating's `A2BillingExtras`. */
export type SheetExtras = {
  readonly addedS: number
  readonly roundFromS: number
  readonly roundToS: number
  readonly blockCharge: string
  readonly blockChargeS: number
}

/** The terms of a rate: everything but what it is for. */
export type RateTerms = {
  readonly destination: string
  readonly pricePerMinute: string
  readonly connectFee: string
  readonly firstBlockS: number
  readonly incrementS: number
  /** Milliseconds, exclusive; absent = open. */
  readonly validToMs?: number
  readonly disconnectFee?: string
  readonly disconnectAfterS?: number
  /** Absent = after the first block. */
  readonly anchor?: 'zero'
  readonly minimumCharge?: string
  readonly maximumCharge?: string
  /** Absent = the call goes on for free. */
  readonly afterMaximum?: 'stop'
  readonly graceS?: number
  readonly tiers?: readonly SheetTier[]
  readonly extras?: SheetExtras
}

/** A rate with its key: prefix, window, start. */
export type RateRow = RateTerms & {
  /** Digits, a pattern beginning with "_", or '' for the default rate. */
  readonly prefix: string
  /** Name of a time window of the deck; absent = always. */
  readonly window?: string
  readonly effectiveFromMs: number
}

/** One row of a sheet after the door, with the line it stood on. */
export type SheetRate = RateRow & { readonly line: number }

/** What must be unique in a version. */
export function rateKey({ prefix, window = '', effectiveFromMs }: RateRow): string {
  return `${prefix}\t${effectiveFromMs}\t${window}`
}

/** Whether two rates of one key say the same. */
export function sameTerms(a: RateTerms, b: RateTerms): boolean {
  return (
    a.destination === b.destination &&
    a.pricePerMinute === b.pricePerMinute &&
    a.connectFee === b.connectFee &&
    a.firstBlockS === b.firstBlockS &&
    a.incrementS === b.incrementS &&
    JSON.stringify(rareTerms(a)) === JSON.stringify(rareTerms(b))
  )
}

function rareTerms(terms: RateTerms) {
  const { validToMs, disconnectFee, disconnectAfterS, anchor, minimumCharge, maximumCharge, afterMaximum } = terms
  const { graceS, tiers, extras } = terms
  return [
    ...[validToMs, disconnectFee, disconnectAfterS, anchor, minimumCharge, maximumCharge, afterMaximum, graceS],
    tiers?.map((t) => [t.seconds, t.pricePerMinute, t.entryFee, t.incrementS]),
    extras && [extras.addedS, extras.roundFromS, extras.roundToS, extras.blockCharge, extras.blockChargeS],
  ]
}
