// Windows and terms read as people say them.

import type { RateDetail } from '@tollbook/api/wire-tariffs'
import { expect, test } from 'vitest'
import { dayWords, priceText, ruleWords, termWords, windowWords } from './rate-words.ts'

test('hours, days, dates and holidays of a window', () => {
  expect(ruleWords({ weekdays: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1200 })).toBe('Mon–Fri 08:00–20:00')
  expect(ruleWords({ weekdays: [6, 7] })).toBe('Sat, Sun')
  expect(ruleWords({ weekdays: [1, 3, 5, 6, 7], fromMinute: 1320, toMinute: 360 })).toBe(
    'Mon, Wed, Fri–Sun 22:00–06:00',
  )
  expect(ruleWords({})).toBe('every day')
  expect(ruleWords({ fromMinute: 1200 })).toBe('every day 20:00–24:00')
  expect(ruleWords({ fromDate: '12-24', toDate: '12-26' })).toBe('24 Dec–26 Dec')
  expect(ruleWords({ fromDate: '02-29', toDate: '02-29' })).toBe('29 Feb')
  expect(ruleWords({ fromDate: '2026-12-24', holidays: 'except', fromMinute: 0, toMinute: 480 })).toBe(
    '24 Dec 2026– 00:00–08:00 not on holidays',
  )
  expect(windowWords({ rules: [{ weekdays: [6, 7] }, { holidays: 'only' }] })).toBe('Sat, Sun or holidays')
  expect(dayWords('no date')).toBe('no date')
})

test('prices keep every digit that says something', () => {
  expect(priceText('0.0380000000')).toBe('0.038')
  expect(priceText('0.0380000000', 4)).toBe('0.0380')
  expect(priceText('5', 4)).toBe('5.0000')
  expect(priceText('0.0123456789', 4)).toBe('0.0123456789')
  expect(priceText('-0.5')).toBe('-0.50')
})

test('terms are told only where there are some', () => {
  const plain: RateDetail = {
    prefix: '44',
    destination: 'United Kingdom',
    pricePerMinute: '0.05',
    connectFee: '0.000000',
    firstBlockSeconds: 60,
    incrementSeconds: 6,
    effectiveFrom: '1970-01-01T00:00:00.000Z',
    match: 'prefix',
    window: '',
    windowId: 0,
    validTo: null,
    disconnectFee: '0',
    disconnectAfterSeconds: 0,
    anchor: 'first-block',
    minimumCharge: '0.0000000000',
    maximumCharge: null,
    afterMaximum: 'free',
    graceSeconds: 0,
    tiers: [],
  }
  expect(termWords(plain)).toEqual([])
  expect(
    termWords({
      ...plain,
      graceSeconds: 3,
      minimumCharge: '0.05',
      maximumCharge: '2.5',
      afterMaximum: 'stop',
      disconnectFee: '0.02',
      disconnectAfterSeconds: 300,
      anchor: 'zero',
      tiers: [{ seconds: 60, pricePerMinute: '0.1000', entryFee: '0', incrementSeconds: 60 }],
    }),
  ).toEqual([
    'first 60 s at 0.10',
    'up to 3 s free',
    'at least 0.05',
    'at most 2.50, then cut off',
    '0.02 at the end after 300 s',
    'steps counted from zero',
  ])
})
