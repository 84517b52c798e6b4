// The `tollbook` command. Puts the world around commands together and lets one of them run.

import { createInterface } from 'node:readline'
import { systemClock } from '@tollbook/kernel'
import { ConfigError, type Lifecycle, loadConfig, takeLifecycle } from '@tollbook/runtime'
import type { Surroundings } from './command.ts'
import { type OpenDatabase, openDatabase } from './open-database.ts'
import { runCommand } from './run-command.ts'

/** A secret or a password is short; whatever else was piped in is not read to its end. */
const STDIN_BYTES_MAX = 64 * 1024

/** Exit code of a command that a signal cut off: as a shell says it of Ctrl-C. */
const CUT_OFF = 130

let lifecycle: Lifecycle | undefined

process.exitCode = await main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<number> {
  const around = surroundings(argv)
  return around === undefined ? 1 : runCommand(argv, around)
}

function surroundings(argv: readonly string[]): Surroundings | undefined {
  const err = (text: string) => void process.stderr.write(text)
  const out = (text: string) => void process.stdout.write(text)
  try {
    const config = loadConfig()
    return {
      config,
      clock: systemClock,
      out,
      err,
      tty: { out: process.stdout.isTTY === true, err: process.stderr.isTTY === true },
      readStdin,
      stdinLines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
      onStop: (work) => lifecycle?.onStop(work),
      openDatabase: (purpose) => openUntilSignal(() => openDatabase(config, purpose, (text) => err(`${text}\n`))),
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const said = { error: { kind: 'configuration', message: error.message } }
    if (argv.includes('--json')) out(`${JSON.stringify(said)}\n`)
    else err(`${error.message}\n`)
    return undefined
  }
}

/** A signal closes the database as the command's end would, also while it is being opened: no server stays behind. */
async function openUntilSignal(open: () => Promise<OpenDatabase>): Promise<OpenDatabase> {
  const life = takeLifecycle({ watchAncestors: true })
  lifecycle = life
  const opening = open()
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= opening.then((opened) => opened.close())
    return closing
  }
  life.onStop(() => {
    life.stop(CUT_OFF)
    return close().catch(() => undefined) // why it could not be opened is told by the command
  })
  return { ...(await opening), close }
}

async function readStdin(): Promise<string> {
  if (process.stdin.isTTY) return ''
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > STDIN_BYTES_MAX) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
