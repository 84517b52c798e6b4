// What a CSV of a chart looks like to a spreadsheet.

import { expect, test } from 'vitest'
import { csvText } from './save-file.ts'

test('labels are quoted where they must be and never become formulas; amounts keep their sign', () => {
  expect(
    csvText([
      ['Trunk', 'calls', 'margin'],
      ['Ireland, mobile', 12, '-4.370000'],
      ['=HYPERLINK("x")', null, '0.10'],
      ['-1+2', 0, '+1'],
    ]),
  ).toBe('Trunk,calls,margin\r\n"Ireland, mobile",12,-4.370000\r\n"\'=HYPERLINK(""x"")",,0.10\r\n\'-1+2,0,\'+1\r\n')
})
