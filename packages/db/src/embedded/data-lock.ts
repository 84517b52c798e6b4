// One holder per data directory. The lock is a local socket that the kernel closes with its process, so there is no
// stale lock after a kill; whoever is refused can ask the holder who it is.

import { createHash } from 'node:crypto'
import { realpathSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { prepareDataFolder } from './data-folder.ts'

/** Who holds a data directory: `purpose` is "up" for `npm start`, else the name of a command. */
export type Holder = { readonly pid: number; readonly purpose: string }

export type DataLock = { release(): Promise<void> }

/** Takes the lock on `dataDir`, or tells who has it. */
export async function takeDataLock(
  dataDir: string,
  purpose: string,
): Promise<DataLock | { heldBy: Holder | undefined }> {
  prepareDataFolder(dataDir)
  const address = lockAddress(realpathSync(dataDir))
  const me = JSON.stringify({ pid: process.pid, purpose } satisfies Holder)
  for (let attempt = 0; attempt < 2; attempt++) {
    const server = createServer((socket) => socket.on('error', () => undefined).end(me))
    if (await listens(server, address)) {
      server.unref()
      return { release: () => new Promise((done) => server.close(() => done())) }
    }
    const heldBy = await askHolder(address)
    if (heldBy !== 'nobody') return { heldBy }
    unlinkSync(address) // a socket file whose process is gone; only where sockets are files
  }
  return { heldBy: undefined }
}

/** Linux: the abstract namespace (no file). Windows: a named pipe. Elsewhere a socket file in the data directory. */
function lockAddress(dataDir: string): string {
  const name = `tollbook-${createHash('sha256').update(dataDir).digest('hex').slice(0, 32)}`
  if (process.platform === 'linux') return `\0${name}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  return join(dataDir, 'lock.sock')
}

function listens(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (e: NodeJS.ErrnoException) => (e.code === 'EADDRINUSE' ? resolve(false) : reject(e)))
    server.listen(address, () => resolve(true))
  })
}

/** Asks the holder for its name; undefined when it is too busy to answer within a second. */
function askHolder(address: string): Promise<Holder | undefined | 'nobody'> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(address)
    socket.setTimeout(1000, () => socket.destroy())
    socket.on('data', (d) => {
      text += String(d)
    })
    socket.on('error', (e: NodeJS.ErrnoException) =>
      resolve(e.code === 'ECONNREFUSED' && !address.startsWith('\0') ? 'nobody' : undefined),
    )
    socket.on('close', () => {
      try {
        resolve(JSON.parse(text) as Holder)
      } catch {
        resolve(undefined)
      }
    })
  })
}
