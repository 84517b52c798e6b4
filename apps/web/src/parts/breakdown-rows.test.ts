// A table closes: what is cut off is added up, and ratios of it are Σ/Σ.

import { expect, test } from 'vitest'
import { addRows, cutRows, losingRows } from './breakdown-rows.ts'

const row = (key: string, calls: number, answered: number, margin: string) => ({
  key,
  label: key,
  calls,
  answered,
  asr: calls === 0 ? null : (100 * answered) / calls,
  revenue: '10.000000',
  margin,
})

test('the rest is one row whose ratios follow from its sums', () => {
  const rows = [row('a', 100, 90, '5.000000'), row('b', 10, 1, '-1.000000'), row('c', 30, 9, '0.500000')]
  const cut = cutRows([...rows, row('d', 5, 5, '0.000001'), row('empty', 0, 0, '0')], 'calls', false, 2)
  expect(cut.rows.map((one) => one.key)).toEqual(['a', 'c'])
  expect(cut.others?.count).toBe(2)
  expect(cut.others?.row).toMatchObject({ calls: 15, answered: 6, asr: 40, margin: '-0.999999' })
})

test('a single row is not hidden behind "others"; what the engine cut off stays cut off', () => {
  const rows = [row('a', 3, 3, '1'), row('b', 2, 1, '1'), row('c', 1, 1, '1')]
  expect(cutRows(rows, 'calls', false, 2).others).toBeNull()
  expect(cutRows([...rows, { ...row('other', 7, 0, '2'), key: 'other' }], 'calls', false, 5).others?.row.calls).toBe(7)
})

test('sorting by money compares amounts, not text', () => {
  const rows = [row('a', 1, 1, '9.5'), row('b', 1, 1, '10.5'), row('c', 1, 1, '-3')]
  expect(cutRows(rows, 'margin', false, 9).rows.map((one) => one.key)).toEqual(['b', 'a', 'c'])
  expect(cutRows(rows, 'margin', true, 9).rows.map((one) => one.key)).toEqual(['c', 'a', 'b'])
})

test('a price per minute and an average follow from their sums too', () => {
  const rows = [
    { calls: 2, answered: 2, time_to_answer: 10, ring_time: 4, revenue: '1.00', billed_minutes: 10, arpm: '0.10' },
    { calls: 3, answered: 1, time_to_answer: 40, ring_time: 9, revenue: '2.00', billed_minutes: 5, arpm: '0.40' },
    { calls: 5, answered: 0, time_to_answer: null, ring_time: 1, revenue: '0', billed_minutes: 0, arpm: null },
  ]
  expect(addRows(rows)).toMatchObject({ time_to_answer: 20, ring_time: 4, arpm: '0.200000' })
})

test('an empty sum has no ratio, and a loss without a rate is not called one', () => {
  expect(addRows([row('a', 0, 0, '0')]).asr).toBeNull()
  const unknown = { ...row('u', 4, 4, '-2'), revenue: '0', unrated: 4 }
  expect(losingRows([unknown, row('b', 1, 1, '-1'), row('c', 1, 1, '1')]).map((one) => one.key)).toEqual(['b'])
})
