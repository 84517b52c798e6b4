// Money, numbers of telephones, durations: text in, text out.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clock, hms } from './duration.ts'
import {
  currencySymbol,
  fromMicros,
  isCostUnknown,
  isRevenueUnknown,
  moneyLine,
  moneyShare,
  moneyText,
  subtractMoney,
  sumMoney,
  toMicros,
} from './money.ts'
import { change, percent } from './number.ts'
import { phone } from './phone.ts'

test('money is grouped, rounded half away from zero, and its minus is a minus', () => {
  expect(moneyLine('4180.070000', '€')).toBe('€4,180.07')
  expect(moneyLine('1234567.005000', '')).toBe('1,234,567.01')
  expect(moneyLine('-0.005', '€')).toBe('−€0.01')
  expect(moneyLine('0.004999', '€')).toBe('€0.00')
  expect(moneyLine('-0.004', '€')).toBe('€0.00')
  expect(moneyLine('0.995', '')).toBe('1.00')
})

test('zero is unknown where something is missing, and nothing where nothing happened', () => {
  expect(isCostUnknown({ revenue: '3.880000', cost: '0.000000' })).toBe(true)
  expect(isCostUnknown({ revenue: '0.000000', cost: '0.000000' })).toBe(false)
  expect(isCostUnknown({ revenue: '3.880000', cost: '0.000001' })).toBe(false)
  expect(isRevenueUnknown({ revenue: '0.000000', unrated: 2 })).toBe(true)
  expect(isRevenueUnknown({ revenue: '0.000000', unrated: 0 })).toBe(false)
  expect(isRevenueUnknown({ revenue: '0.010000', unrated: 2 })).toBe(false)
})

test('a single call keeps what was stored, digits below the cent apart', () => {
  expect(moneyText('0.370800', 'stored')).toEqual({ sign: '', loud: '0.37', quiet: '08' })
  expect(moneyText('0.370000', 'stored')).toEqual({ sign: '', loud: '0.37', quiet: '00' })
  expect(moneyText('0.370751', 'stored')).toEqual({ sign: '', loud: '0.37', quiet: '0751' })
  expect(moneyText('0.3707500001', 'stored').quiet).toBe('07500001')
  expect(moneyText('-12', 'stored')).toEqual({ sign: '−', loud: '12.00', quiet: '00' })
})

test('what is no amount throws instead of becoming zero', () => {
  for (const text of ['', 'abc', '1e3', '1,000', '.5', 'NaN']) expect(() => toMicros(text)).toThrow('not an amount')
})

test('no digit is lost on the way there and back, at any size', () => {
  const micros = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n })
  fc.assert(fc.property(micros, (n) => toMicros(fromMicros(n)) === n))
  fc.assert(
    fc.property(
      micros,
      micros,
      (a, b) => subtractMoney(sumMoney([fromMicros(a), fromMicros(b)]), fromMicros(b)) === fromMicros(a),
    ),
  )
})

test('a share of nothing is unknown, of a loss it keeps its sign', () => {
  expect(moneyShare('1', '0.000000')).toBeNull()
  expect(moneyShare('79.939700', '275.118800')).toBe(29.1)
  expect(moneyShare('1', '3')).toBe(33.3)
  expect(moneyShare('-4.37', '12.96')).toBe(-33.7)
})

test('currencies have their sign, or their code with a space', () => {
  expect(currencySymbol('EUR')).toBe('€')
  expect(currencySymbol('CHF')).toBe('CHF ')
  expect(currencySymbol('not one')).toBe('not one ')
})

test('international numbers are grouped, everything else stays as dialled', () => {
  const plain = (number: string) => phone(number).replaceAll('\u00a0', ' ')
  expect(plain('+353865550143')).toBe('+353 86 555 0143')
  expect(plain('+12125550144')).toBe('+1 212 555 0144')
  expect(plain('+8613955501072')).toBe('+86 139 5550 1072')
  expect(plain('204')).toBe('204')
  expect(plain('00353865550143')).toBe('00353865550143')
  expect(plain('*97')).toBe('*97')
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9]\d{6,14}$/), (digits) => phone(`+${digits}`).replace(/\D/g, '') === digits),
  )
})

test('durations as clock faces', () => {
  expect([0, 9, 60, 251, 3600, 3851].map(clock)).toEqual(['0:00', '0:09', '1:00', '4:11', '1:00:00', '1:04:11'])
  expect(hms(61)).toBe('0:01:01')
  expect(hms(242_805)).toBe('67:26:45')
})

test('empty denominators have no ratio', () => {
  expect(percent(1, 0)).toBe('–')
  expect(percent(5103, 6745)).toBe('75.7')
  expect(change(5, 0)).toBeNull()
  expect(change(110, 100)).toBeCloseTo(10)
})
