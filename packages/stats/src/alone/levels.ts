// How many of each group are there now, and the most that were since a bucket of time began, while a wheel is turned slot by
// slot. Only where a peak may be is the order within a slot looked into.

import { SlotOrder } from './slot-order.ts'
import { NOBODY, type Wheel } from './wheel.ts'

/** From when on a bucket counts, until the next one begins. */
export type SweepBorder = { readonly startMs: number; readonly bucket: number }

export type LevelsOf = {
  readonly groups: number
  /** Ascending, one at least, all before `toMs`. Nothing counts before the first, and nothing from `toMs` on. */
  readonly borders: readonly SweepBorder[]
  readonly toMs: number
}

/** The most at once of each group by buckets, and of all together. */
export type Peaks = { readonly byBucket: ReadonlyMap<number, Int32Array>; readonly all: number }

/** No level is higher: outside of all buckets none is a peak. */
const UNREACHED = 2 ** 31 - 1

export class Levels {
  private readonly level: Int32Array
  private readonly most: Int32Array
  private readonly byBucket = new Map<number, Int32Array>()
  private readonly order = new SlotOrder()
  private now = 0
  private mostNow = UNREACHED
  private all = 0
  /** The border that comes next, if `toMs` is one too. */
  private next = 0
  private nextUs = 0
  private nextSlot = 0

  private readonly of: LevelsOf
  private readonly wheel: Wheel

  constructor(of: LevelsOf, wheel: Wheel) {
    this.of = of
    this.wheel = wheel
    this.level = new Int32Array(of.groups)
    this.most = new Int32Array(of.groups).fill(UNREACHED)
    this.lookAhead()
  }

  pass(slot: number): void {
    const { wheel, level, most } = this
    const { group, nextBegin, nextEnd } = wheel.lives
    const begin = wheel.begins[slot & wheel.mask]!
    const end = wheel.ends[slot & wheel.mask]!
    // Were all to begin before anyone ends, there would be no more than this.
    let [isPeak, begun] = [false, 0]
    for (let i = begin; i !== NOBODY; i = nextBegin[i]!) {
      const g = group[i]!
      if (++level[g]! > most[g]!) isPeak = true
      begun++
    }
    if (isPeak || this.now + begun > this.mostNow || slot >= this.nextSlot) {
      for (let i = begin; i !== NOBODY; i = nextBegin[i]!) level[group[i]!]!--
      this.passInOrder(begin, end)
      return
    }
    let ended = 0
    for (let i = end; i !== NOBODY; i = nextEnd[i]!) {
      level[group[i]!]!--
      ended++
    }
    this.now += begun - ended
  }

  /** After the last slot. */
  peaks(): Peaks {
    while (this.next <= this.of.borders.length) this.enterNext()
    return { byBucket: this.byBucket, all: this.all }
  }

  private passInOrder(begin: number, end: number): void {
    const { level, most, order } = this
    const { group } = this.wheel.lives
    const count = order.take(this.wheel.lives, begin, end)
    for (let n = 0; n < count; n++) {
      const us = order.us[n]!
      const who = order.who[n]!
      // At the instant of a border who ends has gone, and who begins is not yet there.
      while (us > this.nextUs || (us === this.nextUs && who >= 0)) this.enterNext()
      const g = group[who < 0 ? ~who : who]!
      if (who < 0) {
        level[g]!--
        this.now--
        continue
      }
      if (++level[g]! > most[g]!) most[g] = level[g]!
      if (++this.now > this.mostNow) this.mostNow = this.now
    }
  }

  /** Whoever is there at a border is there in the bucket before and in the one after. */
  private enterNext(): void {
    const { level, most, of } = this
    if (this.next > 0) {
      this.keptOf(this.next - 1).set(most)
      this.all = this.mostNow
    }
    const isOver = this.next === of.borders.length
    if (isOver) most.fill(UNREACHED)
    else {
      // A bucket that comes again, like an hour of the day, has its peak already: what is below it need not be found.
      const kept = this.keptOf(this.next)
      for (let g = 0; g < of.groups; g++) most[g] = Math.max(level[g]!, kept[g]!)
    }
    this.mostNow = isOver ? UNREACHED : Math.max(this.now, this.all)
    this.next++
    this.lookAhead()
  }

  private keptOf(border: number): Int32Array {
    const { bucket } = this.of.borders[border]!
    const kept = this.byBucket.get(bucket) ?? new Int32Array(this.of.groups)
    this.byBucket.set(bucket, kept)
    return kept
  }

  private lookAhead(): void {
    const { borders, toMs } = this.of
    const isOver = this.next > borders.length
    this.nextUs = isOver ? Number.POSITIVE_INFINITY : (borders[this.next]?.startMs ?? toMs) * 1000
    this.nextSlot = this.wheel.slotOf(this.nextUs)
  }
}
