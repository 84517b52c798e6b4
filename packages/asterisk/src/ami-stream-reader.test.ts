import { recorded } from '@tollbook/testkit'
import { expect, test } from 'vitest'
import { type AmiItem, amiStreamReader } from './ami-stream-reader.ts'

function read(bytes: Buffer, step = bytes.length): AmiItem[] {
  const reader = amiStreamReader()
  const items: AmiItem[] = []
  for (let at = 0; at < bytes.length; at += step) items.push(...reader.push(bytes.subarray(at, at + step)))
  return [...items, ...reader.end()]
}

const kinds = (items: readonly AmiItem[]) => {
  const counts: Record<string, number> = {}
  for (const { kind } of items) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
const answered = recorded('asterisk-22/scenarios/answered.ami')

test('one session gives its records, several theirs, wherever the chunks end', () => {
  const one = kinds(read(answered))
  expect(one).toMatchObject({ cdr: 3 })
  expect(one.session).toBeUndefined()
  const two = Buffer.concat([answered, answered])
  for (const step of [two.length, 1, 7, 4096]) {
    expect(kinds(read(two, step))).toEqual({ cdr: 6, cel: one.cel! * 2, session: 1 })
  }
})

test('what a session left unfinished is set aside, and the next one is whole', () => {
  const cut = answered.subarray(0, answered.lastIndexOf('BillableSeconds: '))
  const items = read(Buffer.concat([cut, answered]))
  const rejects = items.flatMap((i) => (i.kind === 'reject' ? [i.reason] : []))
  expect(rejects).toEqual(['the connection ended in the middle of this record'])
  expect(kinds(items).cdr).toBe(kinds(read(cut)).cdr! + 3)
})

test('the words of a banner inside a value are text', () => {
  const text = answered.toString('latin1').replace('UserField: ', 'UserField: Asterisk Call Manager/9.0.0')
  expect(kinds(read(Buffer.from(text, 'latin1'))).session).toBeUndefined()
})
