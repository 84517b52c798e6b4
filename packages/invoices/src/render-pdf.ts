// Draws the paper as PDF with Typst, from the template and fonts beside this folder. The compiler is a native library
// that is not there on every platform; it is loaded when the first PDF is asked for, so that everything else works
// without it.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { NodeCompiler, NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler'
import type { InvoiceDocument } from './document.ts'
import { paperOf } from './paper.ts'

/** The PDF cannot be made here: the platform has no Typst compiler, or the template has a fault. */
export class PdfUnavailableError extends Error {
  override name = 'PdfUnavailableError'
}

/**
 * The document as the bytes of a PDF. The same document gives the same text on every machine: fonts come with us.
 * Characters that these fonts lack are drawn from the system's or as boxes. Takes about 50 ms of CPU a page, in this
 * thread. Throws PdfUnavailableError where the compiler cannot be loaded.
 */
export async function renderInvoicePdf(document: InvoiceDocument): Promise<Uint8Array> {
  const { compiler, compiled } = await compileInvoice(document)
  const pdf = compiler.pdf(compiled)
  // Results of the last few papers are kept (the table's layout is reused), older ones are let go.
  compiler.evictCache(5)
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

const FONTS = ['IBMPlexSans-Regular', 'IBMPlexSans-SemiBold', 'NotoSansSC-Regular-subset', 'NotoSansSC-SemiBold-subset']

let loading: Promise<NodeCompiler> | undefined
let template: string | undefined

function invoiceTemplate(): string {
  template ??= readFileSync(new URL('../template/invoice.typ', import.meta.url), 'utf8')
  return template
}

function loadCompiler(): Promise<NodeCompiler> {
  loading ??= createCompiler()
  return loading
}

async function createCompiler(): Promise<NodeCompiler> {
  let typst: typeof import('@myriaddreamin/typst-ts-node-compiler')
  try {
    typst = await import('@myriaddreamin/typst-ts-node-compiler')
  } catch (cause) {
    const where = `${process.platform}-${process.arch}`
    throw new PdfUnavailableError(`no PDF on this platform: the Typst compiler for ${where} is not installed`, {
      cause,
    })
  }
  const fontBlobs = FONTS.map((name) => readFileSync(new URL(`../fonts/${name}.ttf`, import.meta.url)))
  return typst.NodeCompiler.create({
    workspace: fileURLToPath(new URL('../template', import.meta.url)),
    fontArgs: [{ fontBlobs }],
  })
}
