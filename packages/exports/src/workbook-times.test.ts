// Dates of workbooks are the very seconds, for programs that round them and for those that cut off.

import { expect, test } from 'vitest'
import { workbookTimes } from './workbook-times.ts'

const DAY_SECONDS = 86_400
/** What a program that cuts off forgives: half of what a double can tell of a day of these years, and some. */
const SLACK = 1e-6

test('no second of a day is shown as the one before', () => {
  const { cellOf } = workbookTimes('main')
  const wrong: string[] = []
  for (let second = 0; second < DAY_SECONDS; second++) {
    const instant = `${new Date(Date.UTC(2026, 10, 28, 0, 0, second)).toISOString().slice(0, 19)}+05:30`
    const shown = Math.floor((Number(cellOf(instant)?.value) - 46_354) * DAY_SECONDS + SLACK)
    if (shown !== second) wrong.push(instant)
  }
  expect(wrong).toEqual([])
})

test('what is no instant is none', () => {
  expect(workbookTimes('main').cellOf('2026-11-28')).toBeUndefined()
})
