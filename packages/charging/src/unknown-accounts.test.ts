// An account that only the events of a call name, or that another writer made a moment ago: the call is charged to it.

import { AmiParser, amiRecords } from '@tollbook/asterisk/ami'
import { type Cel, celFromRow, type Leg, legContext, legFromCdr, zoneConverter } from '@tollbook/calls'
import { transaction } from '@tollbook/db'
import { ensureSource, ensureTenant } from '@tollbook/directory'
import { WAY } from '@tollbook/kernel'
import { recorded, testDatabase } from '@tollbook/testkit'
import { expect, test } from 'vitest'
import { freshBook } from './book.ts'
import { captureBatch } from './capture.ts'

const db = testDatabase()
const NOW = Date.UTC(2026, 10, 23, 14)
/** A call of account CUST-7 over a trunk. */
const LINKEDID = '1795440270.348'

async function world(slug: string) {
  const { tenantId, sourceId } = await transaction(db(), async (tx) => {
    const tenant = await ensureTenant(tx, { slug, name: slug, currency: 'EUR' }, NOW)
    return ensureSource(tx, tenant.tenantId, 'pbx', NOW)
  })
  const records = amiRecords()
  const all = [...records.push(new AmiParser().push(recorded('asterisk-22/all-cdr-cel.ami'))), ...records.flush()]
  const context = legContext(sourceId, zoneConverter('UTC')!)
  const legs: Leg[] = []
  const cel: Cel[] = []
  for (const record of all) {
    const leg = record.kind === 'cdr' ? legFromCdr(record.row, context) : undefined
    if (leg?.ok && leg.value.linkedid === LINKEDID) legs.push(leg.value)
    const event = record.kind === 'cel' ? celFromRow(record.row, context) : undefined
    if (event?.ok && event.value.linkedid === LINKEDID) cel.push(event.value)
  }
  const batch = { tenantId, sourceId, way: WAY.live, toldBy: 'ami', zone: 'UTC', nowMs: NOW, legs: [], cel: [] }
  const account = async () => {
    const { rows } = await db().pool.query(
      'select a.code from call c left join account a using (account_id) where c.tenant_id = $1',
      [tenantId],
    )
    return rows.map((row) => row.code)
  }
  return { tenantId, legs, cel, batch, account }
}

test('named by events alone', async () => {
  const { cel, batch, account } = await world('events')
  expect(await captureBatch(db(), { ...batch, cel })).toMatchObject({ newCalls: 1 })
  expect(await account()).toEqual(['CUST-7'])
})

test('made by another writer after this one took its book', async () => {
  const { tenantId, legs, cel, batch, account } = await world('book')
  const book = await freshBook(db(), tenantId)
  await captureBatch(db(), { ...batch, way: WAY.file, legs })
  expect(await account()).toEqual(['CUST-7'])
  await captureBatch(db(), { ...batch, cel, book })
  expect(await account()).toEqual(['CUST-7'])
})
