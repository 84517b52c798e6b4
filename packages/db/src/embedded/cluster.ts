// Making a cluster, and getting rid of a server that a killed process left behind.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedServerError } from './binaries.ts'
import type { Identity } from './identity.ts'

/** How long a left-over server may take to stop, seconds. It has no clients any more, so this is generous. */
const STOP_SECONDS = 30

/** Environment of the server's programs: no locale or zone of the machine may leak into the data. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', PGTZ: 'UTC' }
}

/** The command line of a program under an identity. */
export function commandOf(
  identity: Identity,
  program: string,
  args: readonly string[],
): { file: string; args: string[] } {
  const words = [...identity.wrap, join(identity.binaries, program), ...args]
  return { file: words[0]!, args: words.slice(1) }
}

/** Creates the cluster when there is none. The password is the superuser's; nobody gets in without one. */
export function ensureCluster(identity: Identity, superuserPassword: string): void {
  const { cluster, uid, gid } = identity
  if (existsSync(join(cluster, 'PG_VERSION'))) return
  // Built beside and renamed: initdb killed half-way must not leave something that looks like a cluster.
  const building = `${cluster}.new`
  const secret = mkdtempSync(join(tmpdir(), 'tollbook-'))
  const pwfile = join(secret, 'pw')
  rmSync(building, { recursive: true, force: true })
  try {
    mkdirSync(building, { mode: 0o700 })
    writeFileSync(pwfile, `${superuserPassword}\n`, { mode: 0o600 })
    if (uid !== undefined && gid !== undefined) for (const path of [building, secret, pwfile]) chownSync(path, uid, gid)
    const options = ['-D', building, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${pwfile}`, '-E', 'UTF8']
    const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions']
    const command = commandOf(identity, 'initdb', [...options, ...locale])
    const run = spawnSync(command.file, command.args, { cwd: '/', env: serverEnvironment(), ...ids(identity) })
    if (run.status !== 0) {
      throw new EmbeddedServerError(
        `The database could not be created in ${cluster} (${identity.mode}): ${reason(run)}`,
      )
    }
    rmSync(cluster, { recursive: true, force: true })
    renameSync(building, cluster)
  } finally {
    rmSync(secret, { recursive: true, force: true })
    rmSync(building, { recursive: true, force: true })
  }
}

/** Stops a server that still runs on the cluster though its owner is gone. Its commits are safe: it stops in order. */
export function stopLeftOver(identity: Identity): void {
  const pidFile = join(identity.cluster, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
  if (!isServerOf(pid, identity.cluster)) return // a pid file from before a power cut: the server sorts that out itself
  const command = commandOf(identity, 'pg_ctl', [
    'stop',
    '-D',
    identity.cluster,
    '-m',
    'fast',
    '-w',
    '-t',
    String(STOP_SECONDS),
  ])
  const run = spawnSync(command.file, command.args, { cwd: '/', env: serverEnvironment(), ...ids(identity) })
  if (run.status !== 0 && isServerOf(pid, identity.cluster)) {
    throw new EmbeddedServerError(
      `A PostgreSQL left over from an earlier run (pid ${pid}) does not stop: ${reason(run)}`,
    )
  }
}

/** True when `pid` is a PostgreSQL on this very cluster; never signal a stranger that got the number since. */
function isServerOf(pid: number, cluster: string): boolean {
  if (!(pid > 0)) return false
  if (process.platform !== 'linux') return alive(pid)
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(cluster)
  } catch {
    return false
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export function ids(identity: Identity): { uid?: number; gid?: number } {
  return identity.uid === undefined || identity.gid === undefined ? {} : { uid: identity.uid, gid: identity.gid }
}

function reason(run: { error?: Error | undefined; stderr: Buffer | string | null }): string {
  return run.error?.message ?? String(run.stderr).trim()
}

/** Reads the password kept at `file`, making one first if needed. Readable by its owner only. */
export function ensurePassword(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const password = randomBytes(24).toString('base64url')
  // Written beside and renamed: killed in between, an empty file must not be taken for a password.
  writeFileSync(`${file}.new`, `${password}\n`, { mode: 0o600 })
  chmodSync(`${file}.new`, 0o600)
  renameSync(`${file}.new`, file)
  return password
}
