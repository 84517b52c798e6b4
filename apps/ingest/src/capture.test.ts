// From the socket to the tables: a recorded session played to the whole of ingest, on a real PostgreSQL.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importCdrs } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import { amiConnections, ensureSource, ensureTenant, type Source, setAmiConnection } from '@tollbook/directory'
import { systemClock, type TenantId } from '@tollbook/kernel'
import { sealSecret } from '@tollbook/runtime'
import { fakeAmi, recorded, testDatabase, untilTold } from '@tollbook/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Keeper } from './keep-running.ts'
import { keepSources } from './keep-sources.ts'
import { readerThread } from './reader/reader-thread.ts'
import { type StateWriter, stateWriter } from './source-state.ts'
import { startCapture } from './start-capture.ts'

const db = testDatabase()
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const key = randomBytes(32)
const spoolDir = mkdtempSync(join(tmpdir(), 'tollbook-spool-'))
const spools = { spoolDir, spoolBytesMax: 64 * 1024 * 1024, thread: readerThread() }
let asterisk: Awaited<ReturnType<typeof fakeAmi>>
let tenantId: TenantId
let source: Source
let keeper: Keeper
let states: StateWriter

beforeAll(async () => {
  asterisk = await fakeAmi({ version: '22.10.1' })
  await transaction(db(), async (tx) => {
    tenantId = (await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, 0)).tenantId
    source = await ensureSource(tx, tenantId, 'pbx', 0)
  })
  states = stateWriter(db(), systemClock, quiet)
  keeper = keepSources({
    read: () => amiConnections(db()),
    start: (c) => startCapture(c, { db: db(), clock: systemClock, log: quiet, states, key, ...spools }),
    log: quiet,
  })
})

afterAll(async () => {
  await spools.thread.close()
  await asterisk.close()
  await rm(spoolDir, { recursive: true })
})

const connect = (secret: string, sealedWith = key) =>
  transaction(db(), (tx) => {
    const secretSealed = sealSecret(sealedWith, secret)
    const { host, port, username } = asterisk
    return setAmiConnection(tx, { sourceId: source.sourceId, host, port, username, secretSealed }, systemClock.now())
  })

async function count(table: 'leg' | 'cel' | 'call' | 'ingest_reject'): Promise<number> {
  const { rows } = await db().pool.query(`select count(*)::int as n from ${table}`)
  return rows[0].n
}

test('a secret sealed with another key is said so, and one that is stored later is used', async () => {
  await connect(asterisk.secret, randomBytes(32))
  await keeper.look()
  expect(asterisk.actions).toEqual([])
  await connect(asterisk.secret)
  await keeper.look()
  expect(await asterisk.loggedIn()).toBe(1)
})

test('a session becomes legs, events and calls; what is forged is set aside; the state is told', async () => {
  asterisk.play(recorded('asterisk-22/all-cdr-cel.ami').subarray('Asterisk Call Manager/11.0.0\r\n'.length))
  // The recording ends with its last record: stopping stores everything that was read before.
  await asterisk.loggedIn()
  await untilTold(db(), async () => (await count('leg')) >= 120)
  await keeper.stop()
  await states.close()
  expect(await count('cel')).toBeGreaterThan(700)
  expect(await count('call')).toBeGreaterThan(30)
  expect(await count('ingest_reject')).toBe(1)
  const state = await db().q.selectFrom('source_state').selectAll().executeTakeFirstOrThrow()
  expect(state).toMatchObject({ state: 'stopped', asterisk_version: '22.10.1', rejected: '1' })
  expect(Number(state.legs)).toBe(await count('leg'))
  expect(Number(state.cel)).toBe(await count('cel'))
})

test('Master.csv of the same calls adds nothing', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tollbook-capture-'))
  const path = join(dir, 'Master.csv')
  writeFileSync(path, recorded('asterisk-22/Master.csv'))
  const request = { tenantId, source: 'pbx', zone: 'auto', filename: 'Master.csv', path, clock: systemClock }
  const report = await importCdrs(db(), request)
  await rm(dir, { recursive: true })
  expect(report).toMatchObject({ ok: true, value: { read: 120, inserted: 0, duplicates: 120, rejected: 0, calls: 0 } })
})
