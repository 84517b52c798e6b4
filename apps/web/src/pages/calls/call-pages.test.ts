// Pages of calls: order, bounds, faults, and what is read anew.

import type { CallRow } from '@tollbook/api/wire'
import { expect, test } from 'vitest'
import { CallPages, type CallsAnswer, PAGE } from './call-pages.ts'

const CALLS = 9_950
const call = (i: number) => ({ key: String(i), tags: [] }) as unknown as CallRow

/** An api with so many calls whose cursor is the place in the list; `asked` tells each page that was read. */
function api(total = CALLS) {
  const asked: (string | undefined)[] = []
  const fault: { next?: Error } = {}
  let shift = 0
  const read = async (cursor: string | undefined): Promise<CallsAnswer> => {
    asked.push(cursor)
    if (fault.next) {
      const error = fault.next
      delete fault.next
      throw error
    }
    const from = Number(cursor ?? 0)
    const items = Array.from({ length: Math.min(PAGE, total - from) }, (_, i) => call(from + i - shift))
    return { items, next: from + PAGE < total ? String(from + PAGE) : null }
  }
  return { asked, fault, read, comeIn: (n: number) => (shift += n) }
}

const settled = () => new Promise((done) => setImmediate(done))

async function readAll(pages: CallPages): Promise<void> {
  pages.want(0, 0)
  await settled()
  while (pages.hasMore) {
    pages.want(pages.length - 1, pages.length - 1)
    await settled()
  }
}

test('all calls come in order, each page asked once, and few are kept', async () => {
  const { asked, read } = api()
  const pages = new CallPages(undefined, read)
  await readAll(pages)
  expect(pages.length).toBe(CALLS)
  expect(pages.at(CALLS - 1)?.key).toBe(String(CALLS - 1))
  expect(new Set(asked).size).toBe(asked.length)
  expect(asked.length).toBe(Math.ceil(CALLS / PAGE))
  expect(pages.kept().length).toBeLessThanOrEqual(61 * PAGE)
})

test('what was let go is read again where it is looked at', async () => {
  const { asked, read } = api()
  const pages = new CallPages(undefined, read)
  await readAll(pages)
  expect(pages.at(0)).toBeUndefined()
  asked.length = 0
  pages.want(0, 40)
  await settled()
  expect(asked).toEqual([undefined])
  expect(pages.at(40)?.key).toBe('40')
  expect(pages.length).toBe(CALLS)
})

test('a fault stops the reading on until somebody says again', async () => {
  const { asked, fault, read } = api()
  const pages = new CallPages(undefined, read)
  pages.want(0, 0)
  await settled()
  fault.next = new Error('gone')
  pages.want(90, 99)
  await settled()
  expect(pages.error?.message).toContain('gone')
  const before = asked.length
  pages.want(90, 99)
  await settled()
  expect(asked.length).toBe(before)
  pages.again()
  await settled()
  expect([pages.error, pages.length]).toEqual([undefined, 2 * PAGE])
})

test('read anew, a list that begins as before keeps what follows; another does not', async () => {
  const { read, comeIn } = api()
  const pages = new CallPages(undefined, read)
  await readAll(pages)
  pages.want(0, 0)
  await settled()
  await pages.renew()
  expect(pages.length).toBe(CALLS)
  comeIn(1)
  await pages.renew()
  expect([pages.length, pages.at(0)?.key, pages.hasMore]).toEqual([PAGE, '-1', true])
})

test('an answer that comes after the list was left changes nothing', async () => {
  const { read } = api()
  const pages = new CallPages(undefined, read)
  let told = 0
  const deaf = pages.listen(() => told++)
  pages.want(0, 0)
  deaf()
  await settled()
  expect([pages.isRead, told]).toEqual([false, 0])
  pages.listen(() => told++)
  pages.want(0, 0)
  await settled()
  expect([pages.length, told]).toEqual([PAGE, 1])
})
