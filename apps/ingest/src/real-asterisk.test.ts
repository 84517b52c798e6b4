// Calls placed on a real Asterisk 22 arrive in the tables, and its Master.csv adds nothing to them.
// TOLLBOOK_TEST_ASTERISK=1 turns it on, on a Debian as root.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importCdrs } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import { ensureSource, ensureTenant, type SourceConnection } from '@tollbook/directory'
import { systemClock } from '@tollbook/kernel'
import { sealSecret } from '@tollbook/runtime'
import { noRealAsterisk, type RealAsterisk, realAsterisk, testDatabase, untilTold } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SourceCapture } from './capture-source.ts'
import { readerThread } from './reader/reader-thread.ts'
import { type StateWriter, stateWriter } from './source-state.ts'
import { startCapture } from './start-capture.ts'

const why = noRealAsterisk()
if (why !== undefined) console.log(`no real Asterisk in this run: ${why}`)

const spoolDir = mkdtempSync(join(tmpdir(), 'tollbook-spool-'))
const spools = { spoolDir, spoolBytesMax: 64 * 1024 * 1024, thread: readerThread() }
const MINUTES = 60_000
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

describe.skipIf(why !== undefined)('a real Asterisk', () => {
  const db = testDatabase()
  let asterisk: RealAsterisk
  let capture: SourceCapture
  let states: StateWriter
  let connection: SourceConnection

  beforeAll(async () => {
    asterisk = await realAsterisk()
    const key = randomBytes(32)
    connection = await transaction(db(), async (tx) => {
      const tenant = await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, 0)
      const source = await ensureSource(tx, tenant.tenantId, 'pbx', 0)
      const { host, port, username } = asterisk
      const secretSealed = sealSecret(key, asterisk.secret)
      const reach = { transport: 'tcp', auth: 'auto', caPem: '', serverName: '', httpPath: '' } as const
      return {
        ...source,
        host,
        port,
        username,
        ...reach,
        secretSealed,
        enabled: true,
        changedAtMs: 0,
        seenAtMs: undefined,
      }
    })
    states = stateWriter(db(), systemClock, quiet)
    capture = startCapture(connection, { db: db(), clock: systemClock, log: quiet, states, key, ...spools })
  }, 12 * MINUTES)

  afterAll(async () => {
    await capture?.stop()
    await states?.close()
    await spools.thread.close()
    await asterisk?.stop()
    rmSync(spoolDir, { recursive: true })
  }, MINUTES)

  test('logs in as the documented user, which may only listen', { timeout: MINUTES }, async () => {
    await untilTold(db(), async () => (await state())?.state === 'live')
    await untilTold(db(), async () => /^22 \(AMI /.test((await state())?.asterisk_version ?? ''))
  })

  test('an answered call is there within two seconds of its end', { timeout: 2 * MINUTES }, async () => {
    await asterisk.call('answered')
    await untilTold(db(), async () => (await legs()).length >= 3)
    const found = await legs()
    expect(new Set(found.map((l) => l.call_key)).size).toBe(1)
    expect(found.map((l) => l.billsec)).toEqual([2, 2, 2])
    // The end is a whole second, so up to one second of this is not waiting.
    for (const leg of found) expect(leg.received_at.getTime() - leg.ended_at.getTime()).toBeLessThan(3000)
    await untilTold(db(), async () => Number((await state())?.cel) > 10)
  })

  test('Master.csv of the same calls adds nothing to them', { timeout: 4 * MINUTES }, async () => {
    for (const scenario of ['busy', 'group', 'newline', 'unicode', 'sip-account']) await asterisk.call(scenario)
    await asterisk.load(100)
    await untilTold(db(), async () => (await legs()).some((l) => l.accountcode === 'CUST-7'))
    await capture.stop()
    const live = await legs()
    expect(live.length).toBeGreaterThan(200)
    const report = await importCdrs(db(), {
      tenantId: connection.tenantId,
      source: connection.name,
      ...{ zone: 'auto', filename: 'Master.csv', path: asterisk.masterCsv, clock: systemClock },
    })
    // The chroot may remember calls of earlier runs: those are new, ours are not.
    expect(report).toMatchObject({ ok: true, value: { format: 'cdr_csv-21', duplicates: live.length, rejected: 0 } })
  })

  const legs = () => db().q.selectFrom('leg').selectAll().orderBy('sequence').execute()
  const state = () => db().q.selectFrom('source_state').selectAll().executeTakeFirst()
})
