// What a version would change, summed as calls go by: per rate, per account or carrier, and what would be sold for less
// than it costs. Pure.

import type { Price, PricedCall } from '../price-call.ts'
import { type SumPart, type ValueLine, valueSums } from './value-sums.ts'

type Side = 'sell' | 'buy'

export type ImpactSums = {
  /** One call: by the version that is live, and by the one that is tried. */
  add(old: PricedCall, now: PricedCall): void
  /** Calls that would cost something else, or have a price where they had none. */
  changed(): number
  lines(): readonly ValueLine[]
}

/**
 * Counts calls that the deck prices before or after. `side` is the deck's own: its rates are listed for that. A buy deck
 * that plans sell with a markup has accounts too.
 */
export function impactSums(deckId: number, side: Side): ImpactSums {
  const sums = valueSums()
  const costs = valueSums()
  let changed = 0
  const count = (on: Side, old: Price | undefined, now: Price | undefined): boolean => {
    const [before, after] = [old?.deckId === deckId ? old : undefined, now?.deckId === deckId ? now : undefined]
    const by = after ?? before
    if (by === undefined) return false
    const add = (part: SumPart, key: string, { currency, seconds }: Price) =>
      sums.add({ part, key, currency, seconds, old: old?.amount, new: now?.amount })
    add(on === 'sell' ? 'account' : 'carrier', String(by.partyId), by)
    if (on !== side) return false
    add('rate', rateKey(by), by)
    if (before !== undefined) add('old-rate', rateKey(before), before)
    if (old?.amount !== now?.amount) changed++
    return true
  }
  return {
    add(old, now) {
      const sold = count('sell', old.sell, now.sell)
      const bought = count('buy', old.buy, now.buy)
      const { sell, buy } = now
      if (!(sold || bought) || sell === undefined || buy === undefined || sell.currency !== buy.currency) return
      const by = side === 'sell' ? sell : buy
      const { currency, seconds } = by
      costs.add({ part: 'below-cost', key: rateKey(by), currency, seconds, old: buy.amount, new: sell.amount })
    },
    changed: () => changed,
    lines: () => [...sums.lines(), ...costs.lines().filter((line) => line.new < line.old)],
  }
}

/** A rate as the lines name it: its prefix, and its window's id where it has one. */
function rateKey({ prefix, window }: Price): string {
  return window ? `${prefix}/${window}` : prefix
}
