// The history of a call's charges: whatever prices follow each other, its sum is the last of them.

import { asCallKey, micros } from '@tollbook/kernel'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ChargeLine, chargeLines, type LastLines } from './charge-lines.ts'
import { postingOf } from './posting-of.ts'
import type { ChargeableCall, Price } from './price-call.ts'

const call = { callKey: asCallKey('0195a5d0-1c00-8abc-9def-0123ffffffff'), openedAtMs: 5, line: 1 } as ChargeableCall
const price: fc.Arbitrary<Price | undefined> = fc.option(
  fc.record({
    partyId: fc.constantFrom(1, 2),
    deckId: fc.constant(1),
    deckVersion: fc.integer({ min: 1, max: 9 }),
    destinationId: fc.constantFrom(1, 2),
    prefix: fc.constantFrom('44', '447'),
    seconds: fc.integer({ min: 1, max: 3 }),
    billedS: fc.constantFrom(30, 60),
    currency: fc.constant(978),
    amount: fc.constantFrom(0n, 5n, 9n).map(micros),
    planId: fc.constantFrom(0, 1),
    freeS: fc.constantFrom(0, 20),
    packageId: fc.constantFrom(0, 3),
    packageFrom: fc.constantFrom('', '2026-03-01'),
  }),
  { nil: undefined },
)

it('sums to what the call costs now, with one key a line, and adds nothing when nothing changes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(price, price), { maxLength: 12 }), (prices) => {
      let last: LastLines = {}
      const lines: ChargeLine[] = []
      for (const [sell, buy] of prices) {
        const priced = { sell, buy, unrated: undefined }
        const added = chargeLines(call, priced, last)
        lines.push(...added)
        for (const line of added) last = { ...last, [line.side === 1 ? 'sell' : 'buy']: line }
        expect(chargeLines(call, priced, last)).toEqual([])
      }
      const keys = lines.map((line) => `${line.side} ${line.line} ${line.revision}`)
      expect(new Set(keys).size).toBe(keys.length)
      const [sell, buy] = prices.at(-1) ?? [undefined, undefined]
      for (const [side, now] of [
        [1, sell],
        [2, buy],
      ] as const) {
        const own = lines.filter((line) => line.side === side)
        expect(own.reduce((sum, line) => sum + line.amount, 0n)).toBe(now?.amount ?? 0n)
        expect(own.reduce((sum, line) => sum + line.seconds, 0)).toBe(now?.seconds ?? 0)
        expect(own.reduce((sum, line) => sum + line.billedS, 0)).toBe(now?.billedS ?? 0)
        expect(own.reduce((sum, line) => sum + line.freeS, 0)).toBe(now?.freeS ?? 0)
      }
      // What is posted to each account is what its lines say, under keys of their own.
      const postings = lines.map((line) => postingOf(line, 7)).filter((posting) => posting !== undefined)
      expect(new Set(postings.map((posting) => posting.entryKey)).size).toBe(postings.length)
      for (const party of [1, 2]) {
        const own = postings.filter((posting) => posting.accountId === party)
        const owed = own.reduce((sum, p) => sum + (p.debitId > 0 ? p.amount : -p.amount), 0n)
        expect(owed).toBe(sell?.partyId === party ? sell.amount : 0n)
      }
    }),
    { numRuns: 1000 },
  )
})
