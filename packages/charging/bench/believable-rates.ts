// A large rate deck as wholesale carriers send it, always the same: prefixes of three to eight digits, three prices each
// (weekdays by day, weekend, always), a few thousand distinct prices, six kinds of blocks, some fees. And calls to it.

import type { PhoneDigits } from '@tollbook/kernel'
import type { DeckTerms, Rate } from '@tollbook/rating'

/** In a zone that changes its clocks. */
export const BELIEVABLE_TERMS: DeckTerms = {
  currency: 978,
  rounding: 'half-up',
  places: 4,
  zone: 'Europe/Berlin',
  windows: [
    { id: 1, name: 'Peak', priority: 1, rules: [{ weekdays: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1200 }] },
    { id: 2, name: 'Weekend', priority: 1, rules: [{ weekdays: [6, 7] }] },
  ],
}

/** First block and increment. */
const BLOCKS = [
  [60, 60],
  [30, 6],
  [1, 1],
  [60, 1],
  [6, 6],
  [0, 1],
] as const

/** Whole numbers from 0 to below `limit`, the same ones for the same seed. */
export function numbersFrom(seed: number): (limit: number) => number {
  let state = seed >>> 0
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Distinct prefixes, the short ones first. */
export function believablePrefixes(count: number): string[] {
  const random = numbersFrom(1)
  const prefixes = new Set<string>()
  for (let code = 100; code < 1000 && prefixes.size < count; code++) prefixes.add(String(code))
  while (prefixes.size < count) {
    const length = 4 + random(5)
    prefixes.add(String(10 ** (length - 1) + random(9 * 10 ** (length - 1))))
  }
  return [...prefixes]
}

/** The rates of `prefixes`, one window after the other; made one by one, so that none need be kept. */
export function* believableRates(prefixes: readonly string[], windows: readonly number[]): Generator<Rate> {
  const random = numbersFrom(2)
  for (const [i, prefix] of prefixes.entries()) {
    const [firstBlockS, incrementS] = BLOCKS[random(BLOCKS.length)]!
    const units = 40 + random(2500)
    const connectFee = random(10) === 0 ? { connectFee: { units: 5n, scale: 2 } } : {}
    for (const window of windows) {
      const pricePerMinute = { units: BigInt(window === 0 ? units : window === 1 ? units * 2 : units - 20), scale: 4 }
      const terms = { pricePerMinute, firstBlockS, incrementS, ...connectFee }
      yield { prefix, window, effectiveFromMs: 0, destinationId: 1 + (i % 4000), ...terms }
    }
  }
}

/** Random twelve-digit numbers below random prefixes, at random instants of 2026. */
export function believableCalls(prefixes: readonly string[], count: number) {
  const random = numbersFrom(3)
  const digits: PhoneDigits[] = []
  const atMs = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const text = `${prefixes[random(prefixes.length)]}${String(random(10 ** 9)).padStart(9, '0')}`.slice(0, 12)
    // Through bytes, so that each is one flat string as those read from a file are.
    digits.push(Buffer.from(text).toString('latin1') as PhoneDigits)
    atMs[i] = Date.UTC(2026, 0, 1) + random(365) * 86_400_000 + random(86_400_000)
  }
  return { digits, atMs }
}

/** The same deck as the sheet a carrier would send, without windows. */
export function believableSheet(prefixes: readonly string[]): string {
  const lines = ['prefix,destination,rate,connect_fee,first_block,increment,effective_from']
  for (const rate of believableRates(prefixes, [0])) {
    const price = `0.${String(rate.pricePerMinute.units).padStart(4, '0')}`
    const fee = rate.connectFee === undefined ? '0' : '0.05'
    const blocks = `${rate.firstBlockS},${rate.incrementS}`
    lines.push(`${rate.prefix},Zone ${rate.destinationId},${price},${fee},${blocks},2026-01-01`)
  }
  return `${lines.join('\n')}\n`
}
