import type { Leg, Reject } from '@tollbook/calls'
import { AssertionError } from '@tollbook/kernel'
import { describe, expect, test } from 'vitest'
import { batchQueue, type CaptureBatchItem, type Stored } from './batch-queue.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const leg = (n: number): CaptureBatchItem => ({
  kind: 'leg',
  leg: { uniqueid: `${n}` } as Leg,
  raw: Buffer.from(`raw ${n}`),
})
const names = (batch: readonly CaptureBatchItem[]) => batch.map((i) => (i.kind === 'leg' ? i.leg.uniqueid : i.kind))

/** A queue whose capture is the given function; remembers what came of it. */
function queueOf(capture: (batch: readonly CaptureBatchItem[]) => Promise<void>) {
  const aside: Reject[] = []
  const stored: Stored[] = []
  const troubles: string[] = []
  const queue = batchQueue({
    capture,
    setAside: async (rejects) => void aside.push(...rejects),
    onStored: (s) => void stored.push(s),
    onTrouble: () => void troubles.push(queue.trouble()),
    log: quiet,
  })
  return { queue, aside, stored, troubles }
}

test('stores in order, and what comes meanwhile in one batch', async () => {
  const batches: string[][] = []
  const { queue, stored } = queueOf(async (batch) => void batches.push(names(batch)))
  queue.add([leg(1)])
  queue.add([leg(2)])
  queue.add([leg(3)])
  await queue.stop()
  expect(batches).toEqual([['1'], ['2', '3']])
  expect(stored.reduce((n, s) => n + s.legs, 0)).toBe(3)
})

test('with the database away the same batch is tried until it is stored, and the trouble is told', async () => {
  let calls = 0
  const { queue, troubles, stored } = queueOf(async () => {
    if (++calls < 3) throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
  })
  queue.add([leg(1), leg(2)])
  await queue.stop()
  expect(calls).toBe(3)
  expect(stored).toEqual([{ legs: 2, cel: 0, rejected: 0 }])
  expect(troubles).toEqual(['cannot store: connection refused', ''])
})

describe('a row the database will never take', () => {
  test.each([
    ['a data error', Object.assign(new Error('out of range'), { code: '22003' })],
    ['a broken invariant', new AssertionError('cannot be')],
  ])('%s: set aside alone, the others are stored', async (_, error) => {
    const taken: string[] = []
    const { queue, aside, stored } = queueOf(async (batch) => {
      if (names(batch).includes('5')) throw error
      taken.push(...names(batch))
    })
    queue.add(Array.from({ length: 9 }, (_, i) => leg(i)))
    await queue.stop()
    expect(taken).toEqual(['0', '1', '2', '3', '4', '6', '7', '8'])
    expect(aside).toEqual([{ line: 0, reason: `it cannot be stored: ${error.message}`, raw: Buffer.from('raw 5') }])
    expect(stored).toEqual([{ legs: 8, cel: 0, rejected: 1 }])
  })
})

test('the queue is bounded: what does not fit is counted and told', async () => {
  const gate = Promise.withResolvers<void>()
  const { queue } = queueOf(() => gate.promise)
  queue.add([leg(0)])
  queue.add(Array.from({ length: 100_001 }, (_, i) => leg(i)))
  expect(queue.trouble()).toBe('1 records lost: import Master.csv')
  gate.resolve()
  await queue.stop()
})
