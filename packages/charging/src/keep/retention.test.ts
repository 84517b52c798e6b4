// Retention against a real PostgreSQL: what is detached, what stays, what waits, and that a month once detached is neither
// doubled by old rows nor lost from figures and books.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, ensureMonths, transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { fixedClock, type TenantId } from '@tollbook/kernel'
import { verifyLedger } from '@tollbook/ledger'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importCdrs } from '../import-cdrs.ts'
import { importRateDeck } from '../import-rate-deck.ts'
import { verifyPackageUse } from '../package-use.ts'
import { eraseSubscriber } from './erase-number.ts'
import { detachNext, dropMonths, retentionStanding, setRetention } from './retention.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T12:00:00Z')
const clock = fixedClock(NOW)
const dir = mkdtempSync(join(tmpdir(), 'tollbook-retention-'))
afterAll(() => rmSync(dir, { recursive: true }))
let tenantId: TenantId

/** A charged call at this instant. */
function line(at: string, n: number): string {
  const epoch = Date.parse(at) / 1000
  const time = (s: number) => new Date((epoch + s) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  const who = `"acme","201","442071838750","out","""A"" <201>","PJSIP/a-0000000${n}","PJSIP/t-0000000${n}","Dial","PJSIP/44@t"`
  return `${who},"${time(0)}","${time(5)}","${time(65)}",65,60,"ANSWERED","DOCUMENTATION","${epoch}.${n}","","","${epoch}.${n}",${n}\n`
}

const path = join(dir, 'Master.csv')
writeFileSync(
  path,
  ['2026-08-10T10:00:00Z', '2026-08-31T23:50:00Z', '2026-09-10T10:00:00Z', '2026-11-20T10:00:00Z'].map(line).join(''),
)
const imported = async () => {
  const done = await importCdrs(db(), { tenantId, source: 'pbx', zone: 'UTC', filename: 'Master.csv', path, clock })
  if (!done.ok) throw new Error(done.error.reason)
  return done.value
}
const count = async (table: string) => (await db().pool.query(`select count(*)::int as n from ${table}`)).rows[0].n
/** As if the worker had rolled them up. */
const rolledUp = () => db().pool.query('delete from touched_hour')

beforeAll(async () => {
  tenantId = await transaction(db(), async (tx) => {
    return (await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, NOW)).tenantId
  })
  const deck = { tenantId, name: 'Retail', side: 'sell' as const, currency: 'EUR', filename: '' }
  await importRateDeck(db(), { ...deck, text: 'prefix,destination,rate\n44,UK,0.02', nowMs: NOW, effective: 'always' })
  expect(await imported()).toMatchObject({ inserted: 4, rated: 4 })
})

describe('retention', () => {
  it('keeps everything without a rule, and tells what a rule would do without doing it', async () => {
    expect(await detachNext(db(), NOW)).toBeUndefined()
    expect(await retentionStanding(db(), NOW)).toMatchObject({ keepMonths: undefined, due: [], detached: [] })
    const { due, first, last } = await retentionStanding(db(), NOW, 2)
    expect([first, last]).toEqual(['2026-08', '2026-11'])
    expect(due).toMatchObject([{ month: '2026-08', calls: 2, touchedHours: 2, unrated: 0, openEntries: 2 }])
    expect(await count('call')).toBe(4)
  })

  it('waits for the figures, then detaches calls and what belongs to them, and nothing of the money', async () => {
    await setRetention(db(), 2, NOW)
    expect(await detachNext(db(), NOW)).toBeUndefined()
    await rolledUp()
    expect(await detachNext(db(), NOW)).toBe('2026-08')
    expect(await detachNext(db(), NOW)).toBeUndefined()
    expect(await Promise.all(['call', 'leg', 'charge', 'ledger_entry'].map(count))).toEqual([2, 2, 4, 4])
    expect(await count('detached.call_2026_08')).toBe(2)
    const { detached } = await retentionStanding(db(), NOW)
    expect(detached).toMatchObject([{ month: '2026-08', rows: 4, detachedAtMs: NOW, droppedAtMs: undefined }])
    expect((await verifyLedger(db())).differences).toEqual([])
    expect(await verifyPackageUse(db())).toEqual([])
  })

  it('takes rows of such a month for known when they come again, and leaves its figures alone', async () => {
    await rolledUp()
    expect(await imported()).toMatchObject({ inserted: 0, duplicates: 4, calls: 0, rated: 0 })
    expect(await Promise.all(['call', 'charge', 'ledger_entry', 'touched_hour'].map(count))).toEqual([2, 4, 4, 0])
    // Another process makes its tables again, empty: they go the next time, and what lies aside stays.
    const other = connect(db.url(), { max: 1 })
    await ensureMonths(other, ['2026-08'])
    await other.close()
    expect(await count('call_2026_08')).toBe(0)
    expect(await detachNext(db(), NOW)).toBe('2026-08')
    expect(await count('detached.call_2026_08')).toBe(2)
  })

  it('is reached by an erasure too', async () => {
    const done = await eraseSubscriber(db(), { tenantId, number: '442071838750', by: '', dryRun: false, clock })
    expect(done).toMatchObject({ ok: true, value: { rows: { call: 4, leg: 4 } } })
    const { rows } = await db().pool.query('select distinct to_number from detached.call_2026_08')
    expect(rows).toMatchObject([{ to_number: expect.stringMatching(/^erased-/) }])
  })

  it('deletes only what was detached, and only when asked', async () => {
    expect(await dropMonths(db(), ['2026-09', '2026-11'], NOW)).toEqual([])
    expect(await dropMonths(db(), ['2026-08'], NOW + 1)).toEqual(['2026-08'])
    expect(await dropMonths(db(), ['2026-08'], NOW + 2)).toEqual([])
    const { rows } = await db().pool.query(`select to_regclass('detached.call_2026_08') as gone`)
    expect(rows).toEqual([{ gone: null }])
    expect(await Promise.all(['call', 'charge'].map(count))).toEqual([2, 4])
    expect((await retentionStanding(db(), NOW)).detached).toMatchObject([{ month: '2026-08', droppedAtMs: NOW + 1 }])
  })

  it('can be taken back', async () => {
    await setRetention(db(), undefined, NOW)
    await ensureMonths(db(), ['2020-01'])
    expect(await detachNext(db(), NOW)).toBeUndefined()
  })
})
