// The PDF as bytes: it opens, has its pages, and every character on it can be read back by whoever selects the text.
// No PDF reader is needed: enough of the format is read here to get each page's text through the fonts' own tables.

import { inflateSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import type { InvoiceDocument } from './document.ts'
import { renderInvoicePdf } from './index.ts'
import { paperOf } from './paper.ts'
import { compileInvoice } from './render-pdf.ts'

function invoice(lines: number, over: Partial<InvoiceDocument> = {}): InvoiceDocument {
  const each = Array.from({ length: lines }, (_, i) => ({
    line: i + 1,
    section: 'calls' as const,
    description: i === 0 ? 'China, mobile 中国移动' : `Destination ${i}`,
    destinationId: i + 1,
    calls: 1234,
    seconds: 3601,
    billedSeconds: 3660,
    amount: '62.880300',
  }))
  const net = (62_880_300n * BigInt(lines)).toString()
  return {
    version: 1,
    number: '2026-0418',
    locale: 'zh-CN',
    issuedOn: '2026-11-01',
    dueOn: '2026-12-01',
    firstDay: '2026-10-01',
    lastDay: '2026-10-31',
    zone: 'Europe/Dublin',
    currency: 'EUR',
    from: { name: 'Northpier Telecom Ltd', address: ['12 Harbour Row, Cork'], taxId: 'IE 0', iban: 'IE00 TEST' },
    to: { name: '蓝鹤贸易有限公司', address: ['Unit 4, Quay'], account: '1022' },
    lines: each,
    net: `${net.slice(0, -6)}.${net.slice(-6)}`,
    rounding: '-0.000300',
    taxRate: '0.23',
    tax: '14.460000',
    total: '77.340000',
    ...over,
  }
}

/** The text of each page, in order of drawing: content streams, read through the fonts' tables of characters. */
function textOfPages(pdf: Uint8Array): string[] {
  const file = Buffer.from(pdf).toString('latin1')
  const objects = new Map([...file.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)].map((m) => [m[1]!, m[2]!]))
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\n/.test(body))
  return pages.map((page) => {
    const fonts = new Map(
      [...page.matchAll(/\/(f\d+) (\d+) 0 R/g)].map((m) => {
        const table = /\/ToUnicode (\d+) 0 R/.exec(objects.get(m[2]!)!)!
        return [m[1]!, charactersOf(streamOf(objects.get(table[1]!)!))]
      }),
    )
    return drawnText(streamOf(objects.get(/\/Contents (\d+) 0 R/.exec(page)![1]!)!), fonts)
  })
}

function streamOf(object: string): string {
  const data = Buffer.from(/\nstream\n([\s\S]*)\nendstream/.exec(object)![1]!, 'latin1')
  return object.includes('/FlateDecode') ? inflateSync(data).toString('latin1') : data.toString('latin1')
}

/** A ToUnicode table: glyph number → text. */
function charactersOf(table: string): Map<number, string> {
  const pairs = table.matchAll(/^<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>$/gm)
  const text = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le')
  return new Map([...pairs].map((m) => [Number.parseInt(m[1]!, 16), text(m[2]!)]))
}

function drawnText(content: string, fonts: ReadonlyMap<string, ReadonlyMap<number, string>>): string {
  let text = ''
  let font: ReadonlyMap<number, string> | undefined
  // A font; a string in brackets, which may hold balanced brackets; or one in hexadecimal.
  const token = /\/(f\d+) [\d.]+ Tf|\(((?:\\[\s\S]|[^\\()]|\((?:\\[\s\S]|[^\\()])*\))*)\)|<([0-9A-Fa-f]+)>/g
  for (const [, name, literal, hex] of content.matchAll(token)) {
    if (name !== undefined) font = fonts.get(name)
    const glyphs = hex === undefined ? Buffer.from(unescapeString(literal ?? ''), 'latin1') : Buffer.from(hex, 'hex')
    for (let i = 0; i < glyphs.length; i += 2) text += font?.get(glyphs.readUInt16BE(i)) ?? ''
  }
  return text
}

function unescapeString(text: string): string {
  const named: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
  return text.replace(/\\([0-7]{1,3}|[\s\S])/g, (_, c: string) =>
    /^[0-7]/.test(c) ? String.fromCharCode(Number.parseInt(c, 8)) : (named[c] ?? c),
  )
}

/** Blanks between words may be drawn or skipped over. */
const tight = (text: string) => text.replace(/\s/g, '')

/** All texts of the paper, however deep. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsOf) : []
}

describe('renderInvoicePdf', () => {
  it('makes a PDF of one page whose Chinese and Latin text can be read back', async () => {
    const document = invoice(7)
    const pdf = await renderInvoicePdf(document)
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe('%PDF-')
    expect((await compileInvoice(document)).compiled.numOfPages).toBe(1)
    const [page] = textOfPages(pdf).map(tight)
    const { lang, region, page: _, ...printed } = paperOf(document)
    expect(textsOf(printed).filter((text) => !page!.includes(tight(text)))).toEqual([])
    expect(page).toContain('蓝鹤贸易有限公司')
    expect(page).toContain('第1页，共1页')
  })

  it('goes on over as many pages as it needs, with its head on each', async () => {
    const document = invoice(120)
    const pages = textOfPages(await renderInvoicePdf(document)).map(tight)
    expect(pages.length).toBe((await compileInvoice(document)).compiled.numOfPages)
    expect(pages.length).toBeGreaterThanOrEqual(4)
    for (const [i, page] of pages.entries()) {
      expect(page).toContain('计费时长Billedh:mm:ss')
      expect(page).toContain(`第${i + 1}页，共${pages.length}页`)
    }
    const lines = pages.join('').match(/Destination\d+/g)
    expect(lines).toHaveLength(119)
  })

  it('takes names for text, never for markup', async () => {
    const nasty = '#panic("x") $a^2$ *b* `c` <d> @e \\ [f] "g" #{sys.inputs}'
    const document = invoice(1, { to: { name: nasty, address: [nasty, '= heading', '- list'], account: '#1' } })
    const [page] = textOfPages(await renderInvoicePdf(document)).map(tight)
    expect(page!.split(tight(nasty))).toHaveLength(3)
    expect(page).toContain('=heading-list')
  })

  it('draws characters that no font of ours has without failing', async () => {
    const document = invoice(1, {
      to: { name: '\u{20BB7}野家 العربية 한국 🙂 \u{10FFFF}\u0001', address: [''], account: '' },
    })
    expect((await renderInvoicePdf(document)).length).toBeGreaterThan(10_000)
  })

  it('says so where there is no compiler, and only when a PDF is asked for', async () => {
    vi.resetModules()
    vi.doMock('@myriaddreamin/typst-ts-node-compiler', () => {
      throw new Error('Cannot find native binding')
    })
    const room = await import('./index.ts')
    await expect(room.renderInvoicePdf(invoice(1))).rejects.toThrow(room.PdfUnavailableError)
    await expect(room.renderInvoicePdf(invoice(1))).rejects.toThrow(`for ${process.platform}-${process.arch} is not`)
    vi.doUnmock('@myriaddreamin/typst-ts-node-compiler')
  })

  it('is the same bytes for the same document', async () => {
    const [a, b] = [await renderInvoicePdf(invoice(3)), await renderInvoicePdf(invoice(3))]
    expect(Buffer.from(a).equals(Buffer.from(b))).toBe(true)
  })
})

describe('paperOf', () => {
  it('prints lines exactly, then one rounding, then whole cents', () => {
    const paper = paperOf(invoice(1, { locale: 'en' }))
    expect(paper.lines[0]).toEqual({
      text: 'China, mobile 中国移动',
      calls: '1,234',
      billed: '1:01:00',
      amount: ['62.88', '03'],
    })
    expect(paper.sums).toEqual([
      { label: ['Rounding'], amount: ['−0.00', '03'] },
      { label: ['Net'], amount: ['62.88'] },
      { label: ['VAT 23%'], amount: ['14.46'] },
    ])
    expect(paper.total).toBe('€77.34')
    expect(paper.due).toBe('Due 1 December 2026')
    expect(paper.heads.period).toEqual(['1–31 October 2026, Europe/Dublin'])
  })

  it('leaves out the rows that say nothing and calls a negative paper a credit note', () => {
    const lines = invoice(1).lines.map((l) => ({ ...l, amount: '-1234.500000' }))
    const money = { net: '-1234.500000', rounding: '0.000000', taxRate: '', tax: '0.000000', total: '-1234.500000' }
    const paper = paperOf(invoice(1, { locale: 'en', currency: 'CHF', lines, ...money }))
    expect([paper.title, paper.due]).toEqual([['Credit note'], ''])
    expect(paper.sums).toEqual([])
    expect(paper.lines[0]!.amount).toEqual(['−1,234.50'])
    expect(paper.total).toBe('−CHF\u00a01,234.50')
    expect(paper.notes.join()).not.toContain('IE00')
  })

  it('knows currencies without coins', () => {
    const money = { rounding: '-0.880300', taxRate: '', tax: '0.000000', total: '62.000000' }
    const paper = paperOf(invoice(1, { locale: 'zh-CN', currency: 'JPY', ...money }))
    expect(paper.lines[0]!.amount).toEqual(['62', '.8803'])
    expect(paper.total).toBe('¥62')
    expect(paper.title).toEqual(['账单', 'Invoice'])
  })
})
