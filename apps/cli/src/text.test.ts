// Tables and money for people.

import { describe, expect, it } from 'vitest'
import { colours, grouped, pairs, shortMoney, table, widthOf } from './text.ts'

describe('table', () => {
  it('aligns money to the right and counts Han characters as two cells', () => {
    const text = table(
      [{ title: 'account' }, { title: 'EUR', align: 'right' }],
      [
        ['云帆国际物流', '9.50'],
        ['Kestrel', '1,204.00'],
      ],
    )
    expect(text.split('\n')).toEqual(['account            EUR', '云帆国际物流      9.50', 'Kestrel       1,204.00'])
    expect(widthOf('云帆')).toBe(4)
  })

  it('gives pairs without titles', () => {
    expect(
      pairs([
        ['read', '12'],
        ['calls', '3'],
      ]),
    ).toBe('read   12\ncalls   3')
  })
})

describe('shortMoney', () => {
  it.each([
    ['1234.567000', '1,234.57'],
    ['-0.005000', '-0.01'],
    ['0.004999', '0.00'],
    ['1000000.000000', '1,000,000.00'],
  ])('%s → %s', (exact, short) => expect(shortMoney(exact)).toBe(short))
})

it('groups thousands and paints only where asked', () => {
  expect(grouped(1234567)).toBe('1,234,567')
  expect(colours(false).red('x')).toBe('x')
  expect(colours(true).red('x')).toBe('\x1b[31mx\x1b[0m')
})
