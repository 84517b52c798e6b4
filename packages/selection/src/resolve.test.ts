import { testDatabase } from '@tollbook/testkit'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { columnsOfCall } from './call-columns.ts'
import { callConditions } from './conditions.ts'
import { parseFilters } from './parse-filters.ts'
import { resolveFilters } from './resolve.ts'

const db = testDatabase()
const TENANT = 1

beforeAll(async () => {
  const at = '2026-01-01T00:00:00Z'
  for (const tenant of [1, 2]) {
    await db().pool.query(
      `insert into tenant (tenant_id, slug, name, zone, currency, created_at) values ($1, $2, $2, 'UTC', 978, $3)`,
      [tenant, `t${tenant}`, at],
    )
    await db().pool.query(
      `insert into account (account_id, tenant_id, code, name, currency, created_at)
       values ($1, $2, 'acme', 'Acme', 978, $4), ($3, $2, '10', 'Named by a number', 978, $4)`,
      [tenant * 10, tenant, tenant * 10 + 1, at],
    )
  }
})

async function chosen(raw: Record<string, string>) {
  const filters = parseFilters(raw, (field, message) => expect.fail(`${field} ${message}`))
  return resolveFilters(db(), TENANT, filters)
}

describe('resolveFilters', () => {
  it('finds the tenant’s own by code, and by id what is no code', async () => {
    expect((await chosen({ account: 'acme' })).chosen.account).toEqual({ not: false, values: [10] })
    expect((await chosen({ account: '10' })).chosen.account).toEqual({ not: false, values: [11] })
    expect((await chosen({ account: '11' })).chosen.account).toEqual({ not: false, values: [11] })
    expect((await chosen({ account: '!acme,none' })).chosen.account).toEqual({ not: true, values: [10, 0] })
  })

  it('finds nothing for a name nobody has, nor another tenant’s', async () => {
    for (const account of ['nobody', '20', '21']) {
      expect((await chosen({ account })).chosen.account).toEqual({ not: false, values: [] })
    }
  })

  it('makes conditions that PostgreSQL understands, every filter at once', async () => {
    const all = {
      ...{ account: 'acme,nobody', trunk: '!none', country: '372', direction: 'inbound', outcome: 'answered,busy' },
      ...{ source: '1', cause: '16,none', carrier: 'nobody', prefix: '353', disposition: '!none', did: 'none' },
      ...{ extension: '201', department: '!5', tag: 'vip,none', from_number: '_2XX,201', number: '!+353861234567' },
      ...{ talk: '10-60', cost: '-0.5', revenue: '1-', rated: 'rated', ending: '!busy', q: '353861234567' },
    }
    const conditions = callConditions(await chosen(all), columnsOfCall(978))
    const { rows } = await sql`select 1 from call c where true ${conditions}`.execute(db().q)
    expect(rows).toEqual([])
    for (const [name, text] of Object.entries(all)) {
      const one = callConditions(await chosen({ [name]: text }), columnsOfCall(978))
      await sql`select 1 from call c where true ${one}`.execute(db().q)
    }
  })
})
