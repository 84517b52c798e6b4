// A real Asterisk 22 for tests that must not believe a recording: started through lab/asterisk-lab in a chroot, on
// loopback. Only where it was asked for and can be: a Debian, root, TOLLBOOK_TEST_ASTERISK=1.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const LAB = fileURLToPath(new URL('../lab/asterisk-lab', import.meta.url))
/** Building the chroot downloads some 200 packages; with it in place Asterisk is up in three seconds. */
const UP_MS = 600_000
const CALL_MS = 120_000
/** Away from 5038 and 4573, where a real one may be running. */
const AMI_PORT = 25_038

export type RealAsterisk = {
  readonly host: '127.0.0.1'
  readonly port: number
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
 * Starts the lab (building it in TOLLBOOK_LAB_DIR, by default below the temporary directory, the first time).
 * @throws with the lab's own words when it cannot be built, for instance without a network.
 */
export async function realAsterisk(): Promise<RealAsterisk> {
  const dir = process.env.TOLLBOOK_LAB_DIR ?? join(tmpdir(), 'tollbook-asterisk-lab', 'sid')
  const lab = async (timeout: number, ...args: string[]) => {
    const { stdout } = await run(LAB, ['--dir', dir, ...args], { timeout, maxBuffer: 16 * 1024 * 1024 })
    return stdout
  }
  await lab(UP_MS, '--ami-port', String(AMI_PORT), '--agi-port', '24573', 'up')
  return {
    host: '127.0.0.1',
    port: AMI_PORT,
    username: 'tollbook',
    secret: 'lab-secret',
    call: async (scenario) => void (await lab(CALL_MS, 'call', scenario)),
    load: async (calls) => void (await lab(CALL_MS, '--local', '--rate', '25', 'load', String(calls))),
    cli: (...command) => lab(CALL_MS, 'cli', ...command),
    masterCsv: join(dir, 'var/log/asterisk/cdr-csv/Master.csv'),
    stop: async () => void (await lab(CALL_MS, 'down')),
  }
}
