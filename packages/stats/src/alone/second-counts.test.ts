// Calls of a second against counting them all, in lots, where seconds lie far apart and meet in the ring.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SecondCounts } from './second-counts.ts'

const SECOND = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  // The same place of a ring of 4096, and of larger ones.
  fc.integer({ min: 0, max: 5 }).map((n) => 1_750_000_000 + n * 4096),
  fc.integer({ min: -2_000_000_000, max: 5_000_000_000 }),
)

it('counts the most of every group in a second, and of all', async () => {
  const call = fc.record({ second: SECOND, group: fc.integer({ min: 0, max: 2 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), async (calls, lots) => {
      const counts = new SecondCounts(3)
      for (let lot = 0; lot < lots; lot++) {
        const own = calls.filter(({ second }) => Math.abs(second) % lots === lot)
        counts.add(
          own.length,
          Float64Array.from(own, (c) => c.second),
          Float64Array.from(own, (c) => c.group),
        )
        await counts.closeLot()
      }
      const mostOf = (some: typeof calls) =>
        Math.max(0, ...some.map(({ second }) => some.filter((c) => c.second === second).length))
      expect([...counts.most]).toEqual([0, 1, 2].map((g) => mostOf(calls.filter(({ group }) => group === g))))
      expect(counts.mostOfAll).toBe(mostOf(calls))
    }),
    { numRuns: 500 },
  )
})
