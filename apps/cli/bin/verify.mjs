#!/usr/bin/env node
// `npm test`: format and lint, types, then every test. `npm test -- PATTERN` runs only the tests that match.

import { join } from 'node:path'
import { ensureInstalled, nodeBinary, root, run } from './bootstrap.mjs'

ensureInstalled()
const node = nodeBinary()
const bin = (path) => join(root, 'node_modules', path)
const only = process.argv.slice(2)
const steps = [
  ['format and lint', [bin('@biomejs/biome/bin/biome'), 'check', '.']],
  ['types, server', [bin('typescript/bin/tsc'), '-p', '.']],
  ['types, pages', [bin('typescript/bin/tsc'), '-p', 'apps/web']],
  ['tests', [bin('vitest/vitest.mjs'), 'run']],
]
for (const [name, args] of only.length > 0 ? [['tests', [...steps.at(-1)[1], ...only]]] : steps) {
  process.stderr.write(`\n== ${name}\n`)
  const code = await run(node, args, { cwd: root })
  if (code !== 0) {
    process.stderr.write(`\n${name}: failed (exit ${code})\n`)
    process.exit(code)
  }
}
