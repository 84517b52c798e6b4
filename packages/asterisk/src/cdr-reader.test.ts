import { gunzipSync, gzipSync } from 'node:zlib'
import { recorded } from '@tollbook/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CDR_FORMATS,
  type CdrFormatName,
  type CdrItem,
  type CdrRow,
  cdrReader,
  DamagedArchive,
  gunzipIfNeeded,
} from './index.ts'

const format = (name: CdrFormatName) => CDR_FORMATS.find((f) => f.name === name)!

function read(bytes: Buffer | string, name: CdrFormatName = 'cdr_csv-21', cuts: readonly number[] = []): CdrItem[] {
  const all = Buffer.from(bytes)
  const reader = cdrReader(format(name))
  const items: CdrItem[] = []
  let at = 0
  for (const cut of [...cuts, all.length]) {
    items.push(...reader.push(all.subarray(at, cut)))
    at = Math.max(at, cut)
  }
  return [...items, ...reader.end()]
}

/** All that can be seen of an item, so that two readings can be compared. */
const plain = (i: CdrItem) =>
  i.kind === 'row' ? { ...i.row, raw: i.row.raw?.toString('latin1') } : { ...i, raw: i.raw.toString('latin1') }
const rows = (items: readonly CdrItem[]): CdrRow[] => items.flatMap((i) => (i.kind === 'row' ? [i.row] : []))
const rejects = (items: readonly CdrItem[]) => items.flatMap((i) => (i.kind === 'reject' ? [i] : []))

const ROW = (src = '201', seq: number | string = 7, userfield = '""') =>
  `"","${src}","202","office","""Ann"" <201>","PJSIP/201-1","PJSIP/202-2","Dial","PJSIP/202","2026-03-01 10:00:00",` +
  `"2026-03-01 10:00:05","2026-03-01 10:01:00",60,55,"ANSWERED","DOCUMENTATION","1772359200.1",${userfield},"","1772359200.1",${seq}\n`

describe('recordings', () => {
  test('whole files: every row, no reject', () => {
    const bulk = read(gunzipSync(recorded('bulk-22/Master.csv.gz')))
    expect([rows(bulk).length, rejects(bulk).length]).toEqual([5338, 0])
    for (const version of ['asterisk-22', 'asterisk-16']) {
      const items = read(recorded(`${version}/Master.csv`))
      expect([rows(items).length, rejects(items).length]).toEqual([120, 0])
    }
  })

  test('all fields of one row', () => {
    const row = rows(read(recorded('asterisk-22/scenarios/sip-account.master.csv')))[0]!
    expect(row).toMatchObject({
      accountcode: 'CUST-7',
      src: '4930901820',
      dst: '+81312345670',
      clid: '"Müller GmbH" <4930901820>',
      disposition: 'ANSWERED',
      userfield: 'batch=1,seq=9',
      peeraccount: 'CUST-7',
      line: 1,
    })
    expect(row.linkedid).toBe(row.uniqueid)
    expect(row.sequence).toBeGreaterThan(0)
    expect(row.raw).toEqual(recorded('asterisk-22/scenarios/sip-account.master.csv').subarray(0, -1))
  })

  test('a userfield with line breaks is one row over several lines', () => {
    const [first, second] = rows(read(recorded('asterisk-22/scenarios/newline.master.csv')))
    expect(first?.userfield).toBe('line1\r\nDuration: 99999\r\n\r\nEvent: Cdr\r\nUniqueID: forged')
    expect([first?.line, second?.line]).toEqual([1, 6])
  })

  test('a file that changes its width in the middle is read on', () => {
    const narrow = ROW().replace(',"","1772359200.1",7\n', '\n')
    const items = read(narrow + ROW() + narrow)
    expect(rows(items).map((r) => r.sequence)).toEqual([undefined, 7, undefined])
  })
})

describe('what careless tools make of it', () => {
  test('byte order mark, CR LF, blank lines, everything quoted', () => {
    const quoted = ROW().replace(',60,55,', ',"60","55",').replace(/,7\n/, ',"7"\n')
    const items = read(`\ufeff${(ROW() + quoted).replaceAll('\n', '\r\n\r\n')}`)
    expect(rejects(items)).toEqual([])
    expect(rows(items).map((r) => [r.line, r.duration, r.sequence])).toEqual([
      [1, 60, 7],
      [3, 60, 7],
    ])
  })

  test('a half-escaped caller id', () => {
    const items = read(ROW().replace('"""Ann"" <201>"', '""Ann" <201>"'))
    expect(rows(items)[0]?.clid).toBe('"Ann" <201>')
  })

  test('fractional seconds are floored', () => {
    const items = read(ROW().replace(',60,55,', ',60.999999,"55.5",'))
    expect(rows(items)[0]).toMatchObject({ duration: 60, billsec: 55 })
  })

  test('damaged UTF-8 keeps its bytes in raw', () => {
    const bytes = Buffer.concat([Buffer.from('"'), Buffer.from([0xc3]), Buffer.from(ROW().slice(1))])
    const row = rows(read(bytes))[0]
    expect(row?.accountcode).toBe('\ufffd')
    expect(row?.raw).toEqual(bytes.subarray(0, -1))
  })
})

describe('rejects', () => {
  test.each([
    ['too few columns', ROW().replace('"office",', ''), /20 columns|not a date/],
    ['too many columns', ROW().replace('"office"', '"office","x"'), /22 columns where 21 were expected/],
    ['no date', ROW().replace('2026-03-01 10:00:05', '0000-00-00 00:00:00'), /answer time "0000-00-00 00:00:00"/],
    ['31 February', ROW().replace('2026-03-01 10:00:00', '2026-02-31 10:00:00'), /start time/],
    ['negative', ROW().replace(',60,55,', ',60,-5,'), /billsec "-5" is not a number of seconds/],
    ['disposition', ROW().replace('ANSWERED', 'answered?'), /disposition "answered\?"/],
    ['sequence', ROW('201', 'x1'), /sequence "x1"/],
    ['zero bytes', `\0\0\0${ROW()}`, /zero bytes/],
  ])('%s', (_, bad, reason) => {
    const items = read(ROW('1') + bad + ROW('2'))
    expect(rows(items).map((r) => r.src)).toEqual(['1', '2'])
    expect(rejects(items)).toEqual([
      { kind: 'reject', line: 2, reason: expect.stringMatching(reason), raw: Buffer.from(bad.trimEnd()) },
    ])
  })

  test.each([
    ['in a text', ROW().replace('"office"', '"office')],
    ['in the last text', ROW('201', 7, '"x').replace(',"","1772359200.1",7', '')],
    ['opening the row', `"${ROW()}`],
    ['torn', ROW().slice(0, 70)],
    ['torn inside the opening quote', '"\n'],
  ])('a broken quote loses its own row only: %s', (_, bad) => {
    const good = Array.from({ length: 400 }, (_, i) => ROW(`${i}`, i)).join('')
    const line = bad.endsWith('\n') ? bad : `${bad}\n`
    const items = read(ROW('first') + line + good)
    expect(rejects(items)).toEqual([
      { kind: 'reject', line: 2, reason: expect.any(String), raw: Buffer.from(line.slice(0, -1)) },
    ])
    expect(rows(items).length).toBe(401)
    expect(rows(items).at(-1)?.line).toBe(402)
  })

  test('a quote that never closes is given up after 64 KiB', () => {
    const rubbish = `"${'no row at all\n'.repeat(20_000)}`
    const items = read(ROW('1') + rubbish + ROW('2'))
    expect(rows(items).map((r) => r.src)).toEqual(['1', '2'])
    expect(rejects(items).every((r) => r.raw.length <= 64 * 1024)).toBe(true)
    expect(rows(items)[1]?.line).toBe(20_002)
  })

  test('the last line without a line end: whole is taken, half is not', () => {
    expect(rows(read(ROW() + ROW('last').trimEnd())).map((r) => r.src)).toEqual(['201', 'last'])
    // Cut after the eighteenth column it would look like a row of an older PBX.
    for (const cut of [ROW().indexOf(',"","1772359200.1",7'), 30, ROW().indexOf('"ANSW') + 3]) {
      const items = read(ROW() + ROW('last').slice(0, cut))
      expect(rows(items).length).toBe(1)
      expect(rejects(items)).toMatchObject([{ line: 2, reason: 'the file ends in the middle of this row' }])
    }
  })

  test('a line of column names is not a bad row', () => {
    const names = `${format('cdr_csv-21').columns.join(',')}\n`
    expect(read(names + ROW()).map((i) => i.kind)).toEqual(['row'])
  })
})

test('chunks cut anywhere give the same items', () => {
  const piece = fc.oneof(
    { weight: 5, arbitrary: fc.nat(999).map((n) => ROW(`${n}`, n)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('"', '""', ',', '\n', '\r\n', '\r', '"\n', '\0', 'é', '"a","b"\n', '\ufeff'),
    },
    { weight: 1, arbitrary: fc.nat(250).map((n) => ROW().slice(0, n)) },
    { weight: 1, arbitrary: fc.nat(250).map((n) => `${ROW().slice(n)}`) },
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(3000), { maxLength: 20 }), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(''))
      const sorted = cuts.filter((c) => c < bytes.length).sort((a, b) => a - b)
      const once = read(bytes).map(plain)
      expect(read(bytes, 'cdr_csv-21', sorted).map(plain)).toEqual(once)
    }),
    { numRuns: 300 },
  )
})

test('no byte is lost: rows and rejects together are the file without its line ends', () => {
  const piece = fc.oneof(
    fc.constant(ROW()),
    fc.string({ maxLength: 60 }),
    fc.constantFrom('"', '\n', ROW().slice(0, 99)),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const bytes = Buffer.from(pieces.join(''))
      const kept = read(bytes).map((i) => (i.kind === 'row' ? i.row.raw! : i.raw).toString('latin1'))
      const bare = (s: string) => s.replaceAll(/[\r\n]/g, '')
      expect(bare(kept.join(''))).toBe(bare(bytes.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '')))
    }),
  )
})

test('gzip is unpacked on the way, also in several members; other bytes pass', async () => {
  const collect = async (chunks: Buffer[]) => Buffer.concat(await all(gunzipIfNeeded(async_(chunks))))
  const packed = Buffer.concat([gzipSync('one '), gzipSync('two')])
  expect((await collect([packed.subarray(0, 1), packed.subarray(1)])).toString()).toBe('one two')
  expect((await collect([Buffer.from('pl'), Buffer.from('ain')])).toString()).toBe('plain')
  expect(await collect([])).toEqual(Buffer.alloc(0))
  expect((await collect([Buffer.concat([packed, Buffer.alloc(9000)])])).toString()).toBe('one two')
  await expect(collect([packed.subarray(0, 15)])).rejects.toThrow('damaged')
})

test('gives out what stood before the damage of an archive', async () => {
  const text = Array.from({ length: 20_000 }, (_, n) => `row ${n} ${(n * 7919) % 104_729}\n`).join('')
  const packed = gzipSync(text)
  const broken = Buffer.from(packed)
  broken.fill(0x55, packed.length - 3000, packed.length - 2900)
  for (const [bytes, least] of [
    [packed.subarray(0, packed.length - 9), text.length],
    [packed.subarray(0, packed.length / 2), text.length * 0.4],
    [broken, text.length * 0.8],
  ] as const) {
    let got = ''
    const read = async () => {
      for await (const chunk of gunzipIfNeeded(async_([bytes]))) got += String(chunk)
    }
    await expect(read()).rejects.toThrow(DamagedArchive)
    expect(text.startsWith(got.slice(0, least))).toBe(true)
    expect(got.length).toBeGreaterThanOrEqual(least)
  }
})

test('stops at an archive that holds beyond all measure', async () => {
  const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024))
  let bytes = 0
  const read = async () => {
    for await (const chunk of gunzipIfNeeded(async_([bomb]))) bytes += chunk.length
  }
  await expect(read()).rejects.toThrow('200 times')
  expect(bytes).toBeLessThan(80 * 1024 * 1024)
})

async function* async_(chunks: Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks
}

async function all(chunks: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const list: Buffer[] = []
  for await (const chunk of chunks) list.push(chunk)
  return list
}
