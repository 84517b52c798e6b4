// Starting and stopping a process in order: a signal, a vanished parent or a fatal error all lead through `stop` once.

import { readFileSync } from 'node:fs'

export type Lifecycle = {
  /** Fires once when the process is asked to stop. */
  readonly stopping: AbortSignal
  /** Registers work for the end; the last registered runs first. */
  onStop(work: () => Promise<void> | void): void
  /** Asks the process to stop, as a signal would. */
  stop(exitCode?: number): void
}

/** A stop that hangs is cut off after this long, milliseconds: a supervisor would kill us about then anyway. */
const STOP_LIMIT_MS = 25_000

/**
 * Takes over signals for this process. SIGTERM and SIGINT stop it; so does the end of the IPC channel (the
 * supervising process is gone) and, with `watchAncestors`, the end of the npm above us, which forwards no signal.
 */
export function takeLifecycle(options: { watchAncestors?: boolean } = {}): Lifecycle {
  const controller = new AbortController()
  const work: (() => Promise<void> | void)[] = []
  let exitCode = 0
  const stop = (code = 0) => {
    exitCode = Math.max(exitCode, code)
    if (controller.signal.aborted) return
    controller.abort()
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref()
    void runAll(work).then((clean) => process.exit(clean ? exitCode : 1))
  }
  process.on('SIGTERM', () => stop())
  process.on('SIGINT', () => stop())
  process.on('SIGHUP', () => stop())
  if (process.channel) process.on('disconnect', () => stop())
  if (options.watchAncestors === true) watchAncestors(() => stop())
  return { stopping: controller.signal, onStop: (w) => void work.unshift(w), stop }
}

async function runAll(work: (() => Promise<void> | void)[]): Promise<boolean> {
  let clean = true
  for (const end of work) {
    try {
      await end()
    } catch (error) {
      clean = false
      process.stderr.write(`while stopping: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
  return clean
}

/** npm and the shells it puts between do not pass SIGTERM on; notice instead that one of them is gone. Linux only. */
function watchAncestors(gone: () => void): void {
  if (process.platform !== 'linux') return
  const chain: { pid: number; born: string }[] = []
  for (let pid = process.ppid; pid > 1; ) {
    const found = ancestor(pid)
    if (!found || !/\b(npm|npx|pnpm)\b|sh -c|tollbook\.mjs/.test(found.command)) break
    chain.push({ pid, born: found.born })
    pid = found.parent
  }
  if (chain.length === 0) return
  const timer = setInterval(() => {
    if (chain.every(({ pid, born }) => ancestor(pid)?.born === born)) return
    clearInterval(timer)
    gone()
  }, 500)
  timer.unref()
}

function ancestor(pid: number): { command: string; parent: number; born: string } | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return undefined
    return { command, parent: Number(fields[1]), born: fields[19]! }
  } catch {
    return undefined
  }
}
