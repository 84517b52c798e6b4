// GET /metrics: who may ask, that what is told is in the database, and that docs/metrics.md tells the same names.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { testApi } from '../testing/test-api.ts'
import { makeWorld, NOW_MS, uuid } from '../testing/world.ts'
import { QUESTIONS } from './database-families.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  const at = new Date(NOW_MS)
  await insertRows(db(), 'source_state', [
    {
      source_id: 1,
      state: 'live',
      changed_at: at,
      seen_at: at,
      waiting_bytes: 4096,
      waiting_since: new Date(NOW_MS - 7_000),
    },
  ])
  await insertRows(db(), 'capture_gap', [
    { source_id: 1, gap_key: uuid(1), tenant_id: 1, from_at: at, cause: 'disconnected' },
  ])
  api = testApi(db())
})

const scrape = async (asked = api, init: RequestInit = {}) => {
  const answer = await asked.request('/metrics', init)
  return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') }
}

describe('what it tells', () => {
  it('is text of Prometheus with what the database holds', async () => {
    await api.as('viewer', 'GET', '/calls')
    const { status, text, type } = await scrape()
    expect(status, text).toBe(200)
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toContain('tollbook_calls_last_hour{tenant="main",outcome="answered"} 2\n')
    expect(text).toContain('tollbook_calls_unrated{tenant="main",reason="no-rate"} 1\n')
    expect(text).toContain('tollbook_source_live{tenant="main",source="pbx"} 1\n')
    expect(text).toContain('tollbook_spool_bytes{tenant="main",source="pbx"} 4096\n')
    expect(text).toContain('tollbook_spool_wait_seconds{tenant="main",source="pbx"} 7\n')
    expect(text).toContain('tollbook_gaps_open{tenant="main"} 1\n')
    expect(text).toContain('tollbook_gaps_open{tenant="other"} 0\n')
    expect(text).toContain('tollbook_rejects_open{tenant="main"} 1\n')
    expect(text).toContain('tollbook_rollup_waiting 2\n')
    // Units that are not base units: promtool refuses the names.
    expect(text).not.toMatch(/^tollbook_\w*(hours|minutes|days|ms|milliseconds|kb|mib)\b/m)
    expect(text).not.toMatch(/^tollbook_\w*_(hours|minutes|days)_/m)
    expect(text).toMatch(
      /tollbook_http_request_seconds_count\{method="GET",route="\/api\/v1\/calls",status="200"\} 1\n/,
    )
  })

  it('holds no address and no number, only patterns of routes', async () => {
    await api.as('viewer', 'GET', '/calls?q=00353860001111')
    await api.as('viewer', 'GET', `/calls/${uuid(9)}`)
    await api.request('/no-such/00353860001111')
    const { text } = await scrape()
    expect(text).not.toContain('0001111')
    expect(text).not.toContain(uuid(9))
  })

  it('is what docs/metrics.md lists', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/metrics.md'), 'utf8')
    const { text } = await scrape()
    const told = [...text.matchAll(/^# TYPE (\S+)/gm)].map((m) => m[1]!)
    expect(told.length).toBeGreaterThan(QUESTIONS.length)
    expect(told.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
    const listed = [...page.matchAll(/^\| `(\w+)`/gm)].map((m) => m[1]!)
    expect(listed.filter((name) => !told.includes(name))).toEqual([])
  })
})

describe('who may ask', () => {
  it('with a token set, only who shows it', async () => {
    const guarded = testApi(db(), { metricsToken: 'sixteen-characters' })
    expect((await scrape(guarded)).status).toBe(401)
    const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
    expect((await scrape(guarded, as('sixteen-character'))).status).toBe(401)
    expect((await scrape(guarded, as('sixteen-characters'))).status).toBe(200)
  })

  it('without one nobody but on loopback, and nobody behind a proxy', async () => {
    expect((await scrape(testApi(db(), { loopbackOnly: false }))).status).toBe(401)
    expect((await scrape(testApi(db(), { httpsProxy: true }))).status).toBe(401)
  })
})
