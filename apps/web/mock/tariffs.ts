// Invented decks, plans and carriers in the shapes of the wire: windows, tiers, patterns, a draft that waits.

import type { CarrierRow, RateRow, TrunkRow } from '@tollbook/api/wire'
import type {
  DeckDetail,
  PlanInfo,
  RateChange,
  RateChangeKind,
  RateDetail,
  SheetLayout,
  SheetPreview,
  VersionDetail,
  VersionDiff,
  VersionRow,
} from '@tollbook/api/wire-tariffs'
import { CURRENCY, DESTINATIONS, makeDecks, TRUNKS, ZONE } from './data.ts'

const DAY = 86_400_000
const START = new Date(0).toISOString()

export function makeDeckRows(nowMs: number) {
  return makeDecks(nowMs).map((deck) =>
    deck.id === 1
      ? { ...deck, draft: 16, scheduled: { version: 15, effectiveFrom: new Date(nowMs + 7 * DAY).toISOString() } }
      : deck,
  )
}

export function makeVersions(nowMs: number): VersionRow[] {
  const row = (version: number, ago: number, part: Partial<VersionRow>): VersionRow => ({
    version,
    state: 'superseded',
    origin: 'import',
    rates: 2300 + version,
    filename: `retail-${version}.csv`,
    note: '',
    createdAt: new Date(nowMs - ago * DAY).toISOString(),
    createdBy: 'Niamh Doyle',
    effectiveFrom: new Date(nowMs - ago * DAY).toISOString(),
    problemCount: 0,
    ...part,
  })
  const later = new Date(nowMs + 7 * DAY).toISOString()
  return [
    row(16, 0.1, { state: 'draft', effectiveFrom: null, filename: 'northpier-retail-dec.xlsx', problemCount: 3 }),
    row(15, 2, { state: 'scheduled', effectiveFrom: later, note: 'Christmas rates' }),
    row(14, 20, { state: 'in-force' }),
    row(13, 40, { origin: 'rollback', filename: '', note: 'back to 11' }),
    row(12, 44, { state: 'withdrawn', problemCount: 1 }),
    row(11, 80, { origin: 'edit', filename: '', note: 'Cuba, new price' }),
    ...[10, 9, 8].map((version) => row(version, 90 + (10 - version) * 30, {})),
    row(1, 700, { effectiveFrom: START, filename: 'first.csv', createdBy: '' }),
  ]
}

export function deckDetail(nowMs: number, deckId: number): DeckDetail | undefined {
  const deck = makeDeckRows(nowMs).find((one) => one.id === deckId)
  if (!deck) return undefined
  const windowed = deckId === 1
  return {
    deck,
    zone: ZONE,
    rounding: 'half-up',
    places: 4,
    mode: 'plain',
    windowChoice: 'split',
    windows: windowed
      ? [
          {
            id: 1,
            name: 'day',
            priority: 0,
            rules: [{ weekdays: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1200, holidays: 'except' }],
          },
          { id: 2, name: 'Christmas', priority: 1, rules: [{ fromDate: '12-24', toDate: '12-26' }] },
        ]
      : [],
    holidays: windowed ? ['12-25', '03-17'] : [],
    versions: deckId === 1 ? makeVersions(nowMs) : makeVersions(nowMs).slice(2, 5),
    usedBy:
      deck.side === 'buy'
        ? [{ kind: 'carrier', name: 'Northlink' }]
        : [
            ...(deck.isDefault ? [{ kind: 'default' as const, name: 'Northpier' }] : []),
            { kind: 'plan', name: 'Business IE' },
          ],
  }
}

export function makeRateDetails(nowMs: number, rates: readonly RateRow[]): RateDetail[] {
  const plain = {
    match: 'prefix' as const,
    window: '',
    windowId: 0,
    validTo: null,
    disconnectFee: '0',
    disconnectAfterSeconds: 0,
    anchor: 'first-block' as const,
    minimumCharge: '0',
    maximumCharge: null,
    afterMaximum: 'free' as const,
    graceSeconds: 0,
    tiers: [],
  }
  const all: RateDetail[] = rates.map((rate) => ({ ...plain, ...rate }))
  const mobile = all.find((one) => one.prefix === '35386')
  const first = rates[0]
  if (!mobile || !first) return all
  const tiers = [{ seconds: 600, pricePerMinute: '0.0640000000', entryFee: '0.05', incrementSeconds: 60 }]
  return [
    { ...plain, ...first, prefix: '', match: 'default', destination: 'Elsewhere', pricePerMinute: '1.5', tiers },
    { ...mobile, windowId: 1, window: 'day', pricePerMinute: '0.0790', minimumCharge: '0.05' },
    ...all,
    {
      ...mobile,
      prefix: '_1NXXNXXXXXX',
      match: 'pattern',
      destination: 'North America',
      maximumCharge: '2.50',
      graceSeconds: 3,
      validTo: new Date(nowMs + 90 * DAY).toISOString(),
    },
  ]
}

const LAYOUT: SheetLayout = {
  sheet: 'Rates',
  delimiter: '',
  headerLine: 1,
  columns: ['prefix', 'destination', 'ignore', 'price', 'blocks', 'effective-from'],
  decimalComma: true,
  unit: 'per-minute',
  cents: false,
  dateOrder: 'dmy',
  firstBlockSeconds: 60,
  incrementSeconds: 60,
  anchor: 'first-block',
  mode: 'plain',
}

const PROBLEMS = [
  { line: 412, message: '“44-4l” is not a range of digits', raw: '44-4l;UK Special;;0,1150;60/60;01.12.2026' },
  { line: 977, message: 'the price is missing', raw: '2567;Uganda mobile;;;60/60;01.12.2026' },
  { line: 1604, message: '“31.13.2026” is no date', raw: '53;Cuba;;0,7200;60/60;31.13.2026' },
]

export function sheetPreview(layout: SheetLayout | undefined): SheetPreview {
  const read = layout ?? LAYOUT
  const guessed = [
    'named “Code”; 2,315 of 2,318 cells are digits, ranges are split',
    'named “Country”',
    '',
    'named “Rate”; decimal comma',
    'all cells like 60/6',
    'named “Valid from”; day first',
  ]
  return {
    filename: 'northpier-retail-dec.xlsx',
    layout: read,
    sheets: ['Rates', 'Notes'],
    header: ['Code', 'Country', 'Comment', 'Rate', 'Interval', 'Valid from'],
    reasons: guessed.map((reason, i) => (read.columns[i] === LAYOUT.columns[i] ? reason : '')),
    sample: [
      { line: 2, cells: ['35386', 'Ireland Mobile Vale', '', '0,0420', '60/6', '01.12.2026'], problem: '' },
      { line: 3, cells: ['44770, 44771', 'UK Mobile', 'new', '0,0640', '60/6', '01.12.2026'], problem: '' },
      { line: 4, cells: ['44-49, 33', 'Europe, fixed', '', '0,0140', '1/1', '01.12.2026'], problem: '' },
      {
        line: 412,
        cells: ['44-4l', 'UK Special', '', '0,1150', '60/60', '01.12.2026'],
        problem: '“44-4l” is not a range of digits',
      },
    ],
    rows: 2318,
    rates: read.columns.includes('prefix') && read.columns.includes('price') ? 2316 : 0,
    blankRows: 12,
    duplicateRows: 4,
    problems: PROBLEMS,
    problemCount: 3,
  }
}

export function versionDetail(nowMs: number, number: number): VersionDetail | undefined {
  const version = makeVersions(nowMs).find((one) => one.version === number)
  const read = number === 16
  return version && { ...version, layout: read ? LAYOUT : null, problems: read ? PROBLEMS : [] }
}

type Change = [RateChangeKind, string, string, string | null, string | null, number, string, string]
const CHANGES: readonly Change[] = [
  ['new', '88216', 'Satellite (Thoral)', null, '4.9000', 2460, '0', '200.90'],
  ['raised', '35386', 'Ireland, mobile (Vale)', '0.0380', '0.0420', 1_310_400, '829.92', '917.28'],
  ['raised', '53', 'Cuba', '0.3400', '0.7200', 8880, '50.32', '106.56'],
  ['lowered', '4930', 'Germany, Berlin', '0.0170', '0.0140', 1_038_600, '294.27', '242.34'],
  ['raised', '44770', 'United Kingdom, mobile', '0.0575', '0.0640', 367_200, '351.90', '391.68'],
  ['raised', '8613', 'China, mobile', '0.0310', '0.0335', 552_240, '285.32', '308.33'],
  ['terms', '1212', 'United States, New York', '0.0120', '0.0120', 721_800, '144.36', '146.02'],
  ['lowered', '65', 'Singapore', '0.0140', '0.0120', 110_400, '25.76', '22.08'],
  ['closed', '35389', 'Ireland, mobile (old range)', '0.0410', null, 0, '0', '0'],
]

export function versionDiff(version: number, params: Readonly<Record<string, string>>): VersionDiff {
  const items: RateChange[] = CHANGES.filter(
    ([kind, prefix]) => (!params.kind || kind === params.kind) && (!params.q || prefix.startsWith(params.q)),
  ).map(([kind, prefix, destination, oldPrice, newPrice, seconds, oldAmount, newAmount]) => ({
    kind,
    prefix,
    window: prefix === '35386' ? 'day' : '',
    destination,
    oldPrice,
    newPrice,
    terms: kind === 'terms' ? '30/6 → 60/60' : '',
    seconds,
    oldAmount,
    newAmount,
  }))
  return {
    deckId: 1,
    version,
    against: 14,
    counts: { new: 22, raised: 201, lowered: 96, closed: 7, terms: 4, same: 1989 },
    items,
    next: params.cursor || params.kind ? null : 'more',
    warnings: [
      { kind: 'doubles', prefix: '53', text: 'Cuba, +112%' },
      { kind: 'below-cost', prefix: '254', text: 'Kenya, mobile: buy 0.1620' },
      { kind: 'closed-with-calls', prefix: '35389', text: '12 calls' },
      { kind: 'newly-rated', prefix: '88216', text: '6 calls, +€200.90' },
    ],
  }
}

export function makePlans(): PlanInfo[] {
  const deck = { markupKind: 'none' as const, markupPercent: '0', markupPerMinute: '0', markupPerCall: '0' }
  return [
    {
      id: 1,
      name: 'Business IE',
      choice: 'order',
      expectedSeconds: 180,
      decks: [
        { ...deck, deckId: 2, deck: 'Trade 2026', side: 'sell', currency: CURRENCY, pricePlaces: 4 },
        { ...deck, deckId: 1, deck: 'Retail 2026', side: 'sell', currency: CURRENCY, pricePlaces: 4 },
      ],
      blocked: [
        { prefix: '1900', note: 'premium numbers' },
        { prefix: '_882X.', note: 'satellite' },
      ],
      packages: [
        {
          id: 1,
          name: '200 UK minutes',
          kind: 'seconds',
          amount: 12_000,
          period: 'month',
          startDay: 1,
          prefixes: ['44'],
        },
        { id: 2, name: 'Weekend calls', kind: 'calls', amount: 20, period: 'week', startDay: 6, prefixes: [] },
      ],
      accounts: 3,
      isDefault: true,
    },
    {
      id: 2,
      name: 'Wholesale',
      choice: 'lcr',
      expectedSeconds: 120,
      decks: [
        {
          deckId: 3,
          deck: 'northlink A–Z',
          side: 'buy',
          currency: CURRENCY,
          markupKind: 'markup',
          markupPercent: '18.5',
          markupPerMinute: '0.0010',
          markupPerCall: '0',
          pricePlaces: 4,
        },
      ],
      blocked: [],
      packages: [],
      accounts: 0,
      isDefault: false,
    },
  ]
}

export function makeCarriers(): CarrierRow[] {
  return [
    { id: 1, name: 'Northlink', currency: CURRENCY, deckId: 3, deck: 'northlink A–Z' },
    { id: 2, name: 'Atlantic Wholesale', currency: CURRENCY, deckId: 0, deck: '' },
  ]
}

export function makeTrunks(): TrunkRow[] {
  return TRUNKS.map((one, i) => ({
    id: one.id,
    name: one.name,
    peer: `PJSIP/${one.name.toLowerCase().replaceAll(' ', '-')}`,
    carrier: i === 0 ? { id: 1, name: 'Northlink' } : i === 3 ? { id: 2, name: 'Atlantic Wholesale' } : null,
    capacity: i === 0 ? 30 : i === 1 ? 4 : null,
  }))
}

/** The destination a number falls to, by longest prefix. */
export function destinationOf(digits: string) {
  return DESTINATIONS.filter((one) => digits.startsWith(one.prefix)).sort(
    (a, b) => b.prefix.length - a.prefix.length,
  )[0]
}
