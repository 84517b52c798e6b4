// Draws an invoice as PDF with Typst, from the template beside this folder. Knows how to ask the compiler, not where it
// comes from.

import { readFileSync } from 'node:fs'
import type { NodeCompiler, NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler'
import type { InvoiceDocument } from './document.ts'
import { paperOf } from './paper.ts'
import { LAYOUTS_KEPT, loadCompiler, PdfUnavailableError } from './typst.ts'

/**
 * The document as the bytes of a PDF. The same document gives the same text on every machine: fonts come with us.
 * Characters that these fonts lack are drawn from the system's or as boxes. Takes about 50 ms of CPU a page, in this
 * thread. Throws PdfUnavailableError where the compiler cannot be loaded.
 */
export async function renderInvoicePdf(document: InvoiceDocument): Promise<Uint8Array> {
  const { compiler, compiled } = await compileInvoice(document)
  const pdf = compiler.pdf(compiled)
  compiler.evictCache(LAYOUTS_KEPT)
  return pdf
}

/** The pages before they are PDF; apart so that a test can ask how many there are. */
export async function compileInvoice(
  document: InvoiceDocument,
): Promise<{ readonly compiler: NodeCompiler; readonly compiled: NodeTypstDocument }> {
  const compiler = await loadCompiler()
  const result = compiler.compile({
    mainFileContent: invoiceTemplate(),
    inputs: { invoice: JSON.stringify(paperOf(document)) },
  })
  const compiled = result.result
  if (!compiled) {
    const why = JSON.stringify(result.takeDiagnostics()?.shortDiagnostics ?? 'no diagnostics')
    throw new PdfUnavailableError(`invoice ${document.number} cannot be drawn: ${why}`)
  }
  return { compiler, compiled }
}

let template: string | undefined

function invoiceTemplate(): string {
  template ??= readFileSync(new URL('../template/invoice.typ', import.meta.url), 'utf8')
  return template
}
