// tollbook deck export and price-list: a deck as a file for ourselves, which imports again to the same rates, and one for
// customers.

import { PdfUnavailableError, renderPriceListPdf } from '@tollbook/invoices'
import { currencyLetters } from '@tollbook/kernel'
import { exportVersion, type PriceList, priceList, priceListCsv } from '@tollbook/tariffs'
import { DateTime } from 'luxon'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { deckWords, findDeck, findVersion, versionNumber } from '../find-deck.ts'
import { findPlan } from '../find-plan.ts'
import { parseInstant } from '../parse-instant.ts'
import { oneOf } from '../sheet-options.ts'
import { counted } from '../text.ts'
import { writeFilePieces } from '../write-out.ts'

export const deckExport: Command = {
  needs: 'tenant',
  help: `deck export writes all rates of a version as CSV that imports again to the same rates.

  tollbook deck export NAME [--version V] [--out FILE] [--tenant SLUG] [--json]

  --version    default: the one in force, else the newest
  --out        default: standard output

  tollbook deck export Retail > retail.csv`,
  options: { version: { type: 'string' }, out: { type: 'string' } },
  run: runExport,
}

export const deckPriceList: Command = {
  needs: 'tenant',
  help: `deck price-list writes what customers pay, by destination, as a table or on paper.

  tollbook deck price-list NAME | --plan PLAN [--format csv|pdf] [--at DATE] [--locale L] [--out FILE]
                           [--tenant SLUG] [--json]

  --plan       the prices of a plan, with its markups
  --format     csv (default) or pdf
  --at         as of a day or moment (default: now)
  --locale     language of the PDF: en (default) or zh-CN
  --out        default: standard output for CSV; a PDF needs it

  tollbook deck price-list Retail --format pdf --out prices.pdf`,
  options: Object.fromEntries(
    ['plan', 'format', 'at', 'locale', 'out'].map((name) => [name, { type: 'string' as const }]),
  ),
  run: runPriceList,
}

async function runExport(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { name } = deckWords(args, 'deck export NAME [--version V]', 1)
  const deck = await findDeck(around, name)
  const wanted = optional(args, 'version')
  const found =
    wanted === undefined
      ? (deck.versions.find((v) => v.state === 'in-force') ?? deck.versions[0])
      : findVersion(deck, versionNumber(wanted, 'deck export NAME --version V'))
  if (found === undefined) throw new CommandError('no-such-version', `Deck "${deck.name}" has no version to export.`)
  const { version, rates } = found
  const pieces = exportVersion(around.db, deck.deckId, version)
  const about = { deckId: deck.deckId, name: deck.name, version, rates }
  const out = optional(args, 'out')
  if (out !== undefined) {
    const path = await writeFilePieces(out, pieces, around)
    return {
      json: { ...about, file: path },
      text: `${deck.name}, version ${version}: ${counted(rates, 'rate')} in ${path}`,
    }
  }
  if (args.options.json === true) {
    let csv = ''
    for await (const piece of pieces) csv += piece
    return { json: { ...about, csv }, text: '' }
  }
  for await (const piece of pieces) around.out(piece)
  return { json: about, text: '', streamed: true }
}

async function runPriceList(args: Args, around: TenantSurroundings): Promise<Answer> {
  const format = oneOf(args, 'format', ['csv', 'pdf']) ?? 'csv'
  const out = optional(args, 'out')
  const at = optional(args, 'at')
  const { tenant, clock } = around
  const atMs = at === undefined ? clock.now() : parseInstant('at', at, tenant.zone)
  if (format === 'pdf' && out === undefined) throw new UsageError('A PDF goes into a file: --out prices.pdf')
  const list = await listAsked(args, around, atMs)
  const currency = currencyLetters(list.currency) ?? ''
  const json = { name: list.name, currency, at: new Date(atMs).toISOString(), lines: list.lines }
  if (out === undefined) {
    if (list.lines.length === 0) around.err('No price is in force then.\n')
    return { json, text: priceListCsv(list) }
  }
  const asOf = DateTime.fromMillis(atMs, { zone: tenant.zone }).toISODate()!
  const head = { from: tenant.name, currency, asOf, locale: optional(args, 'locale') ?? 'en' }
  const file = format === 'csv' ? priceListCsv(list) : await paper({ ...list, ...head })
  const path = await writeFilePieces(out, [file], around)
  const text = `${list.name}: ${counted(list.lines.length, 'line')}, ${currency}, as of ${asOf}, in ${path}`
  return { json: { ...json, lines: list.lines.length, file: path }, text }
}

async function listAsked(args: Args, around: TenantSurroundings, atMs: number): Promise<PriceList> {
  const { db, tenant } = around
  const planName = optional(args, 'plan')
  if (planName !== undefined && args.words.length > 0) throw new UsageError('Either a deck or --plan PLAN, not both')
  const of =
    planName === undefined
      ? { deckId: (await findDeck(around, deckWords(args, 'deck price-list NAME | --plan PLAN', 1).name)).deckId }
      : { planId: (await findPlan(around, planName)).planId, zone: tenant.zone }
  const list = await priceList(db, { tenantId: tenant.tenantId, atMs, ...of })
  if (list === undefined) throw new CommandError('no-deck', 'It was deleted just now.')
  return list
}

async function paper(list: Parameters<typeof renderPriceListPdf>[0]): Promise<Uint8Array> {
  return await renderPriceListPdf(list).catch((error: unknown) => {
    if (!(error instanceof PdfUnavailableError)) throw error
    throw new CommandError('no-pdf', `${error.message}. As a table: --format csv`)
  })
}
