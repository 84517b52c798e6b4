// Puts in order who begins and who ends within one slot of a wheel (wheel.ts). Its arrays are used again for the next slot.

import { type Lives, NOBODY } from './wheel.ts'

/** More than these are better sorted by halves. */
const FEW = 256

/** Instants, ascending: of each who begins, and at the same instant before that of who ends, as `~who`. */
export class SlotOrder {
  /** As long as was needed so far. */
  us = new Float64Array(FEW)
  who = new Int32Array(FEW)

  take({ began, ended, nextBegin, nextEnd }: Lives, begin: number, end: number): number {
    let last = 0
    for (let i = begin; i !== NOBODY; i = nextBegin[i]!) last++
    for (let i = end; i !== NOBODY; i = nextEnd[i]!) last++
    const count = last
    if (count > this.us.length) [this.us, this.who] = [new Float64Array(2 * count), new Int32Array(2 * count)]
    // The last who was added is the first of a list.
    for (let i = begin; i !== NOBODY; i = nextBegin[i]!) {
      this.us[--last] = began[i]!
      this.who[last] = i
    }
    for (let i = end; i !== NOBODY; i = nextEnd[i]!) {
      this.us[--last] = ended[i]!
      this.who[last] = ~i
    }
    if (count > FEW) this.sort(count)
    else this.insert(count)
    return count
  }

  private insert(count: number): void {
    const { us, who } = this
    for (let n = 1; n < count; n++) {
      const [at, one] = [us[n]!, who[n]!]
      let to = n
      for (; to > 0 && (us[to - 1]! > at || (us[to - 1] === at && who[to - 1]! >= 0 && one < 0)); to--) {
        us[to] = us[to - 1]!
        who[to] = who[to - 1]!
      }
      us[to] = at
      who[to] = one
    }
  }

  private sort(count: number): void {
    const { us, who } = this
    const pairs = Array.from({ length: count }, (_, n) => ({ at: us[n]!, one: who[n]! }))
    pairs.sort((a, b) => a.at - b.at || Math.sign(a.one + 0.5) - Math.sign(b.one + 0.5))
    for (const [n, { at, one }] of pairs.entries()) {
      us[n] = at
      who[n] = one
    }
  }
}
