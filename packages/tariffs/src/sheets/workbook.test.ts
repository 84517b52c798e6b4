// Workbooks whose parts are odd, damaged or hostile: rows or a refusal, soon, and in little memory.

import { describe, expect, it } from 'vitest'
import { zip } from '../testing/workbook.ts'
import { readWorkbook } from './workbook.ts'

const BOOK = '<workbook><sheets><sheet name="a" r:id="b"/></sheets></workbook>'
const bookOf = (sheet: string | Buffer, more: Readonly<Record<string, string>> = {}) =>
  zip({ 'xl/workbook.xml': BOOK, 'xl/worksheets/sheet1.xml': sheet, ...more })
const rowsOf = (sheet: string | Buffer, more?: Readonly<Record<string, string>>) => {
  const table = readWorkbook(bookOf(sheet, more), '')
  return table.ok ? table.value.rows : table.error.kind
}
const cell = (content: string) =>
  `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>${content}</t></is></c></row></sheetData>`

describe('a part of a workbook', () => {
  it.each([
    ['entities, also beyond 16 bits', '&lt;&#65;&#x4e2d;&#128222; &amp;amp;', '<A中📞 &amp;'],
    ['escapes of Excel', 'a_x000D__x0041_', 'a\rA'],
    ['CDATA as it stands', 'a<![CDATA[<b>&amp;]]>c', 'a<b>&amp;c'],
    ['text with a comment in it', 'a<!-- <t> -->b', 'ab'],
  ])('is read with %s', (_, content, text) => {
    expect(rowsOf(cell(content))).toEqual([[text]])
  })

  it('is read with any prefix, and quotes of either kind', () => {
    const sheet = `<?xml version="1.0"?><x:worksheet xmlns:x="u"><x:sheetData><x:row r='1'><x:c r='B1' t='str'><x:v>a</x:v></x:c></x:row></x:sheetData></x:worksheet>`
    expect(rowsOf(sheet)).toEqual([['', 'a']])
  })

  it('is read across the pieces it is parsed in, whatever bytes they cut', () => {
    const names = Array.from({ length: 30_000 }, (_, i) => `Île 中 ${i}`)
    const sheet = names.map((name, i) => `<row r="${i + 1}"><c t="inlineStr"><is><t>${name}</t></is></c></row>`)
    expect(rowsOf(`<sheetData>${sheet.join('')}</sheetData>`)).toEqual(names.map((name) => [name]))
  })

  it.each([
    ['cut off', '<sheetData><row r="1"><c r="A1"><v>4</v></c></row>'],
    ['closed in the wrong order', '<sheetData><row><c><v>4</c></v></row></sheetData>'],
    ['no XML', 'prefix,rate'],
    ['a tag that never ends', `<sheetData><row a="${'x'.repeat(100)}`],
  ])('that is %s is refused, not read in part', (_, sheet) => {
    expect(rowsOf(sheet)).toBe('bad-workbook')
  })

  it('that is damaged is refused wherever it is', () => {
    expect(rowsOf(cell('a'), { 'xl/styles.xml': '<styleSheet>' })).toBe('bad-workbook')
    expect(rowsOf(cell('a'), { 'xl/sharedStrings.xml': '<sst><si></sst>' })).toBe('bad-workbook')
    expect(rowsOf(cell('a'), { 'xl/_rels/workbook.xml.rels': '<' })).toBe('bad-workbook')
  })
})

// Each unpacks to 60 MB of something no workbook has. Measured without bounds: 4 to 47 s, or 740 MB.
const MUCH = 60_000_000
it.each<[string, () => string]>([
  ['attributes in one tag', () => `<a ${Array.from({ length: MUCH / 12 }, (_, i) => `a${i}=""`).join(' ')}/>`],
  ['elements within elements', () => '<ab>'.repeat(MUCH / 4)],
  ['one text', () => `<a>${'x'.repeat(MUCH)}</a>`],
  ['blanks', () => ' '.repeat(MUCH)],
  ['one comment', () => `<a><!--${'-'.repeat(MUCH)}--></a>`],
  ['quotation marks', () => `<a ${`"'`.repeat(MUCH / 2)}`],
])(
  '%s without end are refused soon',
  (_, sheet) => {
    const book = bookOf(sheet())
    const [began, before] = [performance.now(), process.memoryUsage().heapUsed]
    expect(readWorkbook(book, '')).toMatchObject({ ok: false, error: { kind: 'bad-workbook' } })
    expect(performance.now() - began).toBeLessThan(5000)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024)
  },
  60_000,
)

it('an archive that lies about what unpacks is held to what is unpacked', () => {
  const bomb = zip({ 'xl/workbook.xml': BOOK, 'xl/worksheets/sheet1.xml': Buffer.alloc(300 * 1024 * 1024, 32) })
  const entry = bomb.lastIndexOf(Buffer.from('PK\u0001\u0002'))
  bomb.writeUInt32LE(100, entry + 24)
  expect(readWorkbook(bomb, '')).toMatchObject({ ok: false, error: { kind: 'too-large' } })
})
