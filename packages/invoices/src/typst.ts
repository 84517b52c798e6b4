// The Typst compiler, with the fonts beside this folder. It is a native library that is not there on every platform; it
// is loaded when the first PDF is asked for, so that everything else works without it.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'

/** The PDF cannot be made here: the platform has no Typst compiler, or the template has a fault. */
export class PdfUnavailableError extends Error {
  override name = 'PdfUnavailableError'
}

/** Papers whose layout is kept for the next one: a table's layout is reused, older ones are let go. */
export const LAYOUTS_KEPT = 5

export function loadCompiler(): Promise<NodeCompiler> {
  loading ??= createCompiler()
  return loading
}

const FONTS = ['IBMPlexSans-Regular', 'IBMPlexSans-SemiBold', 'NotoSansSC-Regular-subset', 'NotoSansSC-SemiBold-subset']

let loading: Promise<NodeCompiler> | undefined
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
