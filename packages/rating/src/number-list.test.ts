// Lists of prefixes and patterns: a number is on one when any entry fits it, and is told the most specific.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dialPattern } from './dial-pattern.ts'
import { listedAs, numberList } from './number-list.ts'

const SETS: Readonly<Record<string, string>> = { X: '[0-9]', Z: '[1-9]', N: '[2-9]', '.': '.+', '!': '.*' }

function fits(text: string, digits: string): boolean {
  if (!text.startsWith('_')) return digits.startsWith(text)
  return new RegExp(`^${text.slice(1).replace(/[XZN.!]/g, (c) => SETS[c]!)}$`).test(digits)
}

const part = fc.constantFrom('1', '2', '3', 'X', 'N', 'Z', '[12]', '[0-24]')
const pattern = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '.', '!'))
  .map(([parts, tail]) => `_${parts.join('')}${tail}`)
const textOf = fc.oneof(fc.stringMatching(/^[0-4]{1,4}$/), pattern)

describe('numberList', () => {
  it('lists a number exactly when one of its entries fits it', () => {
    fc.assert(
      fc.property(
        fc.array(textOf, { maxLength: 12 }),
        fc.array(fc.stringMatching(/^[0-4]{1,6}$/)),
        (texts, numbers) => {
          const list = numberList(texts)
          for (const digits of numbers) {
            const found = listedAs(list, digits)
            expect(found !== undefined).toBe(texts.some((text) => fits(text, digits)))
            if (found !== undefined) expect(fits(found, digits)).toBe(true)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('tells the longest prefix, and a pattern before the prefix it narrows', () => {
    const list = numberList(['4', '44', '_44X', '447', '44'])
    expect(['41', '442', '4471', '4412', '5'].map((digits) => listedAs(list, digits))).toEqual([
      '4',
      '_44X',
      '447',
      '44',
      undefined,
    ])
  })

  it('refuses what is neither', () => {
    expect(() => numberList(['4 4'])).toThrow('neither a prefix nor a pattern')
    expect(() => numberList([''])).toThrow('neither a prefix nor a pattern')
    expect(() => numberList(['_4[4'])).toThrow('not a pattern')
  })
})

describe('dialPattern', () => {
  it('reads or refuses any text, and never throws', () => {
    const symbols = fc.string({ unit: fc.constantFrom(...'_0129XZNxzn[]-.! *#+a'), maxLength: 12 })
    fc.assert(
      fc.property(fc.oneof(symbols, fc.string()), (text) => {
        const read = dialPattern(text)
        if (read.ok) expect(read.value.sets.every((set) => set > 0 && set < 1024)).toBe(true)
        else expect(read.error.reason).not.toBe('')
      }),
      { numRuns: 5000 },
    )
  })
})
