// The lanes by themselves: order, two at a time, legs of one call together, failures that come out.

import type { Leg } from '@tollbook/calls'
import { describe, expect, it } from 'vitest'
import { captureLanes } from './capture-lanes.ts'

/** A leg of call `call`; only what lanes look at. */
function leg(call: number, n: number): Leg {
  const callKey = `key-${call.toString(16).padStart(6, '0')}`
  return { callKey, openedAtMs: call * 1000, legKey: BigInt(n) } as unknown as Leg
}

const legs = (calls: number, each: number) =>
  Array.from({ length: calls }, (_, c) => Array.from({ length: each }, (__, n) => leg(c, n))).flat()

const batchOf = (of: readonly Leg[], cel: readonly Leg[] = []) => ({ legs: of, cel: cel as never[], queue: [] })

describe('captureLanes', () => {
  it('captures every leg once, each call in one lane and in order, two batches at a time at most', async () => {
    const seen: Leg[] = []
    let running = 0
    let most = 0
    const lanes = captureLanes(async (batch) => {
      running++
      most = Math.max(most, running)
      await new Promise(setImmediate)
      seen.push(...batch.legs)
      running--
    })
    const all = legs(9000, 3)
    for (let at = 0; at < all.length; at += 1000) await lanes.add(batchOf(all.slice(at, at + 1000)))
    await lanes.finish()
    expect(seen).toHaveLength(all.length)
    expect(most).toBe(2)
    const order = new Map<string, bigint[]>()
    for (const { callKey, legKey } of seen) order.set(callKey, [...(order.get(callKey) ?? []), legKey])
    for (const keys of order.values()) expect(keys).toEqual([0n, 1n, 2n])
  })

  it('does not cut a call in two where a batch ends', async () => {
    const batches: (readonly Leg[])[] = []
    const lanes = captureLanes(async (batch) => {
      batches.push(batch.legs)
    })
    await lanes.add(batchOf(legs(10_000, 3)))
    await lanes.finish()
    expect(batches.length).toBeGreaterThan(4)
    const batchesOf = new Map<string, Set<number>>()
    batches.forEach((batch, i) => {
      for (const { callKey } of batch) batchesOf.set(callKey, (batchesOf.get(callKey) ?? new Set()).add(i))
    })
    expect([...batchesOf.values()].filter((set) => set.size > 1)).toEqual([])
  })

  it('gets through a call of more legs than a batch', async () => {
    let captured = 0
    const lanes = captureLanes(async (batch) => {
      captured += batch.legs.length
    })
    await lanes.add(batchOf(legs(1, 30_000)))
    await lanes.finish()
    expect(captured).toBe(30_000)
  })

  it('lets a failure come out, and captures nothing after it in that lane', async () => {
    let calls = 0
    const lanes = captureLanes(async () => {
      calls++
      throw new Error('gone')
    })
    await expect(lanes.add(batchOf(legs(20_000, 3))).then(() => lanes.finish())).rejects.toThrow('gone')
    await lanes.settled()
    expect(calls).toBeLessThanOrEqual(2)
  })

  it('keeps the events of a call with its legs', async () => {
    const batches: Set<string>[] = []
    const lanes = captureLanes(async (batch) => {
      batches.push(new Set([...batch.legs, ...batch.cel].map((record) => record.callKey)))
    })
    for (let call = 0; call < 20_000; call += 100) {
      const of = Array.from({ length: 100 }, (_, n) => leg(call + n, n))
      await lanes.add(batchOf(of, [...of, ...of, ...of, ...of]))
    }
    await lanes.finish()
    expect(batches.length).toBeGreaterThan(5)
    const all = batches.flatMap((keys) => [...keys])
    expect(all.length).toBe(new Set(all).size)
  })
})
