// How many of each group are there at once, at most, to the microsecond. They are handed over in any order, and gone through once in
// that of time, as wheel.ts keeps it and levels.ts counts it. Pure; knows no call and no database.

import { setImmediate } from 'node:timers/promises'
import { Levels, type LevelsOf, type Peaks } from './levels.ts'
import { type Wheel, type WheelOf, wheelOf } from './wheel.ts'

export type SweepOf = WheelOf & LevelsOf

export type Sweep = {
  /** So many who are there from one instant until before another. */
  readonly add: Wheel['add']
  /** All that begin before this instant were added. */
  readonly complete: (untilMs: number) => Promise<void>
  /** The most at once of each group by buckets, and of all together; everything is complete now. */
  readonly most: () => Peaks
}

/** Others may have the processor after so many slots: some milliseconds. */
const SLOTS_AT_A_TIME = 10_000

export function sweepOf(of: SweepOf): Sweep {
  const wheel = wheelOf(of)
  const levels = new Levels(of, wheel)
  let slot = 0
  const turn = (until: number) => {
    for (; slot < until; slot++) levels.pass(slot)
  }
  return {
    add: wheel.add,
    complete: async (untilMs) => {
      for (const until = wheel.slotOf(untilMs * 1000); slot < until; await setImmediate())
        turn(Math.min(until, slot + SLOTS_AT_A_TIME))
      wheel.forget(slot)
    },
    most: () => {
      turn(wheel.slotOf(of.toMs * 1000) + 1)
      return levels.peaks()
    },
  }
}
