// Leaves a brotli and a gzip copy beside every text file of the build, so that serving costs no compression.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Fonts are compressed already; smaller files would not fit fewer packets. */
const WORTH = /\.(js|css|html|svg|json)$/
const MIN_BYTES = 1024

export function precompress(): Plugin {
  let outDir = ''
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: (config) => {
      outDir = resolve(config.root, config.build.outDir)
    },
    closeBundle: () => {
      for (const entry of readdirSync(outDir, { recursive: true })) {
        const file = join(outDir, String(entry))
        if (!WORTH.test(file) || statSync(file).size < MIN_BYTES) continue
        const bytes = readFileSync(file)
        writeFileSync(`${file}.br`, brotliCompressSync(bytes))
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
      }
    },
  }
}
