// When a rate holds: named windows of a deck, as rules over the wall clock of the deck's zone.

/** All that is given must hold. A span past midnight belongs to the day it began on. */
export type WindowRule = {
  /** ISO weekdays, 1 = Monday to 7 = Sunday; absent = every day. */
  readonly weekdays?: readonly number[]
  /** Minutes of the local day, 0 to 1440; `to` is exclusive, and at or before `from` it lies on the next day. */
  readonly fromMinute?: number
  readonly toMinute?: number
  /** Days, both inclusive: YYYY-MM-DD, or MM-DD for every year (which may run over New Year). */
  readonly fromDate?: string
  readonly toDate?: string
  /** Only on the deck's holidays, or never on them; absent = a holiday is a day like any other. */
  readonly holidays?: 'only' | 'except'
}

/** A named window: it holds whenever one of its rules does. */
export type TimeWindow = {
  /** 1 to 30, unique in a deck version; 0 stands for "always" and is no window. */
  readonly id: number
  readonly name: string
  /** Where windows overlap the higher one counts. "Always" is below all of them. */
  readonly priority: number
  readonly rules: readonly WindowRule[]
}
