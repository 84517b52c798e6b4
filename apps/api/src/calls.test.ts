// Proves for calls, figures and CSV: 200 400 404.

import { csvField } from '@tollbook/exports'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { CallDetail, CallRow } from './schemas/calls.ts'
import { StatsAnswer } from './schemas/stats.ts'
import { testApi } from './testing/test-api.ts'
import { callKey, makeWorld, openedAt, uuid } from './testing/world.ts'
import type * as wire from './wire.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

const get = (path: string) => api.as('viewer', 'GET', path)
async function keys(query: string): Promise<string[]> {
  const page = (await (await get(`/calls?${query}`)).json()) as wire.Page<wire.CallRow>
  return page.items.map((c) => c.key)
}

describe('GET /calls', () => {
  it('200: pages through all calls, newest first', async () => {
    const first = (await (await get('/calls?limit=2')).json()) as wire.Page<wire.CallRow>
    expect(first.items.map((c) => c.key)).toEqual([callKey(1), callKey(2)])
    for (const item of first.items) CallRow.parse(item)
    const second = (await (await get(`/calls?limit=2&cursor=${first.next}`)).json()) as wire.Page<wire.CallRow>
    expect(second).toMatchObject({ items: [{ key: callKey(3) }], next: null })
  })

  it('200: tells money, names and the reason for no money', async () => {
    const { items } = (await (await get('/calls')).json()) as wire.Page<wire.CallRow>
    expect(items[0]).toMatchObject({ revenue: '0.254167', cost: null, currency: 'EUR', trunk: { name: 'North' } })
    expect(items[1]).toMatchObject({ outcome: 'no-answer', direction: 'internal', account: null, revenue: null })
    expect(items[2]).toMatchObject({ unrated: 'no-rate', account: { code: 'acme' } })
  })

  it('200: takes every filter', async () => {
    expect(await keys('q=%2B353860001111')).toEqual([callKey(1)])
    expect(await keys('account=7&rated=unrated')).toEqual([callKey(3)])
    expect(await keys('direction=internal&outcome=no-answer')).toEqual([callKey(2)])
    expect(await keys('trunk=5&destination=3')).toEqual([callKey(1)])
    expect(await keys('account=acme')).toEqual([callKey(1), callKey(3)])
    expect(await keys('account=none&trunk=none&country=none')).toEqual([callKey(2)])
    expect(await keys('account=nobody')).toEqual([])
    expect(await keys(`from=${openedAt(3).toISOString()}&to=${openedAt(2).toISOString()}`)).toEqual([callKey(3)])
    expect(await keys(`invoice=${uuid(50)}&line=1`)).toEqual([])
  })

  it('400: says which parameter cannot be read', async () => {
    for (const query of ['limit=0', 'limit=201', 'from=yesterday', 'cause=x', 'outcome=maybe', 'line=1', 'invoice=7']) {
      const response = await get(`/calls?${query}`)
      expect(response.status, query).toBe(400)
      expect(await response.json()).toMatchObject({ kind: 'bad-request', fields: [{ field: query.split('=')[0] }] })
    }
    for (const cursor of ['x', 'WzFd', Buffer.from('["no uuid"]').toString('base64url')]) {
      expect(await (await get(`/calls?cursor=${cursor}`)).json()).toMatchObject({ kind: 'bad-cursor', status: 400 })
    }
  })
})

describe('GET /calls/{key}', () => {
  it('200: tells the whole call', async () => {
    const detail = (await (await get(`/calls/${callKey(1)}`)).json()) as wire.CallDetail
    CallDetail.parse(detail)
    expect(detail.legs).toMatchObject([{ disposition: 'ANSWERED', billsec: 61 }])
    expect(detail.charges).toMatchObject([{ amount: '0.254167', reversed: false }])
    expect(detail.charges[0]?.trace.at(-1)).toMatchObject({ kind: 'total', amount: '0.254167' })
  })

  it("404: for none and for another tenant's; 400 for what is no key", async () => {
    expect((await get(`/calls/${callKey(9)}`)).status).toBe(404)
    expect((await get(`/calls/${callKey(4)}`)).status).toBe(404)
    expect((await get('/calls/12')).status).toBe(400)
  })
})

describe('GET /calls.csv', () => {
  it('400 for a NUL, before anything is sent', async () => {
    expect((await get('/calls.csv?account=a%00b')).status).toBe(400)
  })

  it('200: streams what was searched, harmless to a spreadsheet', async () => {
    const response = await get('/calls.csv?account=7')
    expect(response.headers.get('content-type')).toContain('text/csv')
    const lines = (await response.text()).trimEnd().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^started_at,answered_at/)
    expect(lines[1]).toContain(",201,'=cmd(),00353860001111,outbound,answered,61,")
  })

  it('keeps numbers, escapes formulas and quotes', () => {
    expect(['+353', '-0.5', '=1+1', '+1+1', '@x', 'a,"b"', null].map(csvField)).toEqual([
      '+353',
      '-0.5',
      "'=1+1",
      "'+1+1",
      "'@x",
      '"a,""b"""',
      '',
    ])
  })
})

describe('GET /stats', () => {
  const SPAN = 'from=2026-11-01&to=2026-11-03'

  it('200: adds up, for an account by its id as by its code', async () => {
    const response = await get(`/stats?by=outcome&metrics=calls,revenue&${SPAN}`)
    expect(response.status).toBe(200)
    const answer = StatsAnswer.parse(await response.json())
    expect(answer).toMatchObject({ by: 'outcome', zone: 'Europe/Dublin', currency: 'EUR' })
    expect(answer.total).toMatchObject({ calls: 3, revenue: '0.254167' })
    for (const account of ['7', 'acme']) {
      const one = await (await get(`/stats?metrics=calls&account=${account}&${SPAN}`)).json()
      expect(one).toMatchObject({ total: { calls: 2 } })
    }
    const nobody = await (await get(`/stats?metrics=calls&account=nobody&${SPAN}`)).json()
    expect(nobody).toMatchObject({ total: { calls: 0 } })
  })

  it('400: says what is wrong in it', async () => {
    const response = await get(`/stats?by=moon&${SPAN}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ kind: 'bad-request', fields: [{ field: 'by' }] })
  })
})
