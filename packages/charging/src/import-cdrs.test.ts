// Whole files into a real PostgreSQL: twice, overlapping, packed, damaged, refused, broken off in the middle.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { transaction } from '@tollbook/db'
import { ensureSource, ensureTenant } from '@tollbook/directory'
import { asTenantId, fixedClock } from '@tollbook/kernel'
import { recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ImportFile, importCdrs } from './import-cdrs.ts'
import { retryRejects } from './retry-rejects.ts'

const db = testDatabase()
const TENANT = asTenantId(1)
const NOW = Date.parse('2026-11-24T12:00:00Z')
const dir = mkdtempSync(join(tmpdir(), 'tollbook-import-'))
afterAll(() => rmSync(dir, { recursive: true }))

beforeAll(async () => {
  await transaction(db(), (tx) => ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, NOW))
})
const TABLES = ['leg', 'call', 'seizure', 'cel', 'batch', 'touched_hour', 'ingest_reject', 'import']
beforeEach(async () => {
  await db().pool.query(`truncate ${TABLES.join(', ')}; delete from source; delete from account`)
})

let files = 0

/** Imports these bytes as a file would be. */
function importBytes(bytes: Buffer | string, change: Partial<ImportFile> = {}) {
  const path = join(dir, `${++files}.csv`)
  writeFileSync(path, bytes)
  const clock = fixedClock(NOW)
  return importCdrs(db(), {
    tenantId: TENANT,
    source: 'pbx',
    zone: 'auto',
    filename: 'Master.csv',
    path,
    clock,
    ...change,
  })
}

async function imported(bytes: Buffer | string, change: Partial<ImportFile> = {}) {
  const report = await importBytes(bytes, change)
  if (!report.ok) throw new Error(report.error.reason)
  return report.value
}

async function count(table: string): Promise<number> {
  const { rows } = await db().pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)
  return rows[0]!.n
}

/** What the tables hold, without what depends on when it came and in which pieces. */
async function contents(): Promise<unknown> {
  const legs = await db().pool.query('select * from leg order by call_key, leg_key')
  const calls = await db().pool.query('select * from call order by call_key')
  return {
    legs: legs.rows.map(({ batch_id: _, batch_line: __, received_at: ___, ...row }) => row),
    calls: calls.rows.map(({ revision: _, stitched_at: __, account_id: ___, ...row }) => row),
  }
}

const master = recorded('asterisk-22/Master.csv')
const lines = recorded('asterisk-22/Master.csv').toString('latin1').split('\n')

/** A row of a call of its own, as cdr_csv with newcdrcolumns writes it. */
function row(n: number, change: { start?: string; billsec?: number; accountcode?: string } = {}): string {
  const id = `${1_795_440_000 + n}.${n}`
  const at = (s: number) => new Date((1_795_440_000 + n + s) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  const { start = at(0), billsec = 10, accountcode = 'A1' } = change
  const who = `"${accountcode}","1001","442071838750","out","""A"" <1001>","PJSIP/a-${hex(n)}","PJSIP/t-${hex(n)}"`
  const when = `"${start}","${at(5)}","${at(15)}",15,${billsec}`
  return `${who},"Dial","PJSIP/442071838750@t",${when},"ANSWERED","DOCUMENTATION","${id}","","","${id}",${n}\n`
}

const hex = (n: number) => n.toString(16).padStart(8, '0')

describe('importCdrs', () => {
  it('imports a whole Master.csv, and nothing the second time', async () => {
    const first = await imported(master)
    expect(first).toMatchObject({ source: 'pbx', format: 'cdr_csv-21', zone: 'UTC', rejected: 0, calls: 41 })
    expect(first.inserted).toBe(first.read)
    const before = await contents()
    const second = await imported(master)
    expect(second).toMatchObject({ read: first.read, inserted: 0, duplicates: first.read, calls: 0, rated: 0 })
    expect(await contents()).toEqual(before)
    expect(await count('leg')).toBe(first.read)
  })

  it('leaves accounts, touched hours, the detected zone and its own row behind', async () => {
    await imported(row(1) + row(2, { accountcode: 'B2' }))
    const { rows: accounts } = await db().pool.query('select code from account order by code')
    expect(accounts).toEqual([{ code: 'A1' }, { code: 'B2' }])
    const { rows: hours } = await db().pool.query('select hour from touched_hour')
    expect(hours).toEqual([{ hour: new Date('2026-11-23T13:00:00Z') }])
    const { rows: sources } = await db().pool.query('select name, zone, zone_detected from source')
    expect(sources).toEqual([{ name: 'pbx', zone: 'auto', zone_detected: 'UTC' }])
    const { rows: imports } = await db().pool.query(
      'select state, format, zone, bytes_done = bytes_total as whole, read, inserted, calls, error from import',
    )
    expect(imports).toEqual([
      { state: 'done', format: 'cdr_csv-21', zone: 'UTC', whole: true, read: 2, inserted: 2, calls: 2, error: '' },
    ])
  })

  it('inserts the difference of an overlapping file, and its late legs change their calls', async () => {
    const half = Math.floor(lines.length / 2)
    const early = await imported(Buffer.from(lines.slice(0, half).join('\n'), 'latin1'))
    const late = await imported(Buffer.from(lines.slice(half - 20).join('\n'), 'latin1'))
    expect(late.duplicates).toBeGreaterThan(0)
    expect(early.inserted + late.inserted).toBe(await count('leg'))
    const inTwo = await contents()
    await db().pool.query('truncate leg, call, seizure')
    await imported(master)
    expect(inTwo).toEqual(await contents())
  })

  it('reads a packed file as the plain one', async () => {
    await imported(master)
    const plain = await contents()
    await db().pool.query('truncate leg, call, seizure')
    await imported(gzipSync(master))
    expect(await contents()).toEqual(plain)
  })

  it('reads a file in the local time of New York', async () => {
    const report = await imported(recorded('variants-22/systemname-tz-channelvars.master.csv'))
    expect(report).toMatchObject({ format: 'cdr_csv-18', zone: '-05:00', read: 7, inserted: 7 })
    const { rows } = await db().pool.query(
      'select bool_and(started_at >= opened_at) as ok, max(started_at - opened_at) as most from leg',
    )
    expect(rows[0].ok).toBe(true)
    expect(rows[0].most.seconds ?? 0).toBeLessThan(10)
  })

  it('takes the zone that is asked for, else the one a person set, before what it finds', async () => {
    expect(await imported(row(1), { zone: '+03:00' })).toMatchObject({ zone: '+03:00' })
    await transaction(db(), (tx) => ensureSource(tx, TENANT, 'moscow', NOW))
    await db().pool.query(`update source set zone = 'Europe/Moscow' where name = 'moscow'`)
    expect(await imported(row(2), { source: 'moscow' })).toMatchObject({ zone: 'Europe/Moscow' })
    const { rows } = await db().pool.query(`select distinct zone_detected from source`)
    expect(rows).toEqual([{ zone_detected: '' }])
  })

  it.each([
    ['a rate sheet', 'prefix,destination,rate\n44,UK,0.01\n', {}],
    ['an empty file', '', {}],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), {}],
    ['a damaged archive', gzipSync(master).subarray(0, 15), {}],
    ['a zone nobody knows', row(1), { zone: 'Mars/Olympus' }],
    ['a file that is not there', row(1), { path: join(dir, 'missing.csv') }],
  ])('refuses %s and changes nothing', async (_, bytes, change) => {
    const report = await importBytes(bytes, change)
    expect(report).toMatchObject({ ok: false, error: { reason: expect.stringMatching(/\w+ \w+/) } })
    for (const table of [...TABLES, 'source', 'account']) expect([table, await count(table)]).toEqual([table, 0])
  })

  it('sets bad rows aside once, and reads them again when the reason is gone', async () => {
    const bad = row(3, { billsec: 99 })
    const file = `${row(1)}this is no row\n${bad}${row(2)}`
    expect(await imported(file)).toMatchObject({ read: 4, inserted: 2, rejected: 2, duplicates: 0 })
    expect(await imported(file)).toMatchObject({ read: 4, inserted: 0, rejected: 2, duplicates: 2 })
    const { rows } = await db().pool.query(
      'select line, reason, convert_from(raw, $1) as raw, zone from ingest_reject order by line',
      ['UTF8'],
    )
    expect(rows).toMatchObject([
      { line: 2, raw: 'this is no row', zone: 'UTC' },
      { line: 3, raw: bad.trimEnd(), reason: 'billsec is longer than duration' },
    ])
    expect(await retryRejects(db(), { tenantId: TENANT, nowMs: NOW })).toEqual({
      tried: 2,
      recovered: 0,
      stillRejected: 2,
    })
    // As if the rule that refused it had been mended: the same row, now with a text that can be read.
    await db().pool.query('update ingest_reject set raw = $1 where line = 3', [Buffer.from(row(3).trimEnd())])
    expect(await retryRejects(db(), { tenantId: TENANT, nowMs: NOW })).toEqual({
      tried: 2,
      recovered: 1,
      stillRejected: 1,
    })
    expect(await count('leg')).toBe(3)
    expect(await retryRejects(db(), { tenantId: TENANT, nowMs: NOW })).toMatchObject({ tried: 1, recovered: 0 })
  })

  it('tries every row that is asked for again, however many are open', async () => {
    const bad = (n: number) => row(n, { billsec: 99 })
    await imported(row(0) + Array.from({ length: 1200 }, (_, n) => bad(n + 1)).join(''))
    // As if the rule that refused them had been mended for two of them.
    await db().pool.query(
      `update ingest_reject set raw = case line when 2 then $1::bytea else $2::bytea end where line in (2, 1200)`,
      [Buffer.from(row(1).trimEnd()), Buffer.from(row(1199).trimEnd())],
    )
    const { rows } = await db().pool.query('select source_id, reject_key from ingest_reject where line = 2')
    const only = [{ sourceId: rows[0].source_id, rejectKey: rows[0].reject_key }]
    const tried = await retryRejects(db(), { tenantId: TENANT, only, nowMs: NOW })
    expect(tried).toEqual({ tried: 1, recovered: 1, stillRejected: 0 })
    const all = await retryRejects(db(), { tenantId: TENANT, nowMs: NOW })
    expect(all).toEqual({ tried: 1199, recovered: 1, stillRejected: 1198 })
  })

  it('comes to the same tables after breaking off in the middle', async () => {
    const many = Array.from({ length: 30_000 }, (_, n) => row(n)).join('')
    let batches = 0
    const broken = importBytes(many, {
      onProgress() {
        if (++batches === 2) throw new Error('power cut')
      },
    })
    await expect(broken).rejects.toThrow('power cut')
    const some = await count('leg')
    expect(some).toBeGreaterThan(0)
    expect(some).toBeLessThan(30_000)
    const { rows } = await db().pool.query('select state, error from import')
    expect(rows).toEqual([{ state: 'failed', error: expect.stringContaining('again') }])

    expect(await imported(many)).toMatchObject({ read: 30_000, inserted: 30_000 - some, duplicates: some })
    expect([await count('leg'), await count('call')]).toEqual([30_000, 30_000])
    const { rows: revisions } = await db().pool.query('select distinct revision from call')
    expect(revisions).toEqual([{ revision: 0 }])
  })

  it('sets a row aside whose account code no account can have, and imports the others', async () => {
    const code = Array.from({ length: 5000 }, (_, n) => hex((n * 7919) ** 2).slice(-1)).join('')
    const report = await imported(row(1) + row(2, { accountcode: code }) + row(3))
    expect(report).toMatchObject({ read: 3, inserted: 2, rejected: 1 })
  })

  it.each([
    ['a few rows', 30],
    ['many rows', 30_000],
  ])('keeps the rows before the damage of an archive: %s', async (_, many) => {
    const rows = Array.from({ length: many }, (_, n) => row(n))
    const packed = gzipSync(rows.join(''))
    const cut = packed.subarray(0, Math.floor(packed.length * 0.8))
    const report = await importBytes(cut)
    expect(report).toMatchObject({ ok: false, error: { kind: 'cut-short', reason: expect.stringMatching(/damaged/) } })
    const kept = await count('leg')
    expect(kept).toBeGreaterThan(many * 0.6)
    expect(kept).toBeLessThan(many)
    expect(await count('ingest_reject')).toBe(0)
    const { rows: imports } = await db().pool.query('select state, inserted, error from import')
    expect(imports).toMatchObject([
      { state: 'failed', inserted: kept, error: expect.stringContaining(`${kept} were new`) },
    ])
    expect(await imported(packed)).toMatchObject({ read: many, inserted: many - kept, duplicates: kept })
  })

  it('counts up while it runs, to the end of the file', async () => {
    const seen: number[] = []
    const many = Array.from({ length: 20_000 }, (_, n) => row(n)).join('')
    await imported(many, { onProgress: (p) => seen.push(p.inserted, p.bytesDone / p.bytesTotal) })
    expect(seen.slice(-2)).toEqual([20_000, 1])
    const inserted = seen.filter((_, i) => i % 2 === 0)
    expect(inserted).toEqual([...inserted].sort((a, b) => a - b))
  })
})
