// PostgreSQL refuses to run as root. This room decides as whom it runs instead, and from where.
//
//   not root                            → as ourselves ("direct")
//   root, folders open to others        → as user postgres, else nobody ("setuid")
//   root, below a private folder        → in a user namespace, where root's file rights stay ("namespace")
//   root, private folder, no namespaces → programs and data in /var/tmp, as postgres or nobody ("copied")

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, lstatSync, mkdtempSync, renameSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { EmbeddedServerError } from './binaries.ts'

export type Identity = {
  readonly mode: 'direct' | 'setuid' | 'namespace' | 'copied'
  /** Folder of the programs to run. */
  readonly binaries: string
  /** The cluster's own folder (PGDATA). */
  readonly cluster: string
  /** Words to put before a program. */
  readonly wrap: readonly string[]
  readonly uid: number | undefined
  readonly gid: number | undefined
}

const NAMESPACE = ['unshare', '--user', '--map-user=1000', '--map-group=1000']
/** Used only when neither setuid nor a namespace will do. */
const PUBLIC_FOLDER = '/var/tmp'

/** Decides how to run the programs in `binaries` on a cluster that should lie at `cluster`. */
export function chooseIdentity(binaries: string, cluster: string): Identity {
  if (process.getuid?.() !== 0) return { mode: 'direct', binaries, cluster, wrap: [], uid: undefined, gid: undefined }
  const copied = join(PUBLIC_FOLDER, `tollbook-${createHash('sha256').update(cluster).digest('hex').slice(0, 16)}`)
  const before = existsSync(join(copied, 'pg', 'PG_VERSION'))
  if (!before && othersMayEnter(binaries) && othersMayEnter(dirname(cluster))) {
    return { mode: 'setuid', binaries, cluster, wrap: [], ...ordinaryUser() }
  }
  if (!before && spawnSync(NAMESPACE[0]!, [...NAMESPACE.slice(1), 'true']).status === 0) {
    return { mode: 'namespace', binaries, cluster, wrap: NAMESPACE, uid: undefined, gid: undefined }
  }
  return { mode: 'copied', ...copyToPublic(binaries, copied), wrap: [], ...ordinaryUser() }
}

/** Every folder up to the root lets others pass. */
function othersMayEnter(path: string): boolean {
  for (let p = resolve(path); ; p = dirname(p)) {
    if (existsSync(p) && (statSync(p).mode & 0o001) === 0) return false
    if (p === dirname(p)) return true
  }
}

function ordinaryUser(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', name])
    const gid = spawnSync('id', ['-g', name])
    if (uid.status === 0 && gid.status === 0)
      return { uid: Number(String(uid.stdout)), gid: Number(String(gid.stdout)) }
  }
  throw new EmbeddedServerError(
    'Running as root, and there is neither a user "postgres" nor "nobody" to run PostgreSQL as.',
  )
}

/** The folder is root's own (a stranger cannot have prepared it); only the cluster in it belongs to the server. */
function copyToPublic(binaries: string, folder: string): { binaries: string; cluster: string } {
  if (!existsSync(folder)) {
    const building = mkdtempSync(`${folder}-`)
    cpSync(dirname(binaries), join(building, 'native'), { recursive: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', building])
    renameSync(building, folder)
  }
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== 0)
    throw new EmbeddedServerError(`${folder} is not ours; remove it and start again.`)
  const cluster = join(folder, 'pg')
  return { binaries: join(folder, 'native', 'bin'), cluster }
}
