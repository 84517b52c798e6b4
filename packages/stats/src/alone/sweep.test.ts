// The sweep against counting at every instant, for calls that crowd into few instants and for calls far apart.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sweepOf } from './sweep.ts'

const FROM = Date.parse('2025-06-01T00:00:00Z')
const US = 1000

/** Instants near each other and on the very borders, µs. */
const instant = (spread: number) =>
  fc.oneof(
    fc.integer({ min: 0, max: spread }).map((n) => n * 1_000_000),
    fc.integer({ min: 0, max: spread * 1_000_000 }),
    fc.integer({ min: 0, max: 8 }).map((n) => n * 250_000 * spread),
  )

const asked = fc.integer({ min: 3, max: 40_000 }).chain((spread) =>
  fc.record({
    spread: fc.constant(spread),
    lives: fc.array(
      fc.record({
        at: fc.oneof(
          instant(spread),
          instant(spread),
          instant(spread).map((us) => -us),
        ),
        lasts: fc.oneof(
          fc.constantFrom(1, 1_000_000, 2_000_000),
          instant(spread).map((us) => us + 1),
        ),
        group: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 80 },
    ),
    buckets: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 5 }),
    slotMs: fc.constantFrom(1, 3, 70, 500, 4000).map((n) => n * spread),
    parts: fc.integer({ min: 1, max: 4 }),
  }),
)

type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never

function problemOf({ spread, lives, buckets }: Asked) {
  const toMs = FROM + 2 * spread * 1000
  const borders = [0, ...buckets.toSorted((a, b) => a - b)].map((n, i) => ({
    startMs: FROM + n * 250 * spread,
    // Buckets that come again, as hours of the day do.
    bucket: i % 3,
  }))
  const told = lives
    .map(({ at, lasts, group }) => ({ began: FROM * US + at, ended: FROM * US + at + lasts, group }))
    .filter(({ began }) => began < toMs * US)
  return { toMs, borders, told }
}

function counted({ toMs, borders, told }: ReturnType<typeof problemOf>): Record<string, number> {
  const most: Record<string, number> = {}
  const looks = [...borders.map((b) => b.startMs * US), ...told.map((l) => l.began)]
  for (const at of looks.filter((us) => us >= FROM * US && us < toMs * US)) {
    const there = told.filter(({ began, ended }) => began <= at && at < ended)
    const { bucket } = borders.findLast((b) => b.startMs * US <= at)!
    for (const key of ['all', ...new Set(there.map(({ group }) => `${bucket}/${group}`))]) {
      const n = key === 'all' ? there.length : there.filter(({ group }) => key === `${bucket}/${group}`).length
      most[key] = Math.max(n, most[key] ?? 0)
    }
  }
  return most
}

async function swept(problem: ReturnType<typeof problemOf>, { slotMs, parts }: Asked): Promise<Record<string, number>> {
  const { toMs, borders, told } = problem
  const sinceMs = 2 * FROM - toMs
  const partMs = Math.ceil((toMs - sinceMs) / parts)
  const aheadMs = partMs + (toMs - FROM)
  const sweep = sweepOf({ groups: 4, sinceMs, borders, toMs, slotMs, aheadMs })
  for (let part = 0; part < parts; part++) {
    const [from, to] = [sinceMs + part * partMs, sinceMs + (part + 1) * partMs]
    const own = told.filter(({ began }) => began >= from * US && began < to * US)
    const column = (of: (life: (typeof own)[number]) => number) => Float64Array.from(own, of)
    sweep.add(
      own.length,
      column((l) => l.began),
      column((l) => l.ended),
      column((l) => l.group),
    )
    await sweep.complete(Math.min(to, toMs))
  }
  const { byBucket, all } = sweep.most()
  const found = [...byBucket].flatMap(([bucket, groups]) => [...groups].map((n, g) => [`${bucket}/${g}`, n] as const))
  return Object.fromEntries([['all', all] as const, ...found].filter(([key, n]) => n > 0 || key === 'all'))
}

describe('the sweep', () => {
  it('finds the most at once of every group and bucket, and of all', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async (of) => {
        const problem = problemOf(of)
        expect(await swept(problem, of)).toEqual({ all: 0, ...counted(problem) })
      }),
      { numRuns: 1500 },
    )
  }, 60_000)

  it('puts in order however many begin and end within a slot', async () => {
    const [count, toMs] = [5000, FROM + 60_000]
    const borders = [{ startMs: FROM, bucket: 0 }]
    const sweep = sweepOf({ groups: 2, sinceMs: FROM, borders, toMs, slotMs: 10_000, aheadMs: 120_000 })
    // Each goes as the next comes, but for every tenth, who stays for as long as three; handed over from the last to the first.
    const began = Float64Array.from({ length: count }, (_, n) => FROM * US + (count - n) * 1000)
    const ended = began.map((us, n) => us + (n % 10 === 0 ? 3000 : 1000))
    sweep.add(
      count,
      began,
      ended,
      began.map((_, n) => n % 2),
    )
    await sweep.complete(toMs)
    const { byBucket, all } = sweep.most()
    expect([all, [...byBucket.get(0)!]]).toEqual([2, [2, 1]])
  })
})
