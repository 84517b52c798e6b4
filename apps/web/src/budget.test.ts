// What a first visit downloads, and that nothing in the page needs an exception in the content-security policy.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPages } from '../mock/build-pages.ts'

/** Script of the first load, gzip. The promise of the project; measured 121 kB. */
const MAX_SCRIPT_BYTES = 200_000
/** All styles, gzip: one file. Measured 8 kB. */
const MAX_STYLE_BYTES = 20_000

type Chunk = { file: string; imports?: string[]; css?: string[]; isEntry?: boolean }

let built: Awaited<ReturnType<typeof buildPages>>
beforeAll(async () => {
  built = await buildPages()
})
afterAll(() => built?.remove())

const gzipped = (file: string) => gzipSync(readFileSync(join(built.dir, file))).length

test('the first load stays below 200 kB of script', () => {
  const manifest = JSON.parse(readFileSync(join(built.dir, 'manifest.json'), 'utf8')) as Record<string, Chunk>
  const needed = new Set<string>()
  const walk = (key: string) => {
    const chunk = manifest[key]
    if (!chunk || needed.has(chunk.file)) return
    needed.add(chunk.file)
    for (const one of chunk.imports ?? []) walk(one)
  }
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) walk(key)
  const bytes = [...needed, 'boot.js'].reduce((sum, file) => sum + gzipped(file), 0)
  console.log(`first load: ${(bytes / 1000).toFixed(1)} kB of script, gzip, in ${needed.size + 1} files`)
  expect(needed.size).toBeGreaterThan(0)
  expect(bytes).toBeLessThan(MAX_SCRIPT_BYTES)
  const styles = Object.values(manifest).flatMap((chunk) => chunk.css ?? [])
  expect(styles.length).toBeGreaterThan(0)
  for (const file of new Set(styles)) expect(gzipped(file)).toBeLessThan(MAX_STYLE_BYTES)
})

test('the page holds no inline script and no inline style', () => {
  const html = readFileSync(join(built.dir, 'index.html'), 'utf8')
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
  expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=/)
  expect(html).not.toMatch(/https?:\/\//)
})
