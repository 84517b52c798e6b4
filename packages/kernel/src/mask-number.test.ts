// Masks: what is shown, what never is, and what is no number and stays.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskNumber, maskNumbersIn } from './mask-number.ts'

describe('maskNumber', () => {
  it('shows country and area and the last two', () => {
    expect(maskNumber('+442071838750')).toBe('+4420•••••50')
    expect(maskNumber('442071838750')).toBe('4420•••••50')
    expect(maskNumber('00442071838750')).toBe('004420•••••50')
    expect(maskNumber('+44 (20) 7183-8750')).toBe('+4420•••••50')
    expect(maskNumber('0871234567')).toBe('087•••••67')
    expect(maskNumber('7183875')).toBe('•••••75')
  })

  it('leaves extensions, names and nothing alone', () => {
    for (const text of ['', '204', '112', '*8', 'anonymous', 's', '718387']) expect(maskNumber(text)).toBe(text)
  })

  it('hides at least five digits of whatever is a number, and masks a mask no further', () => {
    const number = fc.stringMatching(/^\+?\d{7,20}$/)
    fc.assert(
      fc.property(number, (text) => {
        const mask = maskNumber(text)
        expect(mask.replace(/\D/g, '').length).toBeLessThanOrEqual(text.replace(/\D/g, '').length - 5)
        expect(maskNumber(mask)).toBe(mask)
        expect(maskNumbersIn(mask)).toBe(mask)
        expect(maskNumbersIn(text)).toBe(mask)
      }),
    )
  })
})

describe('maskNumbersIn', () => {
  it('masks numbers wherever they stand', () => {
    expect(maskNumbersIn('PJSIP/00442071838750@north,30')).toBe('PJSIP/004420•••••50@north,30')
    expect(maskNumbersIn('"Ada" <+442071838750>')).toBe('"Ada" <+4420•••••50>')
    expect(maskNumbersIn('Local/442071838750@out-0000001a;1')).toBe('Local/4420•••••50@out-0000001a;1')
    expect(maskNumbersIn('PJSIP/442071838750-00000012')).toBe('PJSIP/4420•••••50-00000012')
    expect(maskNumbersIn('SIP/trunk-44-2071838750')).toBe('SIP/trunk-44-207•••••50')
    expect(maskNumbersIn('out-0035386000111-20261102.wav')).toBe('out-003538•••••11-2•••••02.wav')
  })

  it('leaves ids, decimals and instants as they are', () => {
    for (const text of [
      '1730000000.12',
      'pbx-1730000000.12',
      '019d3f2a-1c00-8a11-8b22-012345678901',
      '00000000-0000-7000-8000-000000000060',
      'PJSIP/201-00000012',
      'PJSIP/201-12345678;2',
      '1234567.123456',
      '2026-11-02T09:00:00.000Z',
    ])
      expect(maskNumbersIn(text)).toBe(text)
  })
})
