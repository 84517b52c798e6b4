// The embedded server as a user meets it: first start, second start, a killed owner, a stranger without the password.

import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { announcedServer, publishServer, startEmbedded, takeDataLock, withdrawServer } from './index.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tollbook-embedded-'))
  chmodSync(dir, 0o711)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows[0]
  } finally {
    await client.end()
  }
}

describe('startEmbedded', () => {
  it('keeps its data over a stop, a killed owner and a new start, and lets nobody in without the password', async () => {
    const first = await startEmbedded({ dataDir: dir })
    await ask(first.url(), 'create table kept as select 42 as n')
    const noPassword = first.url().replace(/:[^:@]+@/, ':wrong@')
    await expect(ask(noPassword, 'select 1')).rejects.toThrow(/password authentication failed/)
    const role = await ask(first.url(), 'select rolsuper from pg_roles where rolname = current_user')
    expect(role).toEqual({ rolsuper: false })
    expect(statSync(join(dir, 'tollbook.password')).mode & 0o077).toBe(0)

    // The owner died and the server is still there: a new start takes over with everything that was committed.
    const second = await startEmbedded({ dataDir: dir })
    expect(second.pid).not.toBe(first.pid)
    expect(await ask(second.url(), 'select n from kept')).toEqual({ n: 42 })

    process.kill(second.pid, 'SIGKILL')
    const third = await startEmbedded({ dataDir: dir })
    expect(await ask(third.url(), 'select n from kept')).toEqual({ n: 42 })
    await third.stop()
    expect(() => process.kill(third.pid, 0)).toThrow()
  })

  it('says what to do when the data directory cannot be used', async () => {
    const file = join(dir, 'postgres.log')
    await expect(startEmbedded({ dataDir: file })).rejects.toThrow(/TOLLBOOK_DATA_DIR/)
  })
})

describe('takeDataLock', () => {
  it('goes to one holder, names him to the next, and is free again when he lets go', async () => {
    const held = await takeDataLock(dir, 'up')
    expect(held).toHaveProperty('release')
    expect(await takeDataLock(dir, 'import')).toEqual({ heldBy: { pid: process.pid, purpose: 'up' } })
    if ('release' in held) await held.release()
    const again = await takeDataLock(dir, 'import')
    expect(again).toHaveProperty('release')
    if ('release' in again) await again.release()
  })

  it('says what to do when there can be no such folder', async () => {
    await expect(takeDataLock('/dev/null/data', 'import')).rejects.toThrow(/cannot be used.*TOLLBOOK_DATA_DIR/)
  })

  it('is free when its holder was killed', async () => {
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { takeDataLock } from ${JSON.stringify(join(import.meta.dirname, 'data-lock.ts'))}
       const lock = await takeDataLock(${JSON.stringify(dir)}, 'up')
       console.log('release' in lock ? 'held' : 'refused')
       setInterval(() => {}, 1000)`,
    ])
    const said = await new Promise((done) => holder.stdout.once('data', (d) => done(String(d).trim())))
    expect(said).toBe('held')
    expect(await takeDataLock(dir, 'import')).toEqual({ heldBy: { pid: holder.pid, purpose: 'up' } })
    const gone = new Promise((done) => holder.once('exit', done))
    holder.kill('SIGKILL')
    await gone
    const mine = await takeDataLock(dir, 'import')
    expect(mine).toHaveProperty('release')
    if ('release' in mine) await mine.release()
  })
})

describe('discovery', () => {
  it('announces a server to other commands, to its owner only', () => {
    publishServer(dir, { url: 'postgres://x', pid: 7 })
    expect(statSync(join(dir, 'server.json')).mode & 0o077).toBe(0)
    expect(announcedServer(dir)).toEqual({ url: 'postgres://x', pid: 7 })
    withdrawServer(dir)
    expect(announcedServer(dir)).toBeUndefined()
  })
})
