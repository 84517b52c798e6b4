// Channel events, queue logs, recorded AMI streams and mappings of one's own into a real PostgreSQL, in any order.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { asTenantId, fixedClock } from '@tollbook/kernel'
import { recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ImportFile, importCdrs } from './import-cdrs.ts'
import { retryRejects } from './retry-rejects.ts'

const db = testDatabase()
const TENANT = asTenantId(1)
const NOW = Date.parse('2026-11-24T12:00:00Z')
const dir = mkdtempSync(join(tmpdir(), 'tollbook-records-'))
afterAll(() => rmSync(dir, { recursive: true }))

beforeAll(async () => {
  await transaction(db(), (tx) => ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, NOW))
})
const TABLES = ['leg', 'call', 'seizure', 'cel', 'queue_event', 'batch', 'ingest_reject', 'import', 'record_coverage']
beforeEach(async () => {
  await db().pool.query(`truncate ${TABLES.join(', ')}; delete from source; delete from account`)
})

let files = 0

async function imported(bytes: Buffer | string, change: Partial<ImportFile> = {}) {
  const path = join(dir, String(++files))
  writeFileSync(path, bytes)
  const names = { tenantId: TENANT, source: 'pbx', zone: 'auto', filename: 'a file', path, clock: fixedClock(NOW) }
  const report = await importCdrs(db(), { ...names, ...change })
  if (!report.ok) throw new Error(report.error.reason)
  const { read, inserted, cel, queue_events, duplicates, rejected } = report.value
  expect(inserted + cel + queue_events + duplicates + rejected).toBe(read)
  return report.value
}

const rows = async (sql: string) => (await db().pool.query(sql)).rows
const CEL_KEYS = 'select call_key, event_key, event, uniqueid, happened_at from cel order by call_key, event_key'

describe('channel events', () => {
  it('are the same events from the file and over AMI; the exact time is kept, whichever comes first', async () => {
    const ami = recorded('asterisk-22/all-cdr-cel.ami')
    const csv = recorded('asterisk-22/Cel.csv')
    expect(await imported(csv)).toMatchObject({ format: 'cel_custom', zone: 'UTC', inserted: 0, cel: 885, rejected: 0 })
    const exact = await rows(CEL_KEYS)
    expect(exact.some((row) => row.happened_at.getMilliseconds() !== 0)).toBe(true)
    expect(await imported(ami)).toMatchObject({ format: 'ami', inserted: 120, cel: 0, duplicates: 885, rejected: 1 })
    expect(await rows(CEL_KEYS)).toEqual(exact)

    await db().pool.query('truncate leg, call, seizure, cel, batch')
    expect(await imported(ami)).toMatchObject({ inserted: 120, cel: 885 })
    expect(await rows(CEL_KEYS)).not.toEqual(exact) // AMI tells when it sent them
    expect(await imported(csv)).toMatchObject({ cel: 0, duplicates: 885 })
    expect(await rows(CEL_KEYS)).toEqual(exact)
    expect(await imported(recorded('asterisk-22/Master.csv'))).toMatchObject({ inserted: 0, duplicates: 120 })
  })

  it('are counted apart from legs: the bulk recording', async () => {
    expect(await imported(recorded('bulk-22/cdr-cel.ami.gz'))).toMatchObject({
      ...{ read: 43_070, inserted: 5338, cel: 37_732, duplicates: 0, rejected: 0, calls: 3000 },
    })
    expect(await rows('select cel, inserted from import')).toEqual([{ cel: 37_732, inserted: 5338 }])
    expect(await imported(recorded('bulk-22/Cel.csv.gz'))).toMatchObject({ cel: 0, duplicates: 37_732 })
    expect(await imported(recorded('bulk-22/Master.csv.gz'))).toMatchObject({ inserted: 0, duplicates: 5338 })
  }, 60_000)

  it('of several sessions, recorded at one time and put together, count once', async () => {
    const ami = recorded('asterisk-22/scenarios/answered.ami')
    const one = await imported(ami)
    expect(one).toMatchObject({ inserted: 3, rejected: 0 })
    const again = await imported(Buffer.concat([ami, ami]))
    expect(again).toMatchObject({ inserted: 0, cel: 0, queue_events: 0, duplicates: 2 * one.read })
  })
})

describe('queue logs', () => {
  it('are kept, events of no call too, and once', async () => {
    expect(await imported(recorded('asterisk-22/queue_log'))).toMatchObject({
      ...{ format: 'queue_log', read: 13, queue_events: 13, inserted: 0, calls: 0 },
    })
    expect(await imported(recorded('asterisk-22/queue_log'))).toMatchObject({ queue_events: 0, duplicates: 13 })
    const [start] = await rows(`select event, callid, queue, agent, data from queue_event where event = 'QUEUESTART'`)
    expect(start).toEqual({ event: 'QUEUESTART', callid: '', queue: '', agent: '', data: [] })
    const [connect] = await rows(`select queue, agent, data, opened_at from queue_event where event = 'CONNECT'`)
    expect(connect).toMatchObject({ queue: 'support', agent: 'Agent Prompt', data: ['4', '1795440168.84', '1'] })
    expect(connect.opened_at).toEqual(new Date(1_795_440_164_000))
  })

  it('say the same in whatever order the file and AMI told them', async () => {
    const parts = [recorded('asterisk-22/queue_log'), recorded('asterisk-22/scenarios/queue.ami')]
    const told = async (order: readonly Buffer[]) => {
      await db().pool.query('truncate leg, call, seizure, cel, queue_event, batch')
      for (const bytes of order) await imported(bytes)
      return await rows(
        'select event_key, event, agent, happened_at, data, seen_in from queue_event order by event_key',
      )
    }
    const one = await told(parts)
    expect(await told(parts.toReversed())).toEqual(one)
    const completed = one.find((row) => row.event === 'COMPLETECALLER')
    expect(completed).toMatchObject({ data: ['4', '1', '1'], happened_at: new Date(1_795_440_170_721) })
  })
})

describe('a mapping of one’s own', () => {
  const columns = 'uniqueid,linkedid,sequence,start,answer,end,duration,billsec,disposition,carrier,userfield'

  it('is refused without its columns, and meets the legs of Master.csv with them', async () => {
    await expect(imported(recorded('asterisk-22/Custom.csv'))).rejects.toThrow(/cdr_custom/)
    await imported(recorded('asterisk-22/Master.csv'))
    const before = await rows('select leg_key, started_at, src, channel from leg order by leg_key')
    const report = await imported(recorded('asterisk-22/Custom.csv'), { columns, zone: '+03:00' })
    expect(report).toMatchObject({ format: 'cdr_mapped', zone: 'UTC', inserted: 0, rejected: 0 })
    expect(await rows('select leg_key, started_at, src, channel from leg order by leg_key')).toEqual(before)
  })
})

describe('coverage', () => {
  it('reaches from the end of the first row to that of the last, of a whole Master.csv only', async () => {
    const master = recorded('asterisk-22/Master.csv')
    await imported(recorded('asterisk-22/Cel.csv'))
    await imported(master.subarray(0, master.indexOf('\n') + 1))
    expect(await rows('select from_at from record_coverage')).toEqual([])
    await imported(master, { filename: 'Master.csv' })
    const [{ first, last }] = await rows('select min(ended_at) as first, max(ended_at) as last from leg')
    const [covered] = await rows('select from_at, until_at from record_coverage')
    expect(covered).toEqual({ from_at: first, until_at: last })
  })

  it('is none of the copy of one account’s rows', async () => {
    const all = recorded('bulk-22/Master.csv.gz')
    await imported(all)
    await db().pool.query('truncate record_coverage')
    const own = (await rows(`select accountcode from leg where accountcode is not null limit 1`))[0]?.accountcode ?? ''
    const line = (n: number) =>
      `"${own}","1","2","c","","A/1-${n}","","Dial","","2026-11-23 10:00:0${n}","","2026-11-23 10:01:0${n}",60,0,"NO ANSWER","3","${1795428000 + n}.${n}",""\n`
    const text = line(1) + line(2)
    await imported(text, { filename: `${own}.csv` })
    expect(await rows('select 1 as one from record_coverage')).toEqual([])
    await imported(text, { filename: 'Master.csv' })
    expect(await rows('select 1 as one from record_coverage')).toEqual([{ one: 1 }])
  })
})

it('rows set aside of every kind are tried again the way they were read', async () => {
  const bad = '"HANGUP","1795440146.5","","","","","","","","PJSIP/a-1","","","3","","","","","","",""\n'
  const good = recorded('asterisk-22/Cel.csv').toString().split('\n').slice(0, 30).join('\n')
  expect(await imported(`${good}\n${bad}`)).toMatchObject({ rejected: 1, cel: 30 })
  expect(await rows('select format, reason from ingest_reject')).toEqual([
    { format: 'cel_custom', reason: 'uniqueid "" is not one' },
  ])
  const whole = '"HANGUP","1795440146.5","","","","","","","","PJSIP/a-1","","","3","","1795440146.77","","","","",""'
  await db().pool.query('update ingest_reject set raw = $1', [Buffer.from(whole)])
  expect(await retryRejects(db(), { tenantId: TENANT, nowMs: NOW })).toMatchObject({ recovered: 1 })
  expect(await rows(`select event from cel where uniqueid = '1795440146.77'`)).toEqual([{ event: 'HANGUP' }])
})
