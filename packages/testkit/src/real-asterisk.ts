// A real Asterisk, 22 or 16, for tests that must not believe a recording: started through lab/asterisk-lab in a chroot, on
// loopback. Only where it was asked for and can be: a Debian, root, TOLLBOOK_TEST_ASTERISK=1.

import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const LAB = fileURLToPath(new URL('../lab/asterisk-lab', import.meta.url))
/** Building the chroot downloads some 200 packages; with it in place Asterisk is up in three seconds. */
const UP_MS = 600_000
const CALL_MS = 120_000
/** Debian's names of what has the version, and ports away from 5038 and 4573, where one may be in use. */
const VERSIONS = {
  22: { suite: 'sid', amiPort: 25_038, agiPort: 24_573 },
  16: { suite: 'bullseye', amiPort: 25_138, agiPort: 24_673 },
} as const

export type RealAsterisk = {
  readonly host: '127.0.0.1'
  readonly port: number
  /** Of its web server: AMI over HTTP. */
  readonly httpPort: number
  /** The user docs/asterisk.md recommends: what is written there is what is tested. */
  readonly username: 'tollbook'
  readonly secret: 'lab-secret'
  /** Places one call of the lab's scenarios ("answered", "busy", …) and waits until it is over. */
  call(scenario: string): Promise<void>
  /** Places varied calls, 25 a second, and waits until all are over. */
  load(calls: number): Promise<void>
  /** One command of the Asterisk console. */
  cli(...command: string[]): Promise<string>
  /** Path of the Master.csv it writes. */
  readonly masterCsv: string
  /** Names of all scenarios `call` knows. */
  scenarios(): Promise<string[]>
  /** Ends it as a power cut does, calls up or not. `start` brings it up again. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Stops Asterisk; the chroot stays, so that the next start takes seconds. */
  stop(): Promise<void>
}

/** Why there is no real Asterisk here, or undefined when there can be one. */
export function noRealAsterisk(): string | undefined {
  if (process.env.TOLLBOOK_TEST_ASTERISK !== '1') return 'TOLLBOOK_TEST_ASTERISK is not 1'
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return 'this is not a Debian'
  if (process.getuid?.() !== 0) return 'debootstrap and chroot need root'
  return undefined
}

/**
 * Starts the lab (building it below TOLLBOOK_LAB_DIR, by default in the temporary directory, the first time), with no
 * record of earlier calls.
 * @throws with the lab's own words when it cannot be built, for instance without a network.
 */
export async function realAsterisk(version: keyof typeof VERSIONS = 22): Promise<RealAsterisk> {
  const { suite, amiPort, agiPort } = VERSIONS[version]
  const dir = join(process.env.TOLLBOOK_LAB_DIR ?? join(tmpdir(), 'tollbook-asterisk-lab'), suite)
  const masterCsv = join(dir, 'var/log/asterisk/cdr-csv/Master.csv')
  const lab = async (timeout: number, ...args: string[]) => {
    const all = ['--suite', suite, '--dir', dir, ...args]
    const { stdout } = await run(LAB, all, { timeout, maxBuffer: 16 * 1024 * 1024 })
    return stdout
  }
  const start = async () => {
    await lab(UP_MS, '--ami-port', String(amiPort), '--agi-port', String(agiPort), 'up')
  }
  const letGo = await takeTurn(`${dir}.lock`)
  rmSync(masterCsv, { force: true })
  await start()
  return {
    host: '127.0.0.1',
    port: amiPort,
    // The lab's own rule.
    httpPort: amiPort + 3050,
    username: 'tollbook',
    secret: 'lab-secret',
    call: async (scenario) => void (await lab(CALL_MS, 'call', scenario)),
    load: async (calls) => void (await lab(CALL_MS, '--local', '--rate', '25', 'load', String(calls))),
    cli: (...command) => lab(CALL_MS, 'cli', ...command),
    scenarios: async () => (await lab(CALL_MS, 'scenarios')).split(/\s+/).filter((name) => name !== ''),
    kill: async () => {
      const file = join(dir, 'run/asterisk-lab/asterisk.pid')
      const pid = Number(readFileSync(file, 'utf8'))
      process.kill(pid, 'SIGKILL')
      while (isRunning(pid)) await sleep(LOOK_MS)
      // Where nobody reaps it, the dead process would pass for a running one.
      rmSync(file)
    },
    start,
    masterCsv,
    stop: async () => {
      await lab(CALL_MS, 'down')
      letGo()
    },
  }
}

/** Dead but not reaped is not running. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat[stat.lastIndexOf(')') + 2] !== 'Z'
  } catch {
    return false
  }
}

const LOOK_MS = 20

/** Test files run side by side, and there is one lab of a version: they take turns. A turn of a dead process is over. */
async function takeTurn(file: string): Promise<() => void> {
  mkdirSync(dirname(file), { recursive: true })
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (!existsSync(`/proc/${readFileSync(file, 'utf8')}`)) rmSync(file, { force: true })
      else await sleep(TURN_MS)
    }
  }
}

const TURN_MS = 500
