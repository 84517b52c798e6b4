// Load of trunks: Erlang B against published tables, the sweep against counting at every instant.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocking, channelsNeeded, offeredFromCarried } from './erlang-b.ts'
import { type Interval, occupancy } from './occupancy.ts'

describe('Erlang B', () => {
  it.each([
    [1, 0.0101],
    [5, 1.36],
    [10, 4.46],
    [20, 12.0],
    [30, 20.3],
  ])('%i channels take the published %f Erlangs at 1 %% blocking', (channels, erlangs) => {
    expect(Math.abs(blocking(erlangs, channels) - 0.01)).toBeLessThan(0.0003)
    expect(channelsNeeded(erlangs * 0.99, 0.01)).toBe(channels)
  })

  it.each([
    [10, 10, 0.2146],
    [5, 10, 0.0184],
    [100, 117, 0.0098],
  ])('%i Erlangs on %i channels are blocked as published: %f', (erlangs, channels, published) => {
    expect(Math.abs(blocking(erlangs, channels) - published)).toBeLessThan(0.00005)
  })

  it('is the quotient E^n/n! ÷ Σ E^k/k!, computed in whole numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 0, max: 200 }), (hundredths, channels) => {
        const exact = exactBlocking(BigInt(hundredths), 100n, channels)
        expect(Math.abs(blocking(hundredths / 100, channels) - exact)).toBeLessThan(1e-12)
        fc.pre(channels > 0 && exact > 1e-12)
        const needed = channelsNeeded(hundredths / 100, exact * (1 + 1e-9))
        expect(needed).toBe(channels)
      }),
      { numRuns: 100 },
    )
  })

  // E = n/d. Terms E^k/k! over the common denominator d^n · n!.
  function exactBlocking(n: bigint, d: bigint, channels: number): number {
    let term = 1n
    for (let k = 1n; k <= channels; k++) term *= d * k
    let sum = term
    for (let k = 1n; k <= channels; k++) {
      term = (term * n) / (d * k)
      sum += term
    }
    return Number((term * 10n ** 30n) / sum) / 1e30
  }

  it('finds the offer again from what was carried', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 60, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (offered, channels) => {
          const carried = offered * (1 - blocking(offered, channels))
          fc.pre(carried < channels * 0.98)
          expect(Math.abs(offeredFromCarried(carried, channels)! - offered)).toBeLessThan(offered * 1e-6)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('says so where no offer explains what was carried', () => {
    expect(offeredFromCarried(10, 10)).toBeNull()
    expect(offeredFromCarried(0, 10)).toBe(0)
  })

  it('refuses a target that no number of channels meets', () => {
    expect(() => channelsNeeded(5, 0)).toThrow(RangeError)
  })
})

describe('occupancy', () => {
  const window = { from: 10, to: 30 }
  const interval = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 20 }))

  it('equals counting at every instant', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12 }), fc.integer({ min: 0, max: 4 }), (pairs, capacity) => {
        const found = occupancy(
          pairs.map(([from, length]) => ({ from, to: from + length })),
          window,
          capacity,
        )
        const naive = pairs.map(([from, length]) => ({ from, to: from + length }))
        const counts = Array.from({ length: 20 }, (_, i) => takenAt(naive, 10 + i))
        const peak = Math.max(...counts)
        expect(found.peak).toBe(peak)
        expect(found.peakAt).toBe(peak === 0 ? null : 10 + counts.indexOf(peak))
        expect(found.held).toBe(counts.reduce((a, b) => a + b, 0))
        expect(found.atLimit).toBe(capacity === 0 ? 0 : counts.filter((n) => n >= capacity).length)
        expect(found.metFull).toBe(capacity === 0 ? 0 : metFull(naive, capacity))
      }),
      { numRuns: 200 },
    )
  })

  // Of n seizures at one instant over k channels taken by earlier ones, those beyond the capacity met it full.
  function metFull(all: readonly Interval[], capacity: number): number {
    let met = 0
    for (let at = window.from; at < window.to; at++) {
      const begun = all.filter((i) => i.from === at && i.to > at).length
      const before = takenAt(all, at) - begun
      met += begun - Math.min(begun, Math.max(0, capacity - before))
    }
    return met
  }

  it('does not count a release and a seizure of the same instant as two', () => {
    const found = occupancy(
      [
        { from: 12, to: 15 },
        { from: 15, to: 18 },
      ],
      window,
      1,
    )
    expect(found).toEqual({ peak: 1, peakAt: 12, held: 6, atLimit: 6, metFull: 0 })
  })

  it('carries in what began before the window', () => {
    expect(
      occupancy(
        [
          { from: 0, to: 11 },
          { from: 10, to: 12 },
        ],
        window,
        1,
      ).metFull,
    ).toBe(1)
  })
})

function takenAt(all: readonly Interval[], at: number): number {
  return all.filter((i) => i.from <= at && at < i.to).length
}
