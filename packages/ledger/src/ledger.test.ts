// The books against a real PostgreSQL: balances are the sum of what was posted, whatever is sent, and however often.

import { createHash } from 'node:crypto'
import { ensureMonths, transaction } from '@tollbook/db'
import { micros, timeFirstUuid } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  balancesOf,
  ENTRY_KIND,
  eraseTenantLedger,
  type Posting,
  postEntries,
  receivableOf,
  revenueOf,
  verifyLedger,
} from './index.ts'

const db = testDatabase()
const AT = Date.UTC(2026, 0, 15)
const context = { batchId: timeFirstUuid(AT, Buffer.alloc(10)), nowMs: AT + 1000 }
const key = (seed: string) => timeFirstUuid(AT, createHash('sha256').update(seed).digest())

function posting(accountId: number, seed: string, amount: bigint, more: Partial<Posting> = {}): Posting {
  const charge = amount > 0n
  const [receivable, revenue] = [receivableOf(accountId), revenueOf(1)]
  return {
    accountId,
    entryKey: key(seed),
    effectiveAtMs: AT,
    debitId: charge ? receivable : revenue,
    creditId: charge ? revenue : receivable,
    amount: micros(charge ? amount : -amount),
    kind: charge ? ENTRY_KIND.charge : ENTRY_KIND.reversal,
    currency: 978,
    tenantId: 1,
    refKey: key('call'),
    ...more,
  }
}

const post = (postings: readonly Posting[]) => transaction(db(), (tx) => postEntries(tx, postings, context))
const owed = async (accountId: number) => (await balancesOf(db(), [accountId])).get(accountId)?.amount

beforeAll(() => ensureMonths(db(), ['2026-01']))

describe('postEntries', () => {
  it('posts charges and reversals, and each key once', async () => {
    const batch = [posting(1, 'a', 5_000n), posting(1, 'b', 2_500_001n), posting(2, 'c', 1n)]
    expect(await post(batch)).toBe(3)
    expect(await post([...batch, posting(1, 'd', -5_000n)])).toBe(1)
    expect(await post([])).toBe(0)
    expect(await owed(1)).toBe(2_500_001n)
    expect(await owed(2)).toBe(1n)
    expect(await owed(3)).toBeUndefined()
    expect((await balancesOf(db(), [1])).get(1)?.entries).toBe(3)
    expect(await verifyLedger(db())).toEqual({ balances: 2, differences: [] })
  })

  it('may be called twice in one transaction, and leaves nothing when it is rolled back', async () => {
    const twice = transaction(db(), async (tx) => {
      expect(await postEntries(tx, [posting(5, 'e', 10n)], context)).toBe(1)
      expect(await postEntries(tx, [posting(5, 'f', 20n)], context)).toBe(1)
      throw new Error('stop')
    })
    await expect(twice).rejects.toThrow('stop')
    expect(await owed(5)).toBeUndefined()
    expect(await post([posting(5, 'e', 10n)])).toBe(1)
  })

  it('refuses what would falsify the books', async () => {
    await post([posting(6, 'g', 10n)])
    await expect(post([posting(6, 'g', 11n)])).rejects.toThrow('known with another posting')
    await expect(post([posting(6, 'h', 1n), posting(6, 'h', 1n)])).rejects.toThrow('twice')
    await expect(post([posting(6, 'i', 1n, { currency: 840 })])).rejects.toThrow('another currency')
    await expect(post([posting(6, 'j', 0n)])).rejects.toThrow('positive')
    expect(await owed(6)).toBe(10n)
    expect((await verifyLedger(db())).differences).toEqual([])
  })

  it('keeps balances equal to entries for any batches, also replayed and by two writers at once', async () => {
    const one = fc.record({
      account: fc.integer({ min: 20, max: 24 }),
      event: fc.integer({ min: 0, max: 40 }),
      replayed: fc.boolean(),
    })
    // The amount is a function of account and event, as a charge is of its call: a replay says the same again.
    const amountOf = (account: number, event: number) => BigInt((account * 7919 + event * 104729) % 5000) - 2500n || 1n
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(one, { maxLength: 12 }), { maxLength: 5 }), async (batches) => {
        run++
        const expected = new Map<number, bigint>()
        const posted = new Set<string>()
        for (const batch of batches) {
          const unique = new Map(batch.map((b) => [`${run} ${b.account} ${b.event}`, b]))
          const postings = [...unique].map(([seed, b]) => posting(b.account, seed, amountOf(b.account, b.event)))
          for (const [seed, b] of unique) {
            if (posted.has(seed)) continue
            posted.add(seed)
            expected.set(b.account, (expected.get(b.account) ?? 0n) + amountOf(b.account, b.event))
          }
          const before = await balancesOf(db(), [20, 21, 22, 23, 24])
          const fresh = await Promise.all([post(postings), post(postings)])
          const after = await balancesOf(db(), [20, 21, 22, 23, 24])
          const entries = (m: typeof after) => [...m.values()].reduce((sum, b) => sum + b.entries, 0)
          if (entries(after) - entries(before) !== fresh[0] + fresh[1]) throw new Error('entries')
        }
        const check = await verifyLedger(db())
        if (check.differences.length > 0) throw new Error(JSON.stringify(check.differences))
        totals = add(totals, expected)
        for (const [account, amount] of totals) if ((await owed(account)) !== amount) throw new Error('balance')
      }),
      { numRuns: 40 },
    )
  })

  it('does not lock up when two writers meet the same accounts in opposite order', async () => {
    const accounts = Array.from({ length: 40 }, (_, i) => 100 + i)
    const batch = (name: string, order: readonly number[]) => order.map((a) => posting(a, `${name} ${a}`, 7n))
    const writers = ['x', 'y', 'z', 'w'].map((name, i) =>
      post(batch(name, i % 2 === 0 ? accounts : [...accounts].reverse())),
    )
    expect(await Promise.all(writers)).toEqual([40, 40, 40, 40])
    expect((await balancesOf(db(), accounts)).get(139)?.amount).toBe(28n)
  })

  it('takes 5,000 postings in one go', async () => {
    const batch = Array.from({ length: 5000 }, (_, i) => posting(1000 + (i % 500), `bulk ${i}`, 1_234n))
    expect(await post(batch)).toBe(5000)
    expect(await owed(1000)).toBe(12_340n)
  })
})

let totals = new Map<number, bigint>()

function add(a: ReadonlyMap<number, bigint>, b: ReadonlyMap<number, bigint>): Map<number, bigint> {
  const sum = new Map(a)
  for (const [account, amount] of b) sum.set(account, (sum.get(account) ?? 0n) + amount)
  return sum
}

describe('verifyLedger', () => {
  it('finds a balance that was tampered with', async () => {
    await post([posting(300, 'v', 9n)])
    await db().pool.query('update balance set amount = amount + 1 where account_id = 300')
    expect((await verifyLedger(db())).differences).toEqual([
      { accountId: 300, ledgerId: '3001', balance: '1.000009', entries: '0.000009' },
    ])
    await db().pool.query('update balance set amount = amount - 1 where account_id = 300')
  })
})

describe('eraseTenantLedger', () => {
  it('takes one tenant and leaves the others', async () => {
    await post([posting(400, 'other', 9n, { tenantId: 2, creditId: revenueOf(2) })])
    await transaction(db(), (tx) => eraseTenantLedger(tx, 1))
    expect(await owed(1)).toBeUndefined()
    expect(await owed(400)).toBe(9n)
    expect(await verifyLedger(db())).toEqual({ balances: 1, differences: [] })
  })
})
