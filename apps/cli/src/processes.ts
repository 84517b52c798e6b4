// The processes below `npm start`: api, worker and ingest as children. One that dies is started again, more slowly
// each time; when it keeps dying, everything stops with its last words. Their log lines go to a file in the data
// directory; warnings and errors are also shown.

import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { backoffMs, type Config, nodeLimits } from '@tollbook/runtime'

export type Processes = { stop(): Promise<void> }

export type ProcessesOptions = {
  readonly config: Config
  readonly databaseUrl: string
  readonly names: readonly string[]
  readonly say: (text: string) => void
  /** Called when a process cannot be kept alive. */
  readonly onGivenUp: (name: string) => void
}

/** Deaths in a row (each within a minute of its start) after which a process is given up. */
const DEATHS_MAX = 5
const STEADY_MS = 60_000
const LOG_BYTES_MAX = 20 * 1024 * 1024
/** A child has this long to finish its batch before it is cut off, milliseconds. */
const STOP_LIMIT_MS = 15_000

/** Starts one child per name (apps/NAME/src/main.ts) and keeps them running until `stop`. */
export function startProcesses(options: ProcessesOptions): Processes {
  const { config, names } = options
  const file = join(config.dataDir, 'tollbook.log')
  if (existsSync(file) && statSync(file).size > LOG_BYTES_MAX) renameSync(file, `${file}.1`)
  const log = createWriteStream(file, { flags: 'a', mode: 0o600 })
  const children = new Map<string, ChildProcess>()
  let stopping = false

  const launch = (name: string, deaths: number): void => {
    const startedAt = Date.now()
    const { flags, env } = nodeLimits(name)
    const child = spawn(process.execPath, [...flags, join(config.rootDir, 'apps', name, 'src/main.ts')], {
      cwd: config.rootDir,
      env: { ...process.env, ...env, DATABASE_URL: options.databaseUrl, TOLLBOOK_DATA_DIR: config.dataDir },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true, // Ctrl-C reaches us alone; we pass it on in order
    })
    children.set(name, child)
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`)
        const shown = worthShowing(name, line)
        if (shown !== undefined) options.say(shown)
      })
    }
    child.on('exit', (code, signal) => {
      children.delete(name)
      if (stopping) return
      const inARow = Date.now() - startedAt > STEADY_MS ? 1 : deaths + 1
      options.say(`${name} ended (${signal ?? `exit ${code}`}); see ${file}`)
      if (inARow >= DEATHS_MAX) options.onGivenUp(name)
      else setTimeout(() => !stopping && launch(name, inARow), backoffMs(inARow)).unref()
    })
  }
  for (const name of names) launch(name, 0)

  return {
    async stop() {
      stopping = true
      await Promise.all([...children.values()].map(stopChild))
      await new Promise<void>((done) => log.end(() => done()))
    },
  }
}

function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done()
    const cut = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
    child.once('exit', () => {
      clearTimeout(cut)
      done()
    })
    child.kill('SIGTERM')
  })
}

/** Warnings and errors in one readable line; anything that is not a log line at all; nothing else. */
function worthShowing(name: string, line: string): string | undefined {
  try {
    const entry = JSON.parse(line) as { level?: number; msg?: string; err?: { message?: string } }
    if ((entry.level ?? 0) < 40) return undefined
    return `${name}: ${entry.msg ?? ''}${entry.err?.message === undefined ? '' : ` (${entry.err.message})`}`
  } catch {
    return line.trim() === '' || /ExperimentalWarning|node --trace-warnings/.test(line) ? undefined : `${name}: ${line}`
  }
}
