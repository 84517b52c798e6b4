import type { Leg, Reject } from '@tollbook/calls'
import { AssertionError } from '@tollbook/kernel'
import { describe, expect, test } from 'vitest'
import { type CaptureBatchItem, storeBatch } from './store-batch.ts'

const leg = (n: number): CaptureBatchItem => ({
  kind: 'leg',
  leg: { uniqueid: `${n}` } as Leg,
  raw: Buffer.from(`raw ${n}`),
})
const names = (rows: readonly CaptureBatchItem[]) => rows.map((i) => (i.kind === 'leg' ? i.leg.uniqueid : i.kind))
const legs = (n: number) => Array.from({ length: n }, (_, i) => leg(i))

/** Stores by the given function; remembers what came of it. */
function store(capture: (rows: readonly CaptureBatchItem[], last: boolean) => Promise<void>) {
  const aside: Reject[] = []
  const troubles: string[] = []
  const stopper = new AbortController()
  const run = (batch: readonly CaptureBatchItem[]) =>
    storeBatch(
      batch,
      { capture, setAside: async (rejects) => void aside.push(...rejects), onTrouble: (t) => void troubles.push(t) },
      stopper.signal,
    )
  return { run, aside, troubles, stopper }
}

test('with the database away the same batch is tried until it is stored, and the trouble is told', async () => {
  let calls = 0
  const { run, troubles } = store(async () => {
    if (++calls < 3) throw Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
  })
  expect(await run(legs(2))).toEqual({ legs: 2, cel: 0, queue: 0, rejected: 0 })
  expect(calls).toBe(3)
  expect(troubles).toEqual(['cannot store: connection refused', 'cannot store: connection refused', ''])
})

test('stopped while the database is away it gives up, and nothing counts as stored', async () => {
  const { run, stopper } = store(async () => {
    throw new Error('connection refused')
  })
  stopper.abort()
  expect(await run(legs(1))).toBeUndefined()
})

test('a batch of nothing is still a transaction: it moves the position', async () => {
  const lasts: boolean[] = []
  const { run } = store(async (_, last) => void lasts.push(last))
  await run([])
  expect(lasts).toEqual([true])
})

describe('a row the database will never take', () => {
  test.each([
    ['a data error', Object.assign(new Error('out of range'), { code: '22003' })],
    ['a broken invariant', new AssertionError('cannot be')],
  ])('%s: set aside alone, the others are stored, and the end is told once, last', async (_, error) => {
    const taken: string[] = []
    const lasts: boolean[] = []
    const { run, aside } = store(async (rows, last) => {
      if (names(rows).includes('5')) throw error
      taken.push(...names(rows))
      lasts.push(last)
    })
    expect(await run(legs(9))).toEqual({ legs: 8, cel: 0, queue: 0, rejected: 1 })
    expect(taken).toEqual(['0', '1', '2', '3', '4', '6', '7', '8'])
    expect(aside).toEqual([{ line: 0, reason: `it cannot be stored: ${error.message}`, raw: Buffer.from('raw 5') }])
    expect(lasts.indexOf(true)).toBe(lasts.length - 1)
  })

  test('when it is the last of its batch, the end is told all the same', async () => {
    const lasts: boolean[] = []
    const { run } = store(async (rows, last) => {
      if (names(rows).includes('2')) throw new AssertionError('cannot be')
      lasts.push(last)
    })
    await run(legs(3))
    expect(lasts).toEqual([false, false, true])
  })
})
