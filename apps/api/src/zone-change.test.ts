// A tenant moves to another zone: its days are other days from that moment on, before and after the rollups followed.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importCdrs } from '@tollbook/charging'
import { asTenantId, fixedClock } from '@tollbook/kernel'
import { rollUpTouched } from '@tollbook/stats'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { makeWorld, NOW_MS } from './testing/world.ts'

const db = testDatabase()
const dir = mkdtempSync(join(tmpdir(), 'tollbook-zone-'))
afterAll(() => rmSync(dir, { recursive: true }))
let api: ReturnType<typeof testApi>

/** One call each hour of three days. */
const CALLS = Array.from({ length: 72 }, (_, n) => {
  const ms = Date.UTC(2026, 9, 30) + n * 3_600_000 + 60_000
  const at = new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
  const id = `${ms / 1000}.${n}`
  return `"acme","201","00353860001111","internal","","PJSIP/201-0000000${n % 8}","PJSIP/north-00000002","Dial","","${at}","${at}","${at}",0,0,"ANSWERED","DOCUMENTATION","${id}","","","${id}",${n}\n`
}).join('')

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
  const path = join(dir, 'Master.csv')
  writeFileSync(path, CALLS)
  const file = { tenantId: asTenantId(1), source: 'pbx', zone: 'UTC', filename: 'Master.csv', path }
  await importCdrs(db(), { ...file, clock: fixedClock(NOW_MS) })
  await rollUp()
})

async function rollUp(): Promise<void> {
  while ((await rollUpTouched(db(), NOW_MS)).hours > 0);
}

/** Calls of a local day by account, as the day rollups (or whatever stands in for them) answer. */
async function told(day: string, next: string): Promise<number> {
  const answer = await api.as('viewer', 'GET', `/stats?from=${day}&to=${next}&by=account&metrics=calls`)
  return ((await answer.json()) as { total: { calls: number } }).total.calls
}

async function counted(day: string, zone: string): Promise<number> {
  const { rows } = await db().pool.query(
    'select count(*)::int as n from call where tenant_id = 1 and (opened_at at time zone $2)::date = $1',
    [day, zone],
  )
  return rows[0].n
}

const DAYS = ['2026-10-29', '2026-10-30', '2026-10-31', '2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04']

it.each(['Asia/Shanghai', 'America/Los_Angeles', 'Australia/Lord_Howe', 'Europe/Dublin'])(
  'counts the days of %s, at once and once they are rolled up',
  async (zone) => {
    expect((await api.as('admin', 'PATCH', '/tenants/main', { zone })).status).toBe(200)
    for (const rolled of [false, true]) {
      if (rolled) await rollUp()
      for (const [i, day] of DAYS.slice(0, -1).entries()) {
        expect([day, rolled, await told(day, DAYS[i + 1]!)]).toEqual([day, rolled, await counted(day, zone)])
      }
    }
  },
)
