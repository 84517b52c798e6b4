// Uploads nobody waits for go; those that are waited for, and young ones, stay.

import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { afterAll, expect, it } from 'vitest'
import { sweepUploads } from './sweep-uploads.ts'

const db = testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'tollbook-sweep-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('removes old files that no import waits for', async () => {
  const nowMs = Date.UTC(2026, 10, 24)
  const store = (name: string, ageHours: number) => {
    const at = new Date(nowMs - ageHours * 3_600_000)
    writeFileSync(join(folder, name), 'x')
    utimesSync(join(folder, name), at, at)
  }
  store('waited-for', 50)
  store('left', 50)
  store('arriving', 1)
  const tenant = { tenant_id: 1, slug: 'main', name: 'Main', currency: 978, created_at: new Date(nowMs) }
  await insertRows(db(), 'tenant', [tenant] as never)
  const waiting = {
    import_id: '00000000-0000-7000-8000-000000000001',
    tenant_id: 1,
    source_id: 1,
    filename: 'a.csv',
    stored_path: join(folder, 'waited-for'),
    state: 'queued',
    created_at: new Date(nowMs),
  }
  await insertRows(db(), 'import', [waiting] as never)
  expect(await sweepUploads(db(), folder, nowMs)).toBe(1)
  expect(readdirSync(folder).sort()).toEqual(['arriving', 'waited-for'])
  expect(await sweepUploads(db(), join(folder, 'nowhere'), nowMs)).toBe(0)
})
