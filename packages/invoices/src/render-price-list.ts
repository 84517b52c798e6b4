// Draws a price list for customers as PDF. The rows are handed in as text: what is sold and at which price is not known
// here.

import { readFileSync } from 'node:fs'
import { LAYOUTS_KEPT, loadCompiler, PdfUnavailableError } from './typst.ts'
import { invoiceLocale, WORDS } from './words.ts'

/** A price list as it is printed. Prices are decimals as text, in the currency of the list. */
export type PriceListPaper = {
  /** Who sells, and what the list is called. */
  readonly from: string
  readonly name: string
  /** ISO 4217 letters. */
  readonly currency: string
  /** YYYY-MM-DD: the day it is as of. */
  readonly asOf: string
  readonly locale: string
  readonly lines: readonly {
    readonly destination: string
    readonly prefixes: readonly string[]
    /** Name of the time it holds in; '' = always. */
    readonly window: string
    readonly pricePerMinute: string
    readonly connectFee: string
    readonly firstBlockSeconds: number
    readonly incrementSeconds: number
  }[]
}

/** Lines and letters at most: some 150 pages, five seconds of this thread. Whoever has more wants a file, not paper. */
const MOST_LINES = 5_000
const MOST_LETTERS = 400_000

/** The list as the bytes of a PDF. Throws PdfUnavailableError where there is no compiler, or when it is too long. */
export async function renderPriceListPdf(paper: PriceListPaper): Promise<Uint8Array> {
  const text = JSON.stringify(printed(paper))
  if (paper.lines.length > MOST_LINES || text.length > MOST_LETTERS) {
    throw new PdfUnavailableError(`a price list of ${paper.lines.length} lines is too long for paper`)
  }
  const compiler = await loadCompiler()
  const result = compiler.compile({ mainFileContent: priceListTemplate(), inputs: { list: text } })
  if (!result.result) {
    const why = JSON.stringify(result.takeDiagnostics()?.shortDiagnostics ?? 'no diagnostics')
    throw new PdfUnavailableError(`the price list cannot be drawn: ${why}`)
  }
  const pdf = compiler.pdf(result.result)
  compiler.evictCache(LAYOUTS_KEPT)
  return pdf
}

const HEADS = {
  en: {
    title: 'Price list',
    asOf: 'As of',
    destination: 'Destination',
    prefixes: 'Prefixes',
    time: 'Time',
    minute: 'a minute',
    call: 'a call',
    blocks: 'Seconds',
  },
  'zh-CN': {
    title: '价目表',
    asOf: '截至',
    destination: '目的地',
    prefixes: '号码前缀',
    time: '时段',
    minute: '每分钟',
    call: '每次',
    blocks: '计费秒数',
  },
}

function printed({ from, name, currency, asOf, locale, lines }: PriceListPaper) {
  const language = invoiceLocale(locale)
  const heads = HEADS[language]
  const windows = lines.some((line) => line.window !== '')
  return {
    lang: language === 'en' ? 'en' : 'zh',
    region: language === 'en' ? null : 'cn',
    from,
    name,
    title: heads.title,
    asOf: `${heads.asOf} ${WORDS[language].date(asOf)}`,
    page: WORDS[language].page,
    windows,
    heads: { ...heads, minute: `${currency} ${heads.minute}`, call: `${currency} ${heads.call}` },
    lines: lines.map((line) => [
      line.destination,
      inRanges(line.prefixes),
      ...(windows ? [line.window] : []),
      line.pricePerMinute,
      line.connectFee === '0' ? '' : line.connectFee,
      `${line.firstBlockSeconds}/${line.incrementSeconds}`,
    ]),
  }
}

/** "44, 45, 46, 33" → "33, 44–46": neighbours of one length as a range. */
export function inRanges(prefixes: readonly string[]): string {
  const parts: { first: string; last: string }[] = []
  for (const prefix of prefixes.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))) {
    const open = parts.at(-1)
    const follows =
      open &&
      /^\d{1,15}$/.test(prefix) &&
      prefix.length === open.last.length &&
      Number(prefix) === Number(open.last) + 1
    if (follows) open.last = prefix
    else parts.push({ first: prefix, last: prefix })
  }
  return parts.map(({ first, last }) => (first === last ? first : `${first}–${last}`)).join(', ')
}

let template: string | undefined

function priceListTemplate(): string {
  template ??= readFileSync(new URL('../template/price-list.typ', import.meta.url), 'utf8')
  return template
}
