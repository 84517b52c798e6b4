// Rate sheets as people send them: every row ends as a rate or as a problem that names its line.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSheet } from './read-sheet.ts'
import type { SheetRate } from './sheet-rate.ts'

function read(text: string | Uint8Array, zone = 'UTC') {
  const sheet = readSheet(text, { zone, side: 'sell' })
  if (!sheet.ok) throw new Error(sheet.error.kind)
  return sheet.value
}
const rate = (text: string, zone?: string): SheetRate | undefined => read(text, zone).rates[0]
const refusal = (text: string | Uint8Array) => {
  const sheet = readSheet(text, { zone: 'UTC', side: 'sell' })
  return sheet.ok ? undefined : sheet.error.kind
}
const row = (header: string, cells: string) => `prefix,destination,rate,${header}\n44,UK,0.02,${cells}`

describe('readSheet', () => {
  it('reads all columns in any order, with defaults for those that may be missing', () => {
    const full =
      'Increment;Rate;Destination;Prefix;Connect fee;first-block;EFFECTIVE_FROM\n6;0,0575;"UK; Mobile";447;0,01;30;2026-01-31'
    expect(read(full).rates).toEqual([
      {
        line: 2,
        prefix: '447',
        destination: 'UK; Mobile',
        pricePerMinute: '0.0575',
        connectFee: '0.01',
        firstBlockS: 30,
        incrementS: 6,
        effectiveFromMs: Date.UTC(2026, 0, 31),
      },
    ])
    expect(rate('prefix,destination,rate\n1,US,.5')).toEqual({
      line: 2,
      prefix: '1',
      destination: 'US',
      pricePerMinute: '0.5',
      connectFee: '0',
      firstBlockS: 60,
      incrementS: 60,
      effectiveFromMs: 0,
    })
  })

  it('finds comma, semicolon and tab, byte order marks, foreign line ends, quotes and blank lines', () => {
    const names = (file: string | Uint8Array) => read(file).rates.map((r) => [r.line, r.prefix, r.destination])
    expect(names('\uFEFFprefix,destination,rate\r\n\r\n44,"Île, ""one""",1\r\n , ,\r\n33,France,1\r\n')).toEqual([
      [3, '44', 'Île, "one"'],
      [5, '33', 'France'],
    ])
    expect(names('"prefix"\t"destination"\t"rate"\n44\tUK\t1,5\n')).toEqual([[2, '44', 'UK']])
    expect(names(Buffer.from('\uFEFFprefix;destination;rate\n44;中国;1', 'utf8'))).toEqual([[2, '44', '中国']])
    expect(names(Buffer.from('\uFEFFprefix;destination;rate\n44;中国;1', 'utf16le'))).toEqual([[2, '44', '中国']])
    expect(names(Buffer.from('prefix;destination;rate\n225;C\xf4te;1', 'latin1'))).toEqual([[2, '225', 'Côte']])
  })

  it('writes prefixes as digits; * is the default rate', () => {
    const prefixes = ['+44', '0044', '44 20-7', '(44)20', '*', '112']
    const sheet = `prefix,destination,rate\n${prefixes.map((p, i) => `${p},d,1,${i}`).join('\n')}`
    expect(read(sheet).rates.map((r) => r.prefix)).toEqual(['44', '44207', '4420', '', '112'])
    expect(read(sheet)).toMatchObject({ problems: [], duplicateRows: 1 })
  })

  it('allows a prefix again from another day on', () => {
    const text = 'prefix,destination,rate,effective_from\n44,UK,1,2026-01-01\n44,UK,2,2026-02-01\n44,UK,3,2026-02-01'
    expect(read(text).rates).toHaveLength(2)
    expect(read(text).problems.map((p) => p.line)).toEqual([4])
  })

  it.each([
    [',UK,1', 'Prefix is empty. Write * for a default rate.'],
    ['44a,UK,1', 'Prefix "44a" is not a number.'],
    [`${'1'.repeat(65)},UK,1`, /longer than 64 digits/],
    ['44,,1', 'Destination is empty.'],
    ['44,UK,', 'rate "" is not a decimal number.'],
    ['44,UK,"1,234"', 'rate "1,234" may be a decimal or thousands. Write it with one mark.'],
    ['44,UK,1e3', 'rate "1e3" is not a decimal number.'],
    ['44,UK,.', 'rate "." is not a decimal number.'],
    ['44,UK,-0.01', 'rate "-0.01" is negative.'],
    ['44,UK,0.00000000001', 'rate "0.00000000001" has more than 10 decimals.'],
    ['44,UK,12345678901', 'rate "12345678901" is too large.'],
    ['44', 'Destination is empty.'],
  ])('sets aside %s', (line, message) => {
    const sheet = read(`prefix,destination,rate\n33,France,1\n${line}`)
    expect(sheet.rates.map((r) => r.prefix)).toEqual(['33'])
    const matched = typeof message === 'string' ? message : expect.stringMatching(message)
    expect(sheet.problems).toEqual([{ line: 3, message: matched, raw: line }])
  })

  it.each([
    ['connect_fee', '0.00000000001', 'connect_fee "0.00000000001" has more than 10 decimals.'],
    ['first_block', '-1', 'first_block "-1" is not a whole number of seconds from 0 to 86400.'],
    ['increment', '0', 'increment "0" is not a whole number of seconds from 1 to 86400.'],
    ['increment', '6.5', 'increment "6.5" is not a whole number of seconds from 1 to 86400.'],
    ['effective_from', '2026-02-29', 'effective_from "2026-02-29" is not a date like 2026-01-31 or 2026-01-31 08:00.'],
    ['effective_from', '31/13/2026', 'effective_from "31/13/2026" is not a date like 2026-01-31 or 2026-01-31 08:00.'],
  ])('sets aside %s %s', (header, cell, message) => {
    expect(read(row(header, cell)).problems.map((p) => p.message)).toEqual([message])
  })

  it.each([
    ['2026-07-01', 'Europe/Dublin', Date.UTC(2026, 5, 30, 23)],
    ['2026-01-01', 'Europe/Dublin', Date.UTC(2026, 0, 1)],
    ['2026-01-01 08:30', 'Asia/Shanghai', Date.UTC(2026, 0, 1, 0, 30)],
    ['2026-01-01T08:30:15+02:00', 'Asia/Shanghai', Date.UTC(2026, 0, 1, 6, 30, 15)],
    ['2026-01-01T08:30:00Z', 'Asia/Shanghai', Date.UTC(2026, 0, 1, 8, 30)],
    // Clocks go from 01:00 to 02:00 on this day, and back from 02:00 to 01:00 on the other.
    ['2026-03-29 01:30', 'Europe/Dublin', Date.UTC(2026, 2, 29, 1)],
    ['2026-10-25 01:30', 'Europe/Dublin', Date.UTC(2026, 9, 25, 0, 30)],
    ['2024-02-29', 'UTC', Date.UTC(2024, 1, 29)],
  ])('reads %s in %s', (cell, zone, ms) => {
    expect(rate(row('effective_from', cell), zone)?.effectiveFromMs).toBe(ms)
  })

  it('shows a quotation mark that is never closed', () => {
    const sheet = read('prefix,destination,rate\n33,France,1\n44,"UK,2\n1,US,3')
    expect(sheet.rates).toHaveLength(1)
    expect(sheet.problems).toEqual([
      { line: 3, message: 'A quotation mark is opened and never closed.', raw: '44,"UK,2' },
    ])
  })

  it('refuses what is no rate sheet', () => {
    expect(refusal('')).toBe('empty')
    expect(refusal(' \n\n')).toBe('empty')
    expect(refusal('prefix,destination,rate\n\n')).toBe('empty')
    expect(refusal(Buffer.from('PK\u0003\u0004\u0000\u0000'))).toBe('bad-workbook')
    expect(refusal(Buffer.from('a\u0000b'))).toBe('not-text')
    expect(refusal('"","100","200","lab","","SIP/1"\n')).toBe('missing-columns')
    expect(refusal('prefix;destination\n1;2')).toBe('missing-columns')
    const missing = readSheet('prefix;destination\n1;US', { zone: 'UTC', side: 'sell' })
    expect(!missing.ok && missing.error).toMatchObject({ missing: ['rate'] })
  })

  it('never throws and never loses a row, whatever the text', () => {
    const cell = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('44', '0,5', '"', '\t', ';', '2026-01-01', '-1'))
    const lines = fc.array(
      fc.array(cell, { maxLength: 8 }).map((cells) => cells.join(',')),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(lines, (drawn) => {
        const clean = drawn.map((line) => line.replace(/["\r\n\0]/g, ''))
        const sheet = readSheet(`prefix,destination,rate,effective_from\n${clean.join('\n')}`, {
          zone: 'Europe/Dublin',
          side: 'sell',
          layout: { delimiter: ',' },
        })
        const held = clean.filter(
          (line) => !line.trim().startsWith('#') && line.split(',').some((c) => c.trim() !== ''),
        )
        const told = sheet.ok ? sheet.value.rows : 0
        expect(told).toBe(held.length)
        if (!sheet.ok) return
        const { rates, problemCount, duplicateRows } = sheet.value
        const lines = new Set(rates.map((r) => r.line))
        expect(lines.size + problemCount + duplicateRows).toBe(held.length)
        readSheet(drawn.join('\n'), { zone: 'UTC', side: 'sell' })
      }),
      { numRuns: 2000 },
    )
  })
})
