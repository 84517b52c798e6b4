// How a second command finds the server of a running first one: a small file beside the data.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What `npm start` leaves for other commands. The URL holds the password, so the file is its owner's only. */
export type RunningServer = { readonly url: string; readonly pid: number }

/** Announces a server that is ready. */
export function publishServer(dataDir: string, server: RunningServer): void {
  const file = join(dataDir, 'server.json')
  writeFileSync(`${file}.new`, JSON.stringify(server), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Takes the announcement back. */
export function withdrawServer(dataDir: string): void {
  rmSync(join(dataDir, 'server.json'), { force: true })
}

/** The announced server, if there is one; whether it still lives is for the caller to try. */
export function announcedServer(dataDir: string): RunningServer | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as RunningServer
  } catch {
    return undefined
  }
}
