// Sheets as carriers, switches and spreadsheets write them, read without any help: the columns are guessed.

import { describe, expect, it } from 'vitest'
import { workbook, zip } from '../testing/workbook.ts'
import type { SheetLayout } from './layout.ts'
import { readSheet } from './read-sheet.ts'

function read(file: string | Uint8Array, layout: Partial<SheetLayout> = {}, side: 'sell' | 'buy' = 'sell') {
  const sheet = readSheet(file, { zone: 'UTC', side, layout })
  if (!sheet.ok) throw new Error(sheet.error.message)
  return sheet.value
}

/** "prefix price first/increment" of each rate; date and fee where there is one. */
function rates(file: string | Uint8Array, layout?: Partial<SheetLayout>, side?: 'sell' | 'buy') {
  const sheet = read(file, layout, side)
  expect(sheet.problems).toEqual([])
  return sheet.rates.map((r) => {
    const date =
      r.effectiveFromMs === 0 ? '' : ` ${new Date(r.effectiveFromMs).toISOString().slice(0, 16).replace('T00:00', '')}`
    const fee = r.connectFee === '0' ? '' : ` +${r.connectFee}`
    return `${r.prefix || '*'} ${r.destination} ${r.pricePerMinute} ${r.firstBlockS}/${r.incrementS}${fee}${date}`
  })
}

describe('a sheet', () => {
  it.each([
    [
      'of a carrier, title lines above, country code and area codes apart',
      'ACME Telecom Ltd;;;;;\nRate notification 4711;;;;;\nValid for account 99;;;;;\n;;;;;\nDestination;Country Code;Area Codes;Rate (USD);Effective Date;Billing Increment\nAfghanistan;93;;0.2150;01/15/2026;60/60\nAfghanistan - Mobile;93;70, 71-73;0.2275;01/15/2026;1/1\n\nTotal destinations: 2;;;;;',
      ['93 Afghanistan 0.215 60/60 2026-01-15', '93 70|71|72|73'],
    ],
  ])('%s', (_, text) => {
    const sheet = read(text)
    expect(sheet.rates.map((r) => [r.prefix, r.pricePerMinute, r.firstBlockS, r.incrementS])).toEqual([
      ['93', '0.215', 60, 60],
      ['9370', '0.2275', 1, 1],
      ['9371', '0.2275', 1, 1],
      ['9372', '0.2275', 1, 1],
      ['9373', '0.2275', 1, 1],
    ])
    expect(sheet.problems.map((p) => [p.line, p.message])).toEqual([
      [9, 'Prefix is empty. Write * for a default rate.'],
    ])
    expect(sheet).toMatchObject({ blankRows: 1 })
    expect(sheet.guessed.layout).toMatchObject({ delimiter: ';', headerLine: 5, dateOrder: 'mdy', decimalComma: false })
  })

  it('in German, Spanish, French, Polish and Chinese', () => {
    expect(
      rates(
        'Ziel;Vorwahl;Preis pro Minute;Verbindungsentgelt;Taktung;Gültig ab\nÖsterreich;43;0,0125;0,05;60/1;31.01.2026',
      ),
    ).toEqual(['43 Österreich 0.0125 60/1 +0.05 2026-01-31'])
    expect(
      rates('Destino;Prefijo;Precio por minuto;Establecimiento;Vigente desde\nEspaña;34;0,02;0,1;05/02/2026'),
    ).toEqual(['34 España 0.02 60/60 +0.1 2026-02-05'])
    expect(rates("Pays;Indicatif;Prix par minute;Date d'effet\nFrance;33;0,01 €;1 févr. 2026")).toEqual([
      '33 France 0.01 60/60 2026-02-01',
    ])
    expect(rates('Kierunek;Prefiks;Stawka za minutę;Obowiązuje od\nPolska;48;0,03 zł;1 maj 2026')).toEqual([
      '48 Polska 0.03 60/60 2026-05-01',
    ])
    expect(rates('目的地,前缀,费率,生效日期,计费单位\n中国,86,0.012,2026年1月5日,6/6')).toEqual([
      '86 中国 0.012 6/6 2026-01-05',
    ])
  })

  it('without a header, by what the cells hold', () => {
    expect(rates('44;UK;0,02\n447;UK Mobile;0,05\n33;France;0,01')).toEqual([
      '44 UK 0.02 60/60',
      '447 UK Mobile 0.05 60/60',
      '33 France 0.01 60/60',
    ])
    expect(rates('UK|44|0.02|1/1|2026-01-01\nFrance|33|0.01|60/6|2026-01-01')).toEqual([
      '44 UK 0.02 1/1 2026-01-01',
      '33 France 0.01 60/6 2026-01-01',
    ])
    expect(rates('Our prices\n\n36\t0.082\n40\t0.071')).toEqual(['36 +36 0.082 60/60', '40 +40 0.071 60/60'])
  })

  it('with many prefixes, ranges and patterns in a cell', () => {
    const of = (cell: string) => read(`prefix|destination|rate\n${cell}|X|1`).rates.map((r) => r.prefix)
    expect(of('44-49, 33')).toEqual(['44', '45', '46', '47', '48', '49', '33'])
    expect(of('32484-32487')).toEqual(['32484', '32485', '32486', '32487'])
    expect(of('1868/1876')).toEqual(['1868', '1876'])
    expect(of('44;45')).toEqual(['44', '45'])
    expect(of('1242 1246 1268')).toEqual(['1242', '1246', '1268'])
    expect(of('098 – 101')).toEqual(['098', '099', '100', '101'])
    expect(of('+44 (20) 7')).toEqual(['44207'])
    expect(of('44.0')).toEqual(['44'])
    expect(of('_44[1-3]nxx., _33!')).toEqual(['_44[1-3]NXX.', '_33!'])
    expect(of('44, 44, 45')).toEqual(['44', '45'])
    const problem = (cell: string) => read(`prefix|destination|rate\n1|Y|1\n${cell}|X|1`).problems.map((p) => p.message)
    expect(problem('49-44')).toEqual(['Range "49-44" runs backwards.'])
    expect(problem('1000000-1999999')).toEqual(['"1000000-1999999" makes more than 10000 prefixes in one cell.'])
    expect(problem('4.47701E+11')[0]).toMatch(/lost its digits in a spreadsheet/)
    expect(problem('_44Q')).toEqual(['Pattern "_44Q": "Q" stands for no digit.'])
  })

  it('with prices per second, in cents, with signs and thousands', () => {
    expect(rates('Code,Name,Rate per second\n44,UK,0.0005')).toEqual(['44 UK 0.03 60/60'])
    expect(rates('Code;Name;Price (ct/min)\n44;UK;2,5')).toEqual(['44 UK 0.025 60/60'])
    expect(rates('Code;Name;Price\n44;UK;2.5¢\n45;DK;$ 0.12\n46;SE;USD 1.5\n47;NO;0.5 USD/min')).toEqual([
      '44 UK 0.025 60/60',
      '45 DK 0.12 60/60',
      '46 SE 1.5 60/60',
      '47 NO 0.5 60/60',
    ])
    expect(rates('Code;Name;Price\n44;UK;1.234,5\n45;DK;0,1')).toEqual(['44 UK 1234.5 60/60', '45 DK 0.1 60/60'])
    expect(rates('Code;Name;Price\n44;UK;1,234.50\n45;DK;0.1\n46;SE;12 345.5')).toEqual([
      '44 UK 1234.5 60/60',
      '45 DK 0.1 60/60',
      '46 SE 12345.5 60/60',
    ])
    expect(read('Code;Name;Price\n44;UK;1.234\n45;DK;0,1').problems.map((p) => p.message)).toEqual([
      'rate "1.234" may be a decimal or thousands. Write it with one mark.',
    ])
  })

  it('with blocks in one column, in two, with a plus, as one number', () => {
    expect(rates('Code,Name,Rate,Min duration,Increment\n44,UK,1,30,6')).toEqual(['44 UK 1 30/6'])
    expect(rates('Code,Name,Rate,Interval 1,Interval N\n44,UK,1,1 s,1 s')).toEqual(['44 UK 1 1/1'])
    expect(rates('Code,Name,Rate,Billing\n44,UK,1,60+6\n45,DK,1,6')).toEqual(['44 UK 1 60/6', '45 DK 1 6/6'])
    const zero = read('Code,Name,Rate,Blocks\n44,UK,1,60/6\n45,DK,1,60+6', { anchor: 'zero' })
    expect(zero.rates.map((r) => r.anchor)).toEqual(['zero', undefined])
  })

  it('with dates of any form, and asks about zero dates', () => {
    const date = (cell: string, other = '') => {
      const sheet = read(`prefix;destination;rate;effective_from\n44;UK;1;${cell}\n45;DK;1;${other}`)
      const found = sheet.rates.find((r) => r.prefix === '44')
      return found ? new Date(found.effectiveFromMs).toISOString().slice(0, 16) : sheet.problems[0]!.message
    }
    const first = '2026-01-05T00:00'
    for (const cell of [
      '2026-01-05',
      '2026/1/5',
      '05.01.2026',
      '5.1.26',
      '5-Jan-2026',
      '05 January 2026',
      'Jan 5, 2026',
      '20260105',
      '46027',
      '2026-01-05T00:00:00Z',
      '5. Januar 2026',
      '5 de enero de 2026',
      '05/01/2026',
    ]) {
      expect([cell, date(cell)]).toEqual([cell, first])
    }
    expect(date('01/05/2026', '01/31/2026')).toBe(first)
    expect(date('05/01/2026', '31/01/2026')).toBe(first)
    expect(date('2026-01-05 08:30:00 +02:00')).toBe('2026-01-05T06:30')
    expect(date('1/5/2026 2:30 PM', '1/31/2026')).toBe('2026-01-05T14:30')
    expect(date('20260105T083000')).toMatch(/is not a date/)
    expect(date('0000-00-00')).toMatch(/zero date/)
    expect(date('30.02.2026')).toMatch(/is not a date/)
  })

  it('keeps what is said twice once, and tells what contradicts', () => {
    const sheet = read(
      'prefix,destination,rate\n44,UK,1\n44,UK,1\n\nprefix,destination,rate\n44,UK,2\n# a note\n44-45,UK,1',
    )
    expect(sheet.rates.map((r) => r.prefix)).toEqual(['44', '45'])
    expect(sheet).toMatchObject({ rows: 4, blankRows: 3, duplicateRows: 1, problemCount: 1 })
    expect(sheet.problems).toEqual([
      { line: 6, message: 'Prefix 44 with the same start stands on line 2 already, with other terms.', raw: '44,UK,2' },
    ])
  })

  it('in UTF-16 without a mark', () => {
    expect(rates(Buffer.from('prefix\tdestination\trate\n44\tUK\t0.5\n', 'utf16le'))).toEqual(['44 UK 0.5 60/60'])
  })

  it('names why each column is what it is, and obeys who knows better', () => {
    const text = 'Land;Code;Alt;Neu\nUK;44;1;2'
    expect(read(text, { columns: ['destination', 'prefix', 'ignore', 'price'] }).rates[0]).toMatchObject({
      pricePerMinute: '2',
    })
    const sheet = read('Country,Code,Old rate,New rate,Remark\nUK,44,1,2,up')
    expect(sheet.guessed.layout.columns).toEqual(['destination', 'prefix', 'ignore', 'price', 'ignore'])
    expect(sheet.guessed.reasons[3]).toBe('The header says "New rate".')
    const chosen = read('A,B,Code,Rate\n44,45,46,1', { columns: ['prefix', 'ignore', 'ignore', 'price'] })
    expect(chosen.rates.map((r) => r.prefix)).toEqual(['44'])
    expect(chosen.guessed.reasons.map((reason) => reason === '')).toEqual([true, false, true, false])
  })
})

describe('a workbook', () => {
  const rows = [
    ['Rates of ACME', null, null, null],
    ['Destination', 'Code', 'Rate', 'Effective'],
    ['UK', { n: '44' }, { n: '5.7500000000000002E-2' }, { date: '46027' }],
    ['Île', '447, 448', { n: '0.1' }, { date: '46027.5' }],
    [null, null, null, null],
    ['US', { n: '1' }, { n: '1E-4' }, null],
  ] as const
  const expected = [
    '44 UK 0.0575 60/60 2026-01-05',
    '447 Île 0.1 60/60 2026-01-05T12:00',
    '448 Île 0.1 60/60 2026-01-05T12:00',
    '1 US 0.0001 60/60',
  ]

  it('is read with exact decimals and dates, whatever its strings and packing', () => {
    expect(rates(workbook({ Rates: rows }))).toEqual(expected)
    expect(rates(workbook({ Rates: rows }, { shared: true, stored: true }))).toEqual(expected)
    expect(read(workbook({ Rates: rows })).rates[3]!.line).toBe(6)
    expect(
      rates(
        workbook(
          {
            Rates: [
              ['Code', 'Name', 'Rate', 'Effective date'],
              [{ n: '44' }, 'UK', { n: '1' }, { date: '44565' }],
            ],
          },
          { from1904: true },
        ),
      ),
    ).toEqual(['44 UK 1 60/60 2026-01-05'])
  })

  it('with several sheets shows their names and reads the one that is asked for', () => {
    const book = workbook({ 'Über & so': [['Hello']], Rates: rows })
    expect(readSheet(book, { zone: 'UTC', side: 'sell' })).toMatchObject({
      ok: false,
      error: { kind: 'missing-columns' },
    })
    const sheet = read(book, { sheet: 'Rates' })
    expect(sheet.table.sheets).toEqual(['Über & so', 'Rates'])
    expect(sheet.rates).toHaveLength(4)
    expect(readSheet(book, { zone: 'UTC', side: 'sell', layout: { sheet: 'None' } })).toMatchObject({
      error: { kind: 'bad-workbook' },
    })
  })

  it('that would unpack to gigabytes is refused', () => {
    const bomb = zip({
      'xl/workbook.xml': '<workbook><sheets><sheet name="a" r:id="b"/></sheets></workbook>',
      'xl/worksheets/sheet1.xml': Buffer.alloc(300 * 1024 * 1024, 32),
    })
    expect(bomb.length).toBeLessThan(1024 * 1024)
    expect(readSheet(bomb, { zone: 'UTC', side: 'sell' })).toMatchObject({ ok: false, error: { kind: 'too-large' } })
  })

  it('whose rows are numbered into the sky takes no room for the gap', () => {
    const book = zip({
      'xl/workbook.xml': '<workbook><sheets><sheet name="a" r:id="b"/></sheets></workbook>',
      'xl/worksheets/sheet1.xml':
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Code</t></is></c><c r="B1" t="inlineStr"><is><t>Rate</t></is></c></row><row r="999999999"><c r="A999999999"><v>44</v></c><c r="B9"><v>0.5</v></c><c r="XFD9"><v>1</v></c></row></sheetData>',
    })
    expect(rates(book)).toEqual(['44 +44 0.5 60/60'])
  })
})

const A2B =
  'idtariffplan;dialprefix;destination;buyrate;buyrateinitblock;buyrateincrement;rateinitial;initblock;billingblock;connectcharge;disconnectcharge;disconnectcharge_after;stepchargea;chargea;timechargea;billingblocka;stepchargeb;chargeb;timechargeb;billingblockb;startdate;stopdate;starttime;endtime;rounding_calltime;rounding_threshold;additional_block_charge;additional_block_charge_time;additional_grace;minimal_cost'
const ROW =
  '1;44;44;0.01000;30;6;0.05000;60;0;0.10000;0.02;10;0.08;0.15979;60;6;0;0;120;6;0000-00-00 00:00:00;2036-01-01 00:00:00;0;10079;0;0;0;0;2;0.5'

describe("A2Billing's rate table", () => {
  it('is read by its names, with tiers and what else it knows, for sale', () => {
    const sheet = read(`${A2B}\n${ROW}`)
    expect(sheet.guessed.layout).toMatchObject({ mode: 'a2billing', anchor: 'zero' })
    expect(sheet.problems).toEqual([])
    expect(sheet.rates).toEqual([
      {
        line: 2,
        prefix: '44',
        destination: '+44',
        pricePerMinute: '0.05',
        connectFee: '0.1',
        firstBlockS: 60,
        incrementS: 0,
        anchor: 'zero',
        effectiveFromMs: 0,
        validToMs: Date.UTC(2036, 0, 1),
        disconnectFee: '0.02',
        disconnectAfterS: 10,
        minimumCharge: '0.5',
        tiers: [{ seconds: 60, pricePerMinute: '0.15979', entryFee: '0.08', incrementS: 6 }],
        extras: { addedS: 2, roundFromS: 0, roundToS: 0, blockCharge: '0', blockChargeS: 0 },
      },
    ])
  })

  it('is read as what a carrier charges for a buy deck', () => {
    const [rate] = read(`${A2B}\n${ROW}`, {}, 'buy').rates
    expect(rate).toMatchObject({
      pricePerMinute: '0.01',
      connectFee: '0',
      firstBlockS: 30,
      incrementS: 6,
      anchor: 'zero',
    })
    expect(rate?.tiers).toBeUndefined()
  })

  it('asks about ends that are zero dates, and makes windows of parts of the week', () => {
    const zero = ROW.replace('2036-01-01 00:00:00', '0000-00-00 00:00:00')
    expect(read(`${A2B}\n${zero}`).problems[0]!.message).toMatch(/zero date, which A2Billing takes for expired/)
    const part = read(`${A2B}\n${ROW.replace('0;10079', '480;6239')}`)
    expect(part.rates[0]!.window).toBe('Mon 08:00 – Fri 08:00')
    expect(part.windows).toEqual([
      {
        id: 1,
        name: 'Mon 08:00 – Fri 08:00',
        priority: 0,
        rules: [
          { weekdays: [1], fromMinute: 480, toMinute: 1440 },
          { weekdays: [2, 3, 4], fromMinute: 0, toMinute: 1440 },
          { weekdays: [5], fromMinute: 0, toMinute: 480 },
        ],
      },
    ])
  })
})
