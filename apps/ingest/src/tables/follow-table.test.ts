// A followed table from its settings to its state: what is said when it cannot be read, and when it can.

import { randomBytes } from 'node:crypto'
import { transaction } from '@tollbook/db'
import { ensureSource, ensureTenant } from '@tollbook/directory'
import { type Feed, listFeeds, removeFeed, saveFeed } from '@tollbook/intake'
import { systemClock, type TenantId } from '@tollbook/kernel'
import { sealSecret } from '@tollbook/runtime'
import {
  createCdrTable,
  type ForeignDatabase,
  foreignDatabase,
  insertCdrRows,
  testDatabase,
  untilTold,
} from '@tollbook/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { FollowedFeed } from '../feed-state.ts'
import { followTable } from './follow-table.ts'

const db = testDatabase()
const key = randomBytes(32)
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
let foreign: ForeignDatabase
let tenantId: TenantId

beforeAll(async () => {
  foreign = await foreignDatabase('sqlite')
  tenantId = (await transaction(db(), (tx) => ensureTenant(tx, { slug: 'main', name: 'M', currency: 'EUR' }, 0)))
    .tenantId
})
afterAll(async () => await foreign.close())

it('says what is wrong with the settings, the file and the password', async () => {
  const said = async (settings: Record<string, unknown>, secretSealed?: Buffer) => {
    const feed = await stored('cdr', settings, secretSealed)
    const followed = follow(feed)
    const state = await stateOf(feed, 'refused')
    await followed.stop()
    await transaction(db(), (tx) => removeFeed(tx, tenantId, feed.feedId))
    return state.detail
  }
  expect(await said({ engine: 'oracle', database: 'x', table: 'cdr' })).toMatch(/engine must be/)
  expect(await said({ engine: 'sqlite', database: '/nowhere/master.db', table: 'cdr' })).toBe(
    'there is no file /nowhere/master.db',
  )
  expect(await said({ ...foreign.settings, table: 'cdr' })).toMatch(/there is no table cdr in/)
  expect(await said({ ...foreign.settings, table: 'cdr' }, sealSecret(randomBytes(32), 'x'))).toMatch(/enter it again/)
})

it('reads, tells the zone, hints at what could be better, and stops', async () => {
  for (const table of ['cdr', 'transient_cdr']) {
    await createCdrTable(foreign.run, 'sqlite', 'freepbx', table)
    await insertCdrRows(foreign.run, 'sqlite', 'freepbx', table, [CALL])
  }
  const cdr = await stored('asteriskcdrdb.cdr', { ...foreign.settings, table: 'cdr' })
  const one = follow(cdr)
  const live = await stateOf(cdr, 'live')
  await one.stop()
  expect(live).toMatchObject({
    detail: 'no index on calldate: it is read once a minute only',
    read: '1',
    zone_detected: '+03:00',
  })
  expect(live.caught_up_at).not.toBeNull()
  expect(await stateOf(cdr, 'stopped')).toMatchObject({ read: '1' })
  const told = await db().q.selectFrom('source').select('zone_detected').executeTakeFirst()
  expect(told).toEqual({ zone_detected: '+03:00' })

  const copy = await stored('asteriskcdrdb.transient_cdr', { ...foreign.settings, table: 'transient_cdr' })
  const two = follow(copy)
  expect((await stateOf(copy, 'live')).detail).toMatch(/hold the same calls: follow cdr alone/)
  await two.stop()
  const { rows } = await db().pool.query('select count(*)::int as n from leg')
  expect(rows[0].n).toBe(1)
})

const CALL = {
  ...{ accountcode: 'acme', src: '201', dst: '0123', dcontext: 'internal', clid: '201', lastapp: 'Dial', lastdata: '' },
  ...{
    channel: 'PJSIP/201-00000001',
    dstchannel: '',
    disposition: 'NO ANSWER',
    amaflags: 'DOCUMENTATION',
    userfield: '',
  },
  ...{ uniqueid: '1795438085.1', linkedid: '1795438085.1', peeraccount: '', sequence: 1, duration: 5, billsec: 0 },
  ...{ start: '2026-11-23 15:48:05', answer: '', end: '2026-11-23 15:48:10' },
}

async function stored(name: string, settings: Record<string, unknown>, secretSealed?: Buffer): Promise<Feed> {
  const feedId = await transaction(db(), async (tx) => {
    const { sourceId } = await ensureSource(tx, tenantId, 'pbx', 0)
    return await saveFeed(tx, { tenantId, sourceId, kind: 'table', name, settings, zone: 'auto', secretSealed }, 0)
  })
  return (await listFeeds(db())).find((feed) => feed.feedId === feedId)!
}

function follow(feed: Feed): FollowedFeed {
  return followTable(feed, { db: db(), clock: systemClock, log: quiet, key })
}

/** The state of a feed once it is this one. */
async function stateOf({ feedId }: Feed, state: string) {
  const read = () => db().q.selectFrom('feed_state').selectAll().where('feed_id', '=', feedId).executeTakeFirst()
  await untilTold(db(), async () => (await read())?.state === state)
  return (await read())!
}
