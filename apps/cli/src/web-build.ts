// The pages are built once from apps/web when its sources changed; a second start finds them ready.

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Builds apps/web/dist unless it already is what the sources say. Throws with the builder's words when it fails, and when
 * `stopping` is fired, which ends the builder.
 */
export async function ensureWebBuilt(rootDir: string, stopping: AbortSignal): Promise<void> {
  const web = join(rootDir, 'apps/web')
  const stamp = join(web, 'dist', '.built-from')
  const digest = sourcesDigest(rootDir, web)
  if (digest === undefined) return // an image without sources brings its dist along
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  await runVite(web, stopping)
  writeFileSync(stamp, digest)
}

/** What the pages are made of, besides the locked dependencies. */
const SOURCES = ['index.html', 'vite.config.ts', 'precompress.ts', 'package.json', 'src', 'public']

function sourcesDigest(rootDir: string, web: string): string | undefined {
  if (!existsSync(join(web, 'vite.config.ts'))) return undefined
  const hash = createHash('sha256').update(readFileSync(join(rootDir, 'pnpm-lock.yaml')))
  const files = SOURCES.flatMap((name) => filesBelow(join(web, name))).filter((f) => !/\.test\.tsx?$/.test(f))
  for (const file of files) hash.update(file.slice(web.length)).update(readFileSync(file))
  return hash.digest('hex')
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)))
}

function runVite(web: string, signal: AbortSignal): Promise<void> {
  const vite = join(web, 'node_modules/vite/bin/vite.js')
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
      cwd: web,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (d) => {
        said = (said + String(d)).slice(-4000)
      })
    }
    child.on('error', fail)
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`The pages could not be built:\n${said}`))))
  })
}
