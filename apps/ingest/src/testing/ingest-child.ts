// The real ingest process as a child that may be killed: its environment, its last words, its end.

import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

export type IngestChild = {
  /** Resolves when it has ended, by whatever. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  isRunning(): boolean
  /** kill -9. */
  kill(): void
  /** SIGTERM, and waits for the end. */
  stop(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
}

export type IngestChildOptions = {
  readonly databaseUrl: string
  /** Holds the key and the spool; the log of the child goes to ingest.log in it. */
  readonly dataDir: string
  /** `name:n`: dies there when it is passed for the nth time. */
  readonly failPoint?: string | undefined
}

const MAIN = new URL('../main.ts', import.meta.url).pathname

/** Starts one; it is listening to its sources a moment later. */
export function ingestChild(options: IngestChildOptions): IngestChild {
  const log = openSync(join(options.dataDir, 'ingest.log'), 'a')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: options.databaseUrl,
      TOLLBOOK_DATA_DIR: options.dataDir,
      TOLLBOOK_LOG: 'info',
      // Small, so that segments begin and end in a short run.
      TOLLBOOK_SPOOL_MIB: '1',
      // Compiled once for all runs: half of the time of a start.
      NODE_COMPILE_CACHE: join(options.dataDir, '..', 'compile-cache'),
      ...(options.failPoint === undefined ? {} : { TOLLBOOK_FAIL_POINT: options.failPoint }),
    },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const gone = () => child.kill('SIGKILL')
  process.once('exit', gone)
  void ended.then(() => process.off('exit', gone))
  return {
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill: () => void child.kill('SIGKILL'),
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}
