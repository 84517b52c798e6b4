// How dialled strings become digits: what is taken off, in which order, and what is left alone.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type NumberPlan, PLAIN_PLAN, readNumber, toPhoneDigits } from './index.ts'

const irish: NumberPlan = { internationalPrefixes: ['00'], nationalPrefix: '0', countryCode: '353' }
const office: NumberPlan = { ...irish, stripPrefixes: ['9', '9*7', '1234#', ''] }

const digits = (most: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: most })

describe('toPhoneDigits', () => {
  it.each([
    ['9004930123456', '4930123456', 'international-prefix', '9'],
    ['9*7004930123456', '4930123456', 'international-prefix', '9*7'],
    ['1234#+4930123456', '4930123456', 'plus', '1234#'],
    ['9+4930123456#', '4930123456', 'plus', '9'],
    ['9016771234', '35316771234', 'national-prefix', '9'],
    ['99016771234', '9016771234', 'as-dialled', '9'],
    ['9', '9', 'as-dialled', ''],
    ['9#', '9', 'as-dialled', ''],
    ['(01) 677-12.34', '35316771234', 'national-prefix', ''],
    ['00', '3530', 'national-prefix', ''],
  ])('reads %s as %s', (dialled, read, rule, stripped) => {
    expect(readNumber(dialled, office)).toEqual({ digits: read, rule, stripped })
  })

  it.each(['', '#', '+', '+#', '*98', 's', 'operator', '44#20', '4420##', '9operator', '++44'])(
    'finds no number in %s',
    (text) => {
      expect(toPhoneDigits(text, office)).toBeUndefined()
    },
  )

  it('takes one prefix off, once, and reads the rest as if it had been dialled alone', () => {
    const plan = fc.record({
      internationalPrefixes: fc.array(digits(3), { maxLength: 2 }),
      nationalPrefix: fc.constantFrom('', '0', '8'),
      countryCode: fc.constantFrom('', '353', '7'),
    })
    fc.assert(
      fc.property(plan, fc.array(digits(4), { maxLength: 4 }), digits(16), (without, stripPrefixes, number) => {
        const fitting = stripPrefixes.filter((p) => number.startsWith(p) && number.length > p.length)
        const longest = fitting.sort((a, b) => b.length - a.length)[0] ?? ''
        const read = readNumber(number, { ...without, stripPrefixes })
        const rest = readNumber(number.slice(longest.length), without)
        expect(read).toEqual(rest && { ...rest, stripped: longest })
      }),
    )
  })

  it('does not care about separators or one "#" at the end', () => {
    fc.assert(
      fc.property(
        digits(16),
        fc.nat({ max: 16 }),
        fc.constantFrom(' ', '-', '.', '(', ')', '/'),
        (number, at, sign) => {
          const written = `${number.slice(0, at)}${sign}${number.slice(at)}#`
          expect(readNumber(written, office)).toEqual(readNumber(number, office))
        },
      ),
    )
  })

  it('leaves international digits alone under the plain plan', () => {
    fc.assert(
      fc.property(digits(16), (number) => {
        fc.pre(!/^(00|011)/.test(number))
        expect(toPhoneDigits(number, PLAIN_PLAN)).toBe(number)
        expect(toPhoneDigits(`+${number}`, PLAIN_PLAN)).toBe(number)
      }),
    )
  })
})
