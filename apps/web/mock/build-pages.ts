// Builds the pages into a folder that is thrown away, for tests: never the one a running server serves.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** About a second. `dir` holds index.html, manifest.json and assets/. */
export async function buildPages(): Promise<{ dir: string; remove(): void }> {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const dir = mkdtempSync(join(tmpdir(), 'tollbook-pages-'))
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'silent',
    build: { outDir: dir, emptyOutDir: true },
  })
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
