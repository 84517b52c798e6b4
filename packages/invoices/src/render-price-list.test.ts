// A price list becomes a PDF; prefixes are told as ranges; what is too long is refused before anything is drawn.

import { describe, expect, it } from 'vitest'
import { PdfUnavailableError, type PriceListPaper, renderPriceListPdf } from './index.ts'
import { inRanges } from './render-price-list.ts'

const LINE = {
  destination: 'United Kingdom',
  prefixes: ['44', '45'],
  window: '',
  pricePerMinute: '0.0575',
  connectFee: '0',
  firstBlockSeconds: 30,
  incrementSeconds: 6,
}

function paper(lines: PriceListPaper['lines'], locale = 'en'): PriceListPaper {
  return { from: 'Northpier Telecom', name: 'Retail', currency: 'EUR', asOf: '2026-03-01', locale, lines }
}

const pagesOf = (pdf: Uint8Array) =>
  Buffer.from(pdf)
    .toString('latin1')
    .match(/\/Type \/Page\n/g)?.length

describe('renderPriceListPdf', () => {
  it('draws as many pages as it takes, in both languages and with times', async () => {
    const one = await renderPriceListPdf(
      paper([LINE, { ...LINE, destination: '#let x = "markup"', connectFee: '0.5' }]),
    )
    expect(Buffer.from(one.subarray(0, 5)).toString()).toBe('%PDF-')
    expect(pagesOf(one)).toBe(1)
    const many = Array.from({ length: 120 }, (_, i) => ({
      ...LINE,
      destination: `目的地 ${i}`,
      window: i % 2 ? 'Peak' : '',
    }))
    expect(pagesOf(await renderPriceListPdf(paper(many, 'zh-CN')))).toBeGreaterThan(2)
  })

  it('refuses what nobody would print', async () => {
    const lines = Array.from({ length: 5001 }, () => LINE)
    await expect(renderPriceListPdf(paper(lines))).rejects.toThrow(PdfUnavailableError)
    await expect(
      renderPriceListPdf(
        paper([{ ...LINE, prefixes: Array.from({ length: 60_000 }, (_, i) => String(i * 2 + 1_000_000)) }]),
      ),
    ).rejects.toThrow('too long')
  })
})

describe('inRanges', () => {
  it('joins neighbours of one length', () => {
    expect(inRanges(['46', '44', '45', '33', '447', '_44X.', '*'])).toBe('*, 33, 44–46, 447, _44X.')
    expect(inRanges(['99', '100', '09', '10'])).toBe('09–10, 99, 100')
    expect(inRanges([])).toBe('')
  })
})
