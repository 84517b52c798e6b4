// One process at a time writes a spool: whoever opens it leaves its process id and when that process began.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Throws while another live process has the spool; one that was killed has it no more. */
export function takeSpool(dir: string): void {
  const path = join(dir, 'owner')
  const owner = read(path)
  const pid = Number(owner?.split(' ')[0])
  if (pid > 0 && pid !== process.pid && lives(pid) && owner === nameOf(pid)) {
    throw new Error(`process ${pid} has this spool: only one ingest may run on a data directory`)
  }
  writeFileSync(path, nameOf(process.pid), { mode: 0o600 })
}

/** A number is given again some day; number and start are not. Where the system does not tell, the number has to do. */
function nameOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`)
  return `${pid} ${stat === undefined ? '' : stat.slice(stat.lastIndexOf(')')).split(' ')[20]}`
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { readonly code?: string }).code === 'EPERM'
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}
