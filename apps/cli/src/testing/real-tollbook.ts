// The real command as child processes, as a user has it: `tollbook up` on a data directory and a port of its own, with
// next to nothing in its environment, and single commands beside it. Also what is left of it, by /proc.

import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const BIN = resolve(import.meta.dirname, '../../bin/tollbook.mjs')

export type Place = { readonly dataDir: string; readonly port: number }

export type Up = {
  readonly pid: number
  readonly url: string
  /** Everything said so far, standard error and standard output apart. */
  readonly err: () => string
  readonly out: () => string
  /** Resolves when standard error matches; rejects with what was said instead when the process ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves to the exit code, null after a signal. */
  readonly exited: Promise<number | null>
  /** SIGTERM, then the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL to the launcher and to `up` itself; whatever they had started is left alone, as an out-of-memory kill does. */
  killHard(): Promise<void>
}

/** A data directory that does not exist yet, below a folder the database's user may walk through; and a free port. */
export async function newPlace(): Promise<Place & { remove(): void }> {
  const parent = mkdtempSync(join(tmpdir(), 'tollbook-up-'))
  chmodSync(parent, 0o711)
  const remove = () => rmSync(parent, { recursive: true, force: true })
  return { dataDir: join(parent, 'data'), port: await freePort(), remove }
}

/** Starts `tollbook up`. The caller stops it. */
export function startUp(place: Place, ...options: string[]): Up {
  const child = launch(place, ['up', ...options])
  const heard = listen(child)
  return {
    pid: child.pid!,
    url: `http://127.0.0.1:${place.port}`,
    err: () => heard.err,
    out: () => heard.out,
    until: (pattern) => untilSaid(child, heard, pattern),
    exited: heard.exited,
    async stop() {
      child.kill('SIGTERM')
      return heard.exited
    },
    async killHard() {
      const below = processesOf(place).filter((one) => one.parent === child.pid)
      for (const { pid } of below) process.kill(pid, 'SIGKILL')
      child.kill('SIGKILL')
      await heard.exited
    },
  }
}

/** Runs one command to its end. */
export async function tollbook(
  place: Place,
  ...words: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const heard = listen(launch(place, words))
  const code = await heard.exited
  return { code, out: heard.out, err: heard.err }
}

export type Process = { readonly pid: number; readonly parent: number; readonly command: string }

/** Every process that works on the data directory: by its arguments, its environment or its working directory. */
export function processesOf({ dataDir }: Place): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  return pids.flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      const traces = [command, readFileSync(`/proc/${pid}/environ`, 'utf8'), readlinkSync(`/proc/${pid}/cwd`)]
      if (!traces.some((text) => text.includes(dataDir))) return []
      const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
      return [{ pid: Number(pid), parent, command }]
    } catch {
      return [] // gone meanwhile, or somebody else's
    }
  })
}

/** The database servers among them: one program with the cluster as its argument each, however many helpers it has. */
export function databaseServersOf(place: Place): Process[] {
  return processesOf(place).filter((one) => /postgres\S* -D /.test(one.command))
}

/** True while a server of this data directory is announced to other commands. */
export function isAnnounced({ dataDir }: Place): boolean {
  return existsSync(join(dataDir, 'server.json'))
}

function launch({ dataDir, port }: Place, words: readonly string[]): ChildProcess {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, TZ: 'UTC', TOLLBOOK_DATA_DIR: dataDir, PORT: String(port) }
  return spawn(process.execPath, [BIN, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

type Heard = { out: string; err: string; exited: Promise<number | null> }

function listen(child: ChildProcess): Heard {
  const exited = new Promise<number | null>((done) => void child.once('close', (code) => done(code)))
  const heard: Heard = { out: '', err: '', exited }
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    heard.out += text
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    heard.err += text
  })
  return heard
}

function untilSaid(child: ChildProcess, heard: Heard, pattern: RegExp): Promise<RegExpExecArray> {
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
  const look = () => {
    const found = pattern.exec(heard.err)
    if (found) resolve(found)
  }
  look()
  child.stderr!.on('data', look) // after the listener that keeps the text
  void heard.exited.then((code) => reject(new Error(`ended (${code}) before it said ${pattern}:\n${heard.err}`)))
  return promise.finally(() => child.stderr!.off('data', look))
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })
}
