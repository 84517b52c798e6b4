// Ten thousand damaged sheets: bytes flipped, cut, doubled, delimiters swapped, workbooks torn inside and out. Each ends
// as rates and problems or as a refusal; nothing is thrown, nothing hangs, and what is stored is stored whole.

import { parseDecimal } from '@tollbook/kernel'
import { compileDeck, type Rate } from '@tollbook/rating'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, it } from 'vitest'
import { importDeck } from '../import-deck.ts'
import { deckImport, ensureDestinations, insertTenant } from '../testing/decks.ts'
import { type Cell, workbook, zip } from '../testing/workbook.ts'
import { readSheet } from './read-sheet.ts'
import type { SheetRate } from './sheet-rate.ts'

/** A small generator of its own, so that a damaged file can be made again from its number. */
function randomOf(seed: number): (below: number) => number {
  let state = (seed * 2654435761 + 1) >>> 0
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 4294967296) * below)
  }
}

const HEADERS = [
  'prefix,destination,rate,connect_fee,first_block,increment,effective_from,valid_to,window,tiers,maximum_charge',
  'Destination;Country Code;Area Codes;Rate (USD);Effective Date;Billing Increment',
  'Ziel\tVorwahl\tPreis\tTaktung\tGültig ab',
  'dialprefix,destination,rateinitial,initblock,billingblock,connectcharge,startdate,stopdate,starttime,endtime,chargea,timechargea',
]
const ROWS = [
  [
    '44-46|447,"UK, all",0.0575,0.01,30,6,2026-01-01,,,60:0.1:0:6,9.5',
    '_44[1-3]NXX.,X,1.5,0,1,1,,2027-01-01,,,',
    '*,Else,1,,,,,,,,',
  ],
  [
    'Afghanistan;93;70, 71-73;0,2275;01/15/2026;60/60',
    '"Al""b";355;;1.234,5;15.01.2026;1+1',
    'X;1;242/246;2,5¢;5-Jan-26;30',
  ],
  ['Österreich\t43\t0,0125\t60/1\t31.01.2026', 'Île\t+33 (1)\t€ 0,01\t6\t46027'],
  ['44,44,0.05,60,6,0.1,0000-00-00 00:00:00,2036-01-01,0,10079,0.1,60', '1,1,-0.05,0,0,0,,,480,6239,0,0'],
]

function plainSheet(random: (below: number) => number): Buffer {
  const kind = random(HEADERS.length)
  const rows = Array.from({ length: 1 + random(12) }, () => ROWS[kind]![random(ROWS[kind]!.length)]!)
  const text = [...(random(3) === 0 ? ['A title'] : []), ...(random(8) === 0 ? [] : [HEADERS[kind]!]), ...rows].join(
    random(2) ? '\n' : '\r\n',
  )
  return Buffer.from(text, (['utf8', 'utf8', 'utf16le', 'latin1'] as const)[random(4)])
}

const CELLS: readonly Cell[] = [
  'UK',
  '44-46',
  { n: '44' },
  { n: '5.75E-2' },
  { date: '46027' },
  { date: '46027.5' },
  null,
  '60/6',
  '_1X.',
  { n: '1e400' },
]

function book(random: (below: number) => number): Buffer {
  const row = () => Array.from({ length: 4 + random(2) }, () => CELLS[random(CELLS.length)]!)
  const rows = [
    ['Destination', 'Code', 'Rate', 'Date'],
    ['UK', { n: '44' }, { n: '0.5' }, { date: '46027' }] as Cell[],
    ...Array.from({ length: random(8) }, row),
  ]
  return workbook({ Rates: rows }, { shared: random(2) === 0, stored: random(2) === 0 })
}

const PIECES = [
  ',',
  ';',
  '\t',
  '|',
  '"',
  '""',
  '\n',
  '\r',
  '\0',
  '-',
  '0',
  '9999999999',
  '1-99999',
  '_',
  '*',
  '<',
  '>',
  'r="A99999999"',
  '</c>',
  '1e9',
  '\uFEFF',
  '–',
  'NaN',
  '<row r="5">',
  '[[[',
  '-'.repeat(50),
]

/** One to six damages. */
function damaged(file: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(file)
  for (let n = 1 + random(6); n > 0 && bytes.length > 0; n--) {
    const at = random(bytes.length)
    const end = Math.min(bytes.length, at + 1 + random(40))
    switch (random(7)) {
      case 0:
        bytes[at] = random(256)
        break
      case 1:
        bytes = Buffer.from(bytes.subarray(0, at))
        break
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(PIECES[random(PIECES.length)]!), bytes.subarray(at)])
        break
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
        break
      case 5: {
        const [from, to] = [PIECES[random(6)]!.charCodeAt(0), PIECES[random(6)]!.charCodeAt(0)]
        for (let i = 0; i < bytes.length; i++) if (bytes[i] === from) bytes[i] = to
        break
      }
      default:
        bytes[at] = bytes[at]! ^ (1 << random(8))
    }
  }
  return bytes
}

/** A damaged sheet by its number: of three one is a workbook, damaged as a file or in its parts. */
function sheetOf(seed: number): Buffer {
  const random = randomOf(seed)
  if (seed % 3 !== 0) return damaged(plainSheet(random), random)
  if (random(2) === 0) return damaged(book(random), random)
  const inner =
    '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Code</t></is></c><c r="B1" t="inlineStr"><is><t>Rate</t></is></c></row><row r="2"><c r="A2" s="1"><v>44</v></c><c r="B2"><v>0.5</v></c></row></sheetData>'
  return zip({
    'xl/workbook.xml': damaged(Buffer.from('<workbook><sheets><sheet name="a" r:id="b"/></sheets></workbook>'), random),
    'xl/worksheets/sheet1.xml': damaged(Buffer.from(inner), random),
    'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
  })
}

it('reads ten thousand damaged sheets without a fault, and what it reads rating can compile', () => {
  let read = 0
  for (let seed = 1; seed <= 10_000; seed++) {
    const sheet = readSheet(sheetOf(seed), { zone: 'Europe/Dublin', side: 'sell' })
    if (!sheet.ok) continue
    const { rates, problemCount, duplicateRows, rows, windows, guessed } = sheet.value
    const told = new Set(rates.map((r) => r.line)).size + problemCount + duplicateRows
    expect([seed, told >= rows]).toEqual([seed, true])
    if (rates.length > 0 && rates.length < 1000) {
      compileDeck(
        rates.map((r) => asRate(r, windows)),
        { currency: 978, rounding: 'half-up', places: 4, mode: guessed.layout.mode, windows },
      )
      read++
    }
  }
  // A test that refuses everything would prove nothing.
  expect(read).toBeGreaterThan(3000)
}, 120_000)

it('is not held up by cells of a million characters', () => {
  const fillers = ['A', ' 1', '1 ', '-', '9', 'AAB', '1,', '(', '1-', '. ', '\u00a0', '[0-9]', '1/', 'é']
  const began = performance.now()
  for (const filler of fillers) {
    const cell = `1${filler.repeat(1_000_000 / filler.length)}x`
    for (const place of [0, 1, 2, 3, 4, 5]) {
      const row = ['44', 'UK', '0.5', '60/6', '2026-01-01', '33']
      row[place] = cell
      const sheet = readSheet(`prefix|destination|rate|blocks|effective_from|area code\n${row.join('|')}`, {
        zone: 'UTC',
        side: 'sell',
      })
      expect(sheet.ok).toBe(true)
    }
  }
  // Some 84 million characters: what is not linear takes hours.
  expect(performance.now() - began).toBeLessThan(60_000)
}, 120_000)

function asRate(rate: SheetRate, windows: readonly { id: number; name: string }[]): Rate {
  const decimal = (text: string) => parseDecimal(text)!
  return {
    prefix: rate.prefix,
    isDefault: rate.prefix === '',
    window: windows.find((w) => w.name === rate.window)?.id ?? 0,
    effectiveFromMs: rate.effectiveFromMs,
    destinationId: 1,
    pricePerMinute: decimal(rate.pricePerMinute),
    connectFee: decimal(rate.connectFee),
    firstBlockS: rate.firstBlockS,
    incrementS: rate.incrementS,
    ...(rate.validToMs === undefined ? {} : { validToMs: rate.validToMs }),
    ...(rate.tiers && {
      tiers: rate.tiers.map((t) => ({
        ...t,
        pricePerMinute: decimal(t.pricePerMinute),
        entryFee: decimal(t.entryFee),
      })),
    }),
  }
}

const db = testDatabase()
beforeAll(() => insertTenant(db()))

it('stores of a damaged sheet all of its good rates or nothing', async () => {
  let stored = 0
  for (let seed = 1; seed <= 300; seed++) {
    const more = { name: `Deck ${seed}`, allowProblems: seed % 2 === 0 }
    const report = await importDeck(db(), deckImport(sheetOf(seed), more), { ensureDestinations })
    const { rows } = await db().pool.query(
      `select v.state, v.rates, (select count(*)::int from rate r where r.deck_id = d.deck_id) as held
       from rate_deck d left join deck_version v using (deck_id) where d.name = $1`,
      [more.name],
    )
    expect(rows).toEqual(report.ok ? [{ state: 'active', rates: report.value.rates, held: report.value.rates }] : [])
    if (report.ok) stored++
  }
  expect(stored).toBeGreaterThan(50)
}, 120_000)
