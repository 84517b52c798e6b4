// Asterisk's patterns: what is read, what fits, and which of two comes first.

import { describe, expect, it } from 'vitest'
import { comparePatterns, type DialPattern, dialPattern, fitsPattern } from './dial-pattern.ts'

function pattern(text: string, manner: 'plain' | 'a2billing' = 'plain'): DialPattern {
  const read = dialPattern(text, manner)
  if (!read.ok) throw new Error(read.error.reason)
  return read.value
}

function fits(text: string, digits: string): boolean {
  const one = pattern(text)
  return digits.startsWith(one.fixed) && fitsPattern(one, digits)
}

describe('dialPattern', () => {
  it.each([
    ['_NXX', '211 999', '111 21 2111'],
    ['_ZXX', '111 900', '011 1 1111'],
    ['_X', '0 9', '10'],
    ['_44[2-57]X', '4420 4479', '4460 442 44200'],
    ['_44.', '441 44123456', '44 4'],
    ['_44!', '44 441', '4 45'],
    ['_.', '1 12', ''],
    ['_1-NXX NXXXXXX', '12125551234', '11125551234'],
    ['_nxx', '211', '111'],
    ['_44', '44', '441 4'],
    ['_[4][4]7', '447', '44 4477'],
  ])('%s fits %s and not %s', (text, fitting, others) => {
    for (const digits of fitting.split(' ')) expect([digits, fits(text, digits)]).toEqual([digits, true])
    for (const digits of others.split(' ')) expect([digits, fits(text, digits)]).toEqual([digits, false])
  })

  it.each([
    ['44', 'it does not begin with "_"'],
    ['_', 'it is empty'],
    ['_44[12', 'a set has no "]"'],
    ['_44[]', '"[]" stands for no digit'],
    ['_44[5-2]', '"[5-2]" stands for no digit'],
    ['_44.1', 'something follows "."'],
    ['_44!.', 'something follows "!"'],
    ['_44a', '"a" stands for no digit'],
    ['_44*', '"*" stands for no digit'],
    [`_${'X'.repeat(65)}`, 'it has more than 64 positions'],
  ])('%s is none: %s', (text, reason) => {
    expect(dialPattern(text)).toEqual({ ok: false, error: { kind: 'not-a-pattern', text, reason } })
  })

  it('keeps the digits before anything variable apart, for the tree', () => {
    expect(pattern('_447[6]NXX.')).toMatchObject({ fixed: '4476', tail: '.' })
    expect(pattern('_X44')).toMatchObject({ fixed: '', tail: '' })
  })
})

describe('comparePatterns', () => {
  it("has Asterisk's order: digit, small set, N, Z, X, then the end, '.' and '!'", () => {
    const inOrder = ['_441', '_44[12]', '_44[1-3]', '_44N', '_44Z', '_44X', '_44.', '_44!']
    const order = (text: string) => pattern(text.replace('_44', '_4X')).order
    for (let i = 1; i < inOrder.length; i++)
      expect([inOrder[i], comparePatterns(order(inOrder[i - 1]!), order(inOrder[i]!)) < 0]).toEqual([inOrder[i], true])
    expect(comparePatterns(pattern('_X1').order, pattern('_XN').order)).toBeLessThan(0)
    expect(comparePatterns(pattern('_NX').order, pattern('_XN').order)).toBeLessThan(0)
    expect(comparePatterns(pattern('_44X').order, pattern('_44X!').order)).toBeLessThan(0)
  })
  it('does not tell sets of one size apart', () => {
    expect(comparePatterns(pattern('_[12]X').order, pattern('_[23]X').order)).toBe(0)
  })
})
