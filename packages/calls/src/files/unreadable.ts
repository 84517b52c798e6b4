// Why a file of a PBX cannot be opened, and what to do about it, in words for the person who runs both.

import { stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'

/** Why a file is not read; `reason` may be shown as it stands. */
export type FileRefusal = { readonly kind: string; readonly reason: string }

/** The refusal for an error of open or stat. */
export async function unreadable(path: string, error: unknown): Promise<FileRefusal> {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code === 'ENOENT') return { kind: 'no-file', reason: 'the file is not there' }
  if (code === 'ENOTDIR') return { kind: 'no-file', reason: 'a part of its path is a file and no folder' }
  if (code !== 'EACCES' && code !== 'EPERM') {
    return { kind: 'unreadable', reason: `the file cannot be read${code === '' ? '' : ` (${code})`}` }
  }
  const user = userName()
  const blocked = await firstClosedFolder(path)
  const grant =
    blocked === undefined
      ? `sudo setfacl -m u:${user}:r ${path} (and as a default on its folder: sudo setfacl -d -m u:${user}:r ${dirname(path)})`
      : `sudo setfacl -m u:${user}:x ${blocked}`
  const group = await groupOf(path)
  const orGroup =
    group === undefined ? '' : `, or put ${user} into the file’s group (gid ${group}) and start Tollbook again`
  const what = blocked === undefined ? 'may not read it' : `may not look into ${blocked}`
  return { kind: 'forbidden', reason: `Tollbook runs as ${user}, who ${what}: ${grant}${orGroup}` }
}

/** The uppermost folder on the way to the file that may not be entered. */
async function firstClosedFolder(path: string): Promise<string | undefined> {
  const parts = path.split('/')
  for (let i = 2; i <= parts.length; i++) {
    try {
      await stat(parts.slice(0, i).join('/'))
    } catch {
      return parts.slice(0, i - 1).join('/')
    }
  }
  return undefined
}

async function groupOf(path: string): Promise<number | undefined> {
  return await stat(path).then(
    (s) => (s.gid === 0 ? undefined : s.gid),
    () => undefined,
  )
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'a user of its own') // a container may run as a user without a name
  }
}
