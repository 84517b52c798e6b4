// A followed file from its feed to the tables: rows, checkpoint, coverage and state, with a database that dies at random.

import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { zoneConverter } from '@tollbook/calls'
import { importCdrs } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import { ensureSource, ensureTenant } from '@tollbook/directory'
import { checkpointOf, type Feed, listFeeds, noteGap, saveFeed } from '@tollbook/intake'
import { fixedClock, systemClock, type TenantId } from '@tollbook/kernel'
import { recorded, testDatabase, untilTold } from '@tollbook/testkit'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { FileFollower } from './file-follower.ts'
import { followFile } from './follow-file.ts'
import { fileLotStore } from './store-file-lot.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T12:00:00Z')
const clock = fixedClock(NOW)
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const folder = mkdtempSync(join(tmpdir(), 'tollbook-follow-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const UTC = zoneConverter('UTC')!
const NEVER = new AbortController().signal
const master = recorded('asterisk-22/Master.csv')
let tenantId: TenantId
let files = 0

beforeAll(async () => {
  const made = await transaction(db(), (tx) => ensureTenant(tx, { slug: 'main', name: 'M', currency: 'EUR' }, NOW))
  tenantId = made.tenantId
})
beforeEach(async () => {
  const tables = ['leg', 'call', 'cel', 'queue_event', 'batch', 'ingest_reject', 'capture_gap', 'record_coverage']
  await db().pool.query(`truncate ${tables.join(', ')}; delete from source`)
})

async function feedOf(settings: Readonly<Record<string, unknown>>): Promise<Feed> {
  const feedId = await transaction(db(), async (tx) => {
    const { sourceId } = await ensureSource(tx, tenantId, 'pbx', NOW)
    const feed = { tenantId, sourceId, kind: 'file', name: `f${++files}`, settings, zone: 'auto' } as const
    return await saveFeed(tx, feed, NOW)
  })
  return (await listFeeds(db())).find((f) => f.feedId === feedId)!
}

const rows = async (sql: string) => (await db().pool.query(sql)).rows

function follower(feed: Feed, path: string, store: ReturnType<typeof fileLotStore>): FileFollower {
  return new FileFollower({
    ...{ settings: { path, content: 'auto' }, sourceId: feed.sourceId, zone: undefined, otherwise: UTC },
    load: () => checkpointOf(db(), feed.feedId),
    store,
    now: () => clock.now(),
  })
}

/** What the tables say of the calls, whoever told it. */
async function told(): Promise<unknown> {
  const legs = await rows('select * from leg order by call_key, leg_key')
  return legs.map(({ batch_id: _, batch_line: __, received_at: ___, source_id: ____, ...leg }) => leg)
}

it('stores every row once while transactions fail, before the commit and behind it', async () => {
  const path = join(folder, 'kill.csv')
  writeFileSync(path, '')
  const feed = await feedOf({ path })
  const real = fileLotStore(db(), feed, clock)
  let lots = 0
  const dying: ReturnType<typeof fileLotStore> = async (lot) => {
    lots++
    if (lots % 3 === 1) throw new Error('killed before')
    await real(lot)
    if (lots % 5 === 2) throw new Error('killed behind')
  }
  let following = follower(feed, path, dying)
  for (let at = 0; at < master.length; at += 977) {
    appendFileSync(path, master.subarray(at, at + 977))
    try {
      await following.look(NEVER)
    } catch {
      await following.close()
      following = follower(feed, path, dying)
    }
  }
  for (let i = 0; i < 5; i++) {
    try {
      await following.look(NEVER)
    } catch {
      await following.close()
      following = follower(feed, path, dying)
    }
  }
  await following.close()
  const followed = await told()
  await db().pool.query('truncate leg, call, batch, record_coverage')
  const file = { tenantId, source: 'pbx', zone: 'auto', filename: 'Master.csv', path, clock }
  expect(await importCdrs(db(), file)).toMatchObject({ ok: true, value: { inserted: 120 } })
  expect(followed).toEqual(await told())
})

it('puts a row the database will never take aside, and goes on', async () => {
  const path = join(folder, 'poison.csv')
  writeFileSync(path, master)
  const feed = await feedOf({ path })
  await db().pool.query(`alter table leg add constraint no_busy check (disposition <> 3)`)
  try {
    const following = follower(feed, path, fileLotStore(db(), feed, clock))
    expect(await following.look(NEVER)).toMatchObject({ isCaughtUp: true, read: 120 })
    await following.close()
  } finally {
    await db().pool.query(`alter table leg drop constraint no_busy`)
  }
  const [{ legs }] = await rows('select count(*)::int as legs from leg')
  const aside = await rows('select reason, convert_from(raw, $$UTF8$$) as raw from ingest_reject')
  expect(aside.length).toBeGreaterThan(0)
  expect(legs + aside.length).toBe(120)
  for (const { reason, raw } of aside) {
    expect(reason).toMatch(/cannot be stored/)
    expect(raw).toContain('"BUSY"')
  }
})

it('closes a gap it tells of', async () => {
  const feed = await feedOf({ path: join(folder, 'gap.csv') })
  const fromMs = Date.parse('2026-11-23T13:23:00Z')
  const gap = { tenantId, sourceId: feed.sourceId, fromMs, untilMs: fromMs + 5000, cause: 'disconnected', detail: '' }
  await transaction(db(), (tx) => noteGap(tx, gap as Parameters<typeof noteGap>[1], NOW))
  writeFileSync(join(folder, 'gap.csv'), master)
  const following = follower(feed, join(folder, 'gap.csv'), fileLotStore(db(), feed, clock))
  await following.look(NEVER)
  await following.close()
  expect(await rows('select closed_by from capture_gap')).toEqual([{ closed_by: `feed ${feed.feedId}` }])
})

it('follows by itself: what is written, rotated and written again; tells how it stands; stops and goes on', async () => {
  const path = join(folder, 'Cel.csv')
  const feed = await feedOf({ path, content: 'cel' })
  const cel = gunzipSync(recorded('bulk-22/Cel.csv.gz'))
  const cuts = [0, 400_000, 900_000, 1_400_000].map((at) => (at === 0 ? 0 : cel.indexOf('\n', at) + 1))
  const part = (n: number) => cel.subarray(cuts[n], cuts[n + 1])
  const count = (bytes: Buffer) => bytes.toString('latin1').split('\n').length - 1
  const stored = async (n: number) => {
    const [{ cel: events }] = await rows('select count(*)::int as cel from cel')
    return events === n
  }
  const state = async () => (await rows(`select state, detail, read from feed_state where feed_id = ${feed.feedId}`))[0]
  const first = followFile(feed, { db: db(), clock: systemClock, log: quiet })
  await untilTold(db(), async () => (await state())?.state === 'waiting')
  expect(await state()).toMatchObject({ state: 'waiting', detail: 'the file is not there' })
  writeFileSync(path, part(0))
  await untilTold(db(), () => stored(count(part(0))))
  renameSync(path, `${path}.1`)
  writeFileSync(path, part(1))
  await untilTold(db(), () => stored(count(cel.subarray(0, cuts[2]))))
  await first.stop()
  expect((await state()).state).toBe('stopped')
  appendFileSync(path, part(2))
  const second = followFile(feed, { db: db(), clock: systemClock, log: quiet })
  await untilTold(db(), () => stored(count(cel.subarray(0, cuts[3]))))
  await second.stop()
  expect(Number((await state()).read)).toBe(count(cel.subarray(0, cuts[3])))
  expect(await rows('select distinct told_by, way from batch')).toEqual([{ told_by: `feed ${feed.feedId}`, way: 2 }])
})

it('a gap told again at its end has that end, and how much was dropped', async () => {
  const { sourceId } = await feedOf({ path: join(folder, 'none.csv') })
  const tell = (untilMs: number | undefined, detail: string) =>
    transaction(db(), (tx) =>
      noteGap(tx, { tenantId, sourceId, cause: 'spool-full', fromMs: NOW - 9000, untilMs, detail }, NOW),
    )
  await tell(undefined, '')
  await tell(NOW - 1000, '665 events dropped')
  await tell(undefined, '')
  const gaps = await rows('select until_at, detail from capture_gap')
  expect(gaps).toEqual([{ until_at: new Date(NOW - 1000), detail: '665 events dropped' }])
})
