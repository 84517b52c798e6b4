// What happens to a capture that is interrupted: nothing is lost, and what nobody heard is a gap in the table.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AmiParser } from '@tollbook/asterisk/ami'
import { type Db, transaction } from '@tollbook/db'
import { amiConnections, ensureSource, ensureTenant, setAmiConnection } from '@tollbook/directory'
import { listGaps } from '@tollbook/intake'
import { systemClock, type TenantId } from '@tollbook/kernel'
import { sealSecret } from '@tollbook/runtime'
import { type FakeAmi, fakeAmi, recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { SourceCapture } from './capture-source.ts'
import { readerThread } from './reader/reader-thread.ts'
import { stateWriter } from './source-state.ts'
import { startCapture } from './start-capture.ts'

const db = testDatabase()
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const key = randomBytes(32)
const spoolDir = mkdtempSync(join(tmpdir(), 'tollbook-gaps-'))
const thread = readerThread()
let asterisk: FakeAmi
let tenantId: TenantId
let capture: SourceCapture

beforeAll(async () => {
  asterisk = await fakeAmi()
  await transaction(db(), async (tx) => {
    tenantId = (await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, 0)).tenantId
    const { sourceId } = await ensureSource(tx, tenantId, 'pbx', 0)
    const { host, port, username } = asterisk
    const reach = { transport: 'tcp', auth: 'auto', caPem: '', serverName: '', httpPath: '' } as const
    const secretSealed = sealSecret(key, asterisk.secret)
    await setAmiConnection(tx, { sourceId, host, port, username, secretSealed, ...reach }, 0)
  })
})

afterAll(async () => {
  await thread.close()
  await asterisk.close()
  rmSync(spoolDir, { recursive: true })
})

/** The database, and a switch that takes it away. */
const away = { now: false }
function flaky(): Db {
  const connect = () => (away.now ? Promise.reject(new Error('the database is away')) : db().pool.connect())
  return {
    ...db(),
    pool: new Proxy(db().pool, { get: (pool, name) => (name === 'connect' ? connect : Reflect.get(pool, name)) }),
  }
}

async function start(): Promise<void> {
  const [connection] = await amiConnections(db())
  const states = stateWriter(db(), systemClock, quiet)
  const logins = asterisk.actions.length
  const room = {
    db: flaky(),
    clock: systemClock,
    log: quiet,
    states,
    key,
    thread,
    spoolDir,
    spoolBytesMax: 64 * 1024 * 1024,
  }
  const started = startCapture(connection!, room)
  capture = {
    status: started.status,
    async stop() {
      await started.stop()
      await states.close()
    },
  }
  await eventually(async () => capture.status().state === 'live' && asterisk.actions.length > logins)
}

async function count(table: 'leg' | 'cel' | 'queue_event'): Promise<number> {
  const { rows } = await db().pool.query(`select count(*)::int as n from ${table}`)
  return rows[0].n
}

const gaps = () => listGaps(db(), tenantId, 0, 100)
const eventually = (is: () => Promise<boolean>) => vi.waitUntil(is, { timeout: 50_000, interval: 20 })

/** The records of a recording, without its login. */
function recordsOf(name: string): Buffer {
  const messages = new AmiParser().push(recorded(`asterisk-22/scenarios/${name}.ami`))
  const records = messages.filter((m) => m.isGenuine && m.name !== 'FullyBooted')
  return Buffer.concat(records.flatMap((m) => [m.raw, Buffer.from('\r\n\r\n')]))
}

test('with the database away the spool takes what comes, says what waits, and all is stored when it is back', async () => {
  await start()
  away.now = true
  asterisk.play(recordsOf('queue'))
  await eventually(async () => capture.status().waitingBytes > 0)
  expect(await count('leg')).toBe(0)
  away.now = false
  await eventually(async () => (await count('leg')) > 0 && capture.status().waitingBytes === 0)
  const state = await untilState((s) => s.waiting_bytes === '0')
  expect(state.observed).toMatchObject({ ami: { cdrs: await count('leg') } })
  expect(await count('cel')).toBeGreaterThan(10)
  expect(await gaps()).toEqual([])
})

test('a lost connection is a gap while it lasts, and has an end after the next login', async () => {
  const legs = await count('leg')
  asterisk.drop()
  await eventually(async () => (await gaps()).some((gap) => gap.cause === 'disconnected' && gap.untilMs !== undefined))
  const [gap] = await gaps()
  expect(gap?.untilMs).toBeGreaterThan(gap?.fromMs ?? Number.POSITIVE_INFINITY)
  expect(await count('leg')).toBe(legs)
})

test('what was spooled while the database was away is there after a stop and a start, gap and all', async () => {
  const before = { legs: await count('leg'), gaps: (await gaps()).length }
  away.now = true
  asterisk.play(recordsOf('group'))
  await eventually(async () => capture.status().waitingBytes > 0)
  const stopping = capture.stop()
  await stopping
  expect(await count('leg')).toBe(before.legs)
  away.now = false
  await start()
  await eventually(async () => (await count('leg')) > before.legs && (await gaps()).length > before.gaps)
  await eventually(async () => (await gaps()).every((gap) => gap.untilMs !== undefined))
  expect((await gaps()).map((gap) => gap.cause).toSorted()).toEqual(['disconnected', 'not-running'])
  await capture.stop()
})

async function untilState(is: (state: { waiting_bytes: string }) => boolean) {
  const read = () => db().q.selectFrom('source_state').selectAll().executeTakeFirst()
  await eventually(async () => {
    const state = await read()
    return state !== undefined && is(state)
  })
  return (await read())!
}
