// Roles for BI tools on a real PostgreSQL: each sees its tenant through the views and nothing else, whatever it tries; the
// views say what docs/bi.md says.

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type Db, ensureMonths } from '@tollbook/db'
import { maskNumber } from '@tollbook/kernel'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBiUser, dropBiUser, listBiUsers } from './bi-users.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T12:00:00Z')
const at = new Date('2026-11-23T23:30:00Z')
const opened: Db[] = []
const made: [number, string][] = []
/** Roles belong to the server, which other tests share. */
const nameOf = (what: string) => `${what}_${randomBytes(5).toString('hex')}`
const key = (n: number) => `00000000-0000-8000-8000-00000000000${n}`

beforeAll(async () => {
  await ensureMonths(db(), ['2026-11'])
  const tenant = { zone: 'Europe/Dublin', currency: 978, created_at: at }
  await insertRows(db(), 'tenant', [
    { ...tenant, tenant_id: 1, slug: 'main', name: 'Main', zone: 'Asia/Shanghai' },
    { ...tenant, tenant_id: 2, slug: 'other', name: 'Other' },
  ])
  await insertRows(db(), 'account', [
    { account_id: 7, tenant_id: 1, code: 'acme', name: 'Acme', currency: 978, created_at: at },
  ])
  const times = { opened_at: at, started_at: at, ended_at: at, stitched_at: at, answered_at: at }
  const zeros = { trunk_id: 0, carrier_id: 0, destination_id: 0, ring_s: 0, wait_s: 0, country_id: 0 }
  const rest = {
    talk_s: 61,
    duration_s: 61,
    bill_s: 61,
    source_id: 1,
    direction: 2,
    outcome: 1,
    hangup_cause: 16,
    legs: 1,
  }
  const call = { ...times, ...zeros, ...rest, attempts: 1, final: true, from_number: '201', linkedid: '1.1' }
  await insertRows(db(), 'call', [
    { ...call, call_key: key(1), tenant_id: 1, account_id: 7, to_number: '00442071838750', from_name: 'Ada' },
    { ...call, call_key: key(2), tenant_id: 2, account_id: 0, to_number: '00442071838751' },
  ])
  const charge = { opened_at: at, line: 1, revision: 0, party_id: 7, deck_id: 0, deck_version: 0, destination_id: 0 }
  const priced = { seconds: 61, billed_s: 120, currency: 978, prefix: '44', booked_at: at }
  await insertRows(db(), 'charge', [
    { ...charge, ...priced, call_key: key(1), side: 1, tenant_id: 1, amount: '0.040000' },
    { ...charge, ...priced, call_key: key(1), side: 2, tenant_id: 1, amount: '0.015000' },
  ])
})

afterAll(async () => {
  for (const one of opened) await one.close()
  for (const [tenantId, name] of made) await dropBiUser(db(), tenantId, name)
})

async function connected(tenantId: number, showsNumbers: boolean) {
  const name = nameOf('bi')
  const done = await createBiUser(db(), { name, tenantId, showsNumbers }, NOW)
  if (!done.ok) throw new Error(done.error.kind)
  made.push([tenantId, name])
  const url = new URL(db.url())
  url.username = name
  url.password = done.value
  const user = connect(url.href, { max: 1 })
  opened.push(user)
  return { name, ask: async (sql: string) => (await user.pool.query(sql)).rows }
}

describe('a role for BI tools', () => {
  it('sees the calls, charges and figures of its tenant, numbers masked', async () => {
    const { ask } = await connected(1, false)
    const calls = await ask('select * from calls')
    expect(calls).toMatchObject([{ call_key: key(1), account: 'Acme', direction: 'outbound', outcome: 'answered' }])
    expect(calls[0]).toMatchObject({ to_number: '004420•••••50', from_number: '201', from_name: null })
    expect(await ask('select sum(amount)::text as sum from charges where side = $$sell$$')).toEqual([
      { sum: '0.040000' },
    ])
    expect(await ask('select name, zone from tenant')).toEqual([{ name: 'Main', zone: 'Asia/Shanghai' }])
    const figures = { calls: '1', answered: '1', talk_seconds: '61', billed_seconds: '120', margin: '0.025000' }
    // Half past eleven in Greenwich is the next day in Shanghai.
    const day = await ask(`select local_date::text as day, d.* from daily_between('2026-11-24', '2026-11-25') d`)
    expect(day).toMatchObject([{ day: '2026-11-24', account_code: 'acme', ...figures }])
    expect(await ask(`select * from daily_between('2026-11-23', '2026-11-24')`)).toEqual([])
    expect(await ask('select * from daily')).toMatchObject([figures])
  })

  it('sees numbers whole when it may', async () => {
    const { ask } = await connected(1, true)
    expect(await ask('select to_number, from_name from calls')).toEqual([
      { to_number: '00442071838750', from_name: 'Ada' },
    ])
  })

  it('sees nothing of another tenant and no table, whatever it says it is', async () => {
    const { ask, name } = await connected(2, true)
    expect(await ask('select call_key, account from calls')).toEqual([{ call_key: key(2), account: null }])
    expect(await ask('select * from charges')).toEqual([])
    for (const table of ['call', 'leg', 'app_user', 'bi_user', 'erasure_key', 'session']) {
      await expect(ask(`select * from public.${table}`), table).rejects.toThrow(/permission denied/)
    }
    for (const deed of [
      'set role postgres',
      `set session authorization postgres`,
      `update bi.calls set talk_seconds = 0`,
      `begin; set transaction read write; create table bi.x (a int)`,
      `insert into public.bi_user values ('${name}', 1, true, now())`,
    ]) {
      await expect(ask(deed), deed).rejects.toThrow()
      await ask('rollback')
    }
    expect(await ask('select name from tenant')).toEqual([{ name: 'Other' }])
  })

  it('sees nothing any more when it is dropped, and its name must be a name', async () => {
    const { ask, name } = await connected(1, false)
    expect(await dropBiUser(db(), 2, name)).toBe(false)
    expect((await listBiUsers(db(), 1)).map((user) => user.name)).toContain(name)
    expect(await dropBiUser(db(), 1, name)).toBe(true)
    expect(await ask('select * from calls').catch(() => [])).toEqual([])
    for (const bad of ['Bad', 'a b', 'a"; drop table call; --', 'pg_x', 'tollbook_bi', '']) {
      const refused = await createBiUser(db(), { name: bad, tenantId: 1, showsNumbers: false }, NOW)
      expect(refused, bad).toEqual({ ok: false, error: { kind: 'bad-name' } })
    }
    const { name: taken } = await connected(1, false)
    const again = await createBiUser(db(), { name: taken, tenantId: 2, showsNumbers: true }, NOW)
    expect(again).toEqual({ ok: false, error: { kind: 'role-exists' } })
  })
})

describe('the views', () => {
  it('mask as the api does', async () => {
    const numbers = [
      '+442071838750',
      '00442071838750',
      '0871234567',
      '7183875',
      '204',
      '',
      'anonymous',
      '+44 (20) 7183-8750',
    ]
    const { rows } = await db().pool.query('select n, bi.masked(n) as m from unnest($1::text[]) n', [numbers])
    expect(rows).toHaveLength(numbers.length)
    for (const { n, m } of rows) expect(m, n).toBe(maskNumber(n))
  })

  it('and each of their columns are told in docs/bi.md, in the words of the catalog', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/bi.md'), 'utf8')
    const { rows } = await db().pool.query<{ view: string; column: string; told: string | null; of: string | null }>(
      `select c.relname as view, a.attname as column, col_description(c.oid, a.attnum) as told, obj_description(c.oid) as of
       from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = 'bi'::regnamespace and c.relkind = 'v' and a.attnum > 0 order by 1, a.attnum`,
    )
    expect(rows.length).toBeGreaterThan(60)
    const lines = new Set(page.split('\n').map((line) => line.replace(/\s*\|\s*/g, '|').trim()))
    const part = (view: string) => page.split(`\n### ${view}\n`)[1]?.split('\n### ')[0] ?? ''
    expect(rows.filter((row) => !part(row.view).includes(row.of ?? '?'))).toEqual([])
    expect(rows.filter((row) => !lines.has(`|\`${row.column}\`|${row.told}|`))).toEqual([])
  })
})
