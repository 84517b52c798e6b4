// How many of each group fall into one second, at most, and how many of all. Seconds are handed over in any order, all of a
// second in one lot. Those of a second are found by its place in a ring, where few meet others. Pure.

import { setImmediate } from 'node:timers/promises'

const NOBODY = -1
/** Others may have the processor after so many places: some milliseconds. */
const PLACES_AT_A_TIME = 100_000

export class SecondCounts {
  /** By group. */
  readonly most: Int32Array
  mostOfAll = 0

  private readonly counted: Int32Array
  private seconds = new Float64Array(1 << 12)
  private group = new Int32Array(1 << 12)
  private size = 0
  /** By place in the ring, and from each to another of the same place. */
  private first = new Int32Array(1 << 12)
  private next = new Int32Array(1 << 12)

  constructor(groups: number) {
    this.most = new Int32Array(groups)
    this.counted = new Int32Array(groups)
  }

  /** So many: the second of each, and its group. */
  add(count: number, second: Float64Array, of: Float64Array): void {
    this.makeRoom(this.size + count)
    const { seconds, group } = this
    for (let n = 0; n < count; n++) {
      seconds[this.size] = second[n]!
      group[this.size++] = of[n]!
    }
  }

  /** No second that was added is added again. */
  async closeLot(): Promise<void> {
    const places = this.enlist()
    for (let place = 0; place < places; place++) {
      for (let head = this.first[place]!; head !== NOBODY; ) head = this.takeOne(head)
      if (place % PLACES_AT_A_TIME === PLACES_AT_A_TIME - 1) await setImmediate()
    }
    this.size = 0
  }

  private makeRoom(length: number): void {
    if (length <= this.seconds.length) return
    const [seconds, group] = [this.seconds, this.group]
    const longer = Math.max(length, 2 * seconds.length)
    this.seconds = new Float64Array(longer)
    this.seconds.set(seconds)
    this.group = new Int32Array(longer)
    this.group.set(group)
    this.next = new Int32Array(longer)
  }

  private enlist(): number {
    let places = 1 << 12
    while (places < this.size) places *= 2
    if (places > this.first.length) this.first = new Int32Array(places)
    const { first, next, seconds, size } = this
    first.fill(NOBODY)
    for (let i = 0; i < size; i++) {
      const place = seconds[i]! & (places - 1)
      next[i] = first[place]!
      first[place] = i
    }
    return places
  }

  /** Counts those of the same second as the first, and gives the others. */
  private takeOne(head: number): number {
    const { seconds, group, next, counted, most } = this
    const second = seconds[head]!
    let [own, others, n] = [NOBODY, NOBODY, 0]
    for (let i = head; i !== NOBODY; ) {
      const after = next[i]!
      if (seconds[i] === second) {
        const g = group[i]!
        if (++counted[g]! > most[g]!) most[g] = counted[g]!
        next[i] = own
        own = i
        n++
      } else {
        next[i] = others
        others = i
      }
      i = after
    }
    for (let i = own; i !== NOBODY; i = next[i]!) counted[group[i]!] = 0
    if (n > this.mostOfAll) this.mostOfAll = n
    return others
  }
}
