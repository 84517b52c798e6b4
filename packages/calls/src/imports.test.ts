// The import table as a queue, and the rows that are set aside.

import { transaction } from '@tollbook/db'
import { asSourceId, asTenantId } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { claimImport, createImport, updateImport } from './imports.ts'
import { closeRejects, listOpenRejects, setAside } from './rejects.ts'

const db = testDatabase()
const TENANT = asTenantId(1)
const SOURCE = asSourceId(1)
const NOW = Date.parse('2026-11-23T12:00:00Z')
const STALE = 60_000

beforeAll(async () => {
  await db().pool.query(
    `insert into tenant (tenant_id, slug, name, currency, created_at) values (1, 'main', 'Main', 978, now())`,
  )
})
beforeEach(async () => {
  await db().pool.query('truncate import, ingest_reject')
})

const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
const request = (n: number, storedPath: string) => ({
  ...{ importId: id(n), tenantId: TENANT, sourceId: SOURCE, filename: `m${n}.csv`, storedPath },
  ...{ zoneAsked: 'auto', bytesTotal: 1000 },
})
const counts = {
  ...{
    bytesDone: 10,
    read: 5,
    inserted: 3,
    cel: 0,
    queueEvents: 0,
    duplicates: 1,
    matched: 0,
    rejected: 1,
    calls: 2,
    rated: 1,
    unrated: 1,
  },
  ...{ format: 'cdr_csv-21', zone: 'UTC' },
}

describe('claimImport', () => {
  it('gives each waiting import to one worker, the oldest first', async () => {
    await createImport(db(), request(2, '/up/2'), 'queued', NOW + 1)
    await createImport(db(), request(1, '/up/1'), 'queued', NOW)
    const claims = await Promise.all([1, 2, 3].map(() => claimImport(db(), NOW + 5000, STALE)))
    expect(claims.map((c) => c?.importId).sort()).toEqual([id(1), id(2), undefined])
    expect(claims.find((c) => c?.importId === id(1))).toMatchObject({ storedPath: '/up/1', attempt: 'first' })
  })

  it('takes up an import whose beat stopped, not one that still beats', async () => {
    await createImport(db(), request(1, '/up/1'), 'queued', NOW)
    await claimImport(db(), NOW, STALE)
    await updateImport(db(), id(1), { state: 'running', ...counts }, NOW + 50_000)
    expect(await claimImport(db(), NOW + 100_000, STALE)).toBeUndefined()
    expect(await claimImport(db(), NOW + 120_000, STALE)).toMatchObject({ importId: id(1), attempt: 'again' })
  })

  it('marks an interrupted import failed when there is no file to read again', async () => {
    await createImport(db(), request(1, ''), 'running', NOW)
    expect(await claimImport(db(), NOW + 2 * STALE, STALE)).toBeUndefined()
    const { rows } = await db().pool.query('select state, error from import')
    expect(rows[0]).toMatchObject({ state: 'failed', error: expect.stringContaining('interrupted') })
  })

  it('never gives out what is done or failed', async () => {
    await createImport(db(), request(1, '/up/1'), 'queued', NOW)
    await createImport(db(), request(2, '/up/2'), 'queued', NOW)
    await updateImport(db(), id(1), { state: 'done', ...counts }, NOW + 1)
    await updateImport(db(), id(2), { state: 'failed', error: 'not a CDR file' }, NOW + 1)
    expect(await claimImport(db(), NOW + 10 * STALE, STALE)).toBeUndefined()
    const { rows } = await db().pool.query('select state, inserted, stored_path, error from import order by import_id')
    expect(rows).toEqual([
      { state: 'done', inserted: 3, stored_path: '', error: '' },
      { state: 'failed', inserted: 0, stored_path: '', error: 'not a CDR file' },
    ])
  })
})

describe('rejects', () => {
  const origin = { tenantId: TENANT, sourceId: SOURCE, importId: id(1), zone: 'UTC', format: 'cdr_csv-21' }
  const rejects = [
    { line: 3, reason: 'start time is not a date', raw: Buffer.from('a,b\xff', 'latin1') },
    { line: 9, reason: 'billsec is longer than duration', raw: Buffer.from('c,d') },
  ]

  it('are set aside once however often they come, with their bytes', async () => {
    expect(await transaction(db(), (tx) => setAside(tx, origin, rejects, NOW))).toBe(2)
    expect(await setAside(db(), origin, [...rejects, rejects[0]!], NOW + 5)).toBe(0)
    const open = (await listOpenRejects(db(), TENANT, { limit: 10 })).sort((a, b) => a.line - b.line)
    expect(open.map((r) => [r.line, r.reason, r.raw.toString('latin1'), r.format, r.rejectedAtMs])).toEqual([
      [3, 'start time is not a date', 'a,b\xff', 'cdr_csv-21', NOW],
      [9, 'billsec is longer than duration', 'c,d', 'cdr_csv-21', NOW],
    ])
    expect(await listOpenRejects(db(), asTenantId(2), { limit: 10 })).toEqual([])
  })

  it('leave the list when recovered or dismissed, and do not come back', async () => {
    await setAside(db(), origin, rejects, NOW)
    const [a, b] = await listOpenRejects(db(), TENANT, { limit: 10, sourceId: SOURCE })
    expect(await closeRejects(db(), TENANT, [a!], 'recovered')).toBe(1)
    expect(await closeRejects(db(), TENANT, [a!], 'recovered')).toBe(0)
    expect(await closeRejects(db(), asTenantId(2), [b!], 'dismissed')).toBe(0)
    expect(await closeRejects(db(), TENANT, [b!], 'dismissed')).toBe(1)
    await setAside(db(), origin, rejects, NOW)
    expect(await listOpenRejects(db(), TENANT, { limit: 10 })).toEqual([])
  })
})
