// Who begins and who ends in each of the short slots of time ahead, as lists in a few long arrays: so that millions are put in
// and taken out without one object made. Knows no levels of groups; sweep.ts turns it.

export const NOBODY = -1

export type Wheel = {
  /** Slots ahead by `slot & mask`: the first who begins and who ends in it. */
  readonly mask: number
  readonly begins: Int32Array
  readonly ends: Int32Array
  readonly lives: Lives
  readonly slotOf: (us: number) => number
  /** So many of each list, µs; without groups all are of the first. Who ends no later than he begins was never there. */
  readonly add: (count: number, began: Float64Array, ended: Float64Array, group?: Float64Array) => void
  /** Whoever ended before a slot is forgotten, and the others stay as they are. */
  readonly forget: (before: number) => void
}

/** By place, in the order in which they were added, which is nearly that of time: when, of which group, and who is next in a slot. */
export type Lives = {
  began: Float64Array
  ended: Float64Array
  group: Int32Array
  nextBegin: Int32Array
  nextEnd: Int32Array
}

export type WheelOf = {
  /** Nobody began before. */
  readonly sinceMs: number
  /** Nobody begins from here on, and who ends later does not end. */
  readonly toMs: number
  readonly slotMs: number
  /** So far beyond what is forgotten whoever is added may reach, unless to `toMs` or later. */
  readonly aheadMs: number
}

export function wheelOf({ sinceMs, toMs, slotMs, aheadMs }: WheelOf): Wheel {
  let slots = 1 << 10
  while (slots * slotMs < aheadMs + 2 * slotMs) slots *= 2
  const mask = slots - 1
  const begins = new Int32Array(slots).fill(NOBODY)
  const ends = new Int32Array(slots).fill(NOBODY)
  const lives = noLives(1 << 12)
  let size = 0
  const [sinceUs, toUs, perUs] = [sinceMs * 1000, toMs * 1000, 1 / (slotMs * 1000)]
  const slotOf = (us: number) => Math.floor((us - sinceUs) * perUs)

  const enlist = (first: Int32Array, next: Int32Array, slot: number, i: number) => {
    next[i] = first[slot & mask]!
    first[slot & mask] = i
  }

  return {
    ...{ mask, begins, ends, lives, slotOf },
    add(count, began, ended, groups) {
      if (size + count > lives.group.length) enlarge(lives, size + count)
      const { group, nextBegin, nextEnd } = lives
      const [beganOf, endedOf] = [lives.began, lives.ended]
      for (let n = 0; n < count; n++) {
        const fromUs = began[n]!
        const untilUs = ended[n]!
        if (untilUs <= fromUs || fromUs >= toUs) continue
        const i = size++
        beganOf[i] = fromUs
        endedOf[i] = untilUs
        group[i] = groups === undefined ? 0 : groups[n]!
        enlist(begins, nextBegin, slotOf(fromUs), i)
        if (untilUs < toUs) enlist(ends, nextEnd, slotOf(untilUs), i)
      }
    },
    forget(before) {
      const { began, ended, group, nextBegin, nextEnd } = lives
      begins.fill(NOBODY)
      ends.fill(NOBODY)
      const surelyUs = sinceUs + (before - 1) * slotMs * 1000
      const all = size
      size = 0
      for (let from = 0; from < all; from++) {
        const endedUs = ended[from]!
        // Most of all: no need to divide.
        if (endedUs < surelyUs) continue
        const beganUs = began[from]!
        const hasBegun = slotOf(beganUs) < before
        if (hasBegun && (endedUs >= toUs || slotOf(endedUs) < before)) continue
        const i = size++
        began[i] = beganUs
        ended[i] = endedUs
        group[i] = group[from]!
        if (!hasBegun) enlist(begins, nextBegin, slotOf(beganUs), i)
        if (endedUs < toUs) enlist(ends, nextEnd, slotOf(endedUs), i)
      }
    },
  }
}

function noLives(size: number): Lives {
  return {
    ...{ began: new Float64Array(size), ended: new Float64Array(size), group: new Int32Array(size) },
    ...{ nextBegin: new Int32Array(size), nextEnd: new Int32Array(size) },
  }
}

function enlarge(lives: Lives, needed: number): void {
  const more = noLives(Math.max(needed, 2 * lives.group.length))
  more.began.set(lives.began)
  more.ended.set(lives.ended)
  more.group.set(lives.group)
  more.nextBegin.set(lives.nextBegin)
  more.nextEnd.set(lives.nextEnd)
  Object.assign(lives, more)
}
