// Every figure opens the very calls behind it: whatever /stats is asked by, /calls with the row's key counts the same.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixedClock } from '@tollbook/kernel'
import { loadSample } from '@tollbook/sample'
import { COLUMN_DIMENSIONS } from '@tollbook/selection'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { makeWorld } from './testing/world.ts'

const db = testDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'tollbook-figures-'))
let api: ReturnType<typeof testApi>

const NOW = Date.parse('2026-11-23T14:00:00Z')
const SPAN = 'tenant=sample&from=2026-10-01T00:00:00Z&to=2026-11-24T00:00:00Z'

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  await db().pool.query(`delete from tenant where slug = 'sample'`)
  await loadSample(db(), { clock: fixedClock(NOW), dataDir, scale: 0.2 })
  await nameSome()
  api = testApi(db())
}, 120_000)
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

/** Tags on some calls, two on a few; departments of an extension and of an account. */
async function nameSome(): Promise<void> {
  const { rows } = await db().pool.query(`select tenant_id from tenant where slug = 'sample'`)
  const tenant = rows[0].tenant_id as number
  for (const [tag, every] of [
    ['vip', 7],
    ['call back', 11],
  ]) {
    await db().pool.query(
      `insert into call_tag (call_key, opened_at, tag, tenant_id, tagged_by, tagged_at)
       select call_key, opened_at, $2, tenant_id, 'test', now() from call where tenant_id = $1 and talk_s % $3 = 0`,
      [tenant, tag, every],
    )
  }
  await insertRows(db(), 'department', [
    { department_id: 901, tenant_id: tenant, name: 'Support' },
    { department_id: 902, tenant_id: tenant, name: 'Wholesale, abroad' },
  ])
  await db().pool.query(
    `insert into department_member (tenant_id, kind, value, department_id)
     (select $1::int, 1, extension, 901 from call where tenant_id = $1 and extension <> '' group by extension order by 1 limit 4)
     union all (select $1, 2, code, 902 from account where tenant_id = $1 order by code limit 2)`,
    [tenant],
  )
}

type Row = { readonly key: string; readonly calls: number }

async function ask<T>(path: string): Promise<T> {
  const answer = await api.as('root', 'GET', path)
  expect(answer.status, path).toBe(200)
  return (await answer.json()) as T
}

const rowsBy = async (by: string, filters: string) =>
  (await ask<{ rows: readonly Row[] }>(`/stats?${SPAN}&by=${by}&metrics=calls${filters}`)).rows

const countOf = async (filters: string) =>
  (await ask<{ count: { calls: number } | null }>(`/calls?${SPAN}&count=true&limit=1${filters}`)).count?.calls

/** The largest, some in between, and those without. */
function some(rows: readonly Row[]): readonly Row[] {
  return rows.filter((row, i) => i < 4 || i === rows.length - 1 || row.key === 'none')
}

const FILTERS = [
  ['no filter', ''],
  ['a list', '&direction=inbound,outbound'],
  ['all but one', '&outcome=!answered'],
  ['lengths', '&talk=60-'],
  ['money', '&revenue=0.5-&cost=-5'],
  ['patterns', '&number=_00.,_2XX'],
  ['priced', '&rated=rated'],
  ['an ending', '&ending=!answered_by_person,no_answer'],
  ['a department', '&department=Support'],
  ['without a tag', '&tag=none'],
  ['hours and weekdays', '&weekday=1-5&hour_of_day=!9,13-14&zone=Asia/Kathmandu'],
] as const

describe('the calls behind a row', () => {
  it.each(FILTERS)('are as many as it says: %s', { timeout: 120_000 }, async (_, filters) => {
    let doors = 0
    for (const by of COLUMN_DIMENSIONS) {
      for (const row of some(await rowsBy(by, filters))) {
        if (filters.startsWith(`&${by}=`)) continue
        expect([by, row.key, await countOf(`${filters}&${by}=${encodeURIComponent(row.key)}`)]).toEqual([
          by,
          row.key,
          row.calls,
        ])
        doors += row.calls > 0 ? 1 : 0
      }
    }
    expect(doors).toBeGreaterThan(20)
  })

  it('are found by the name of a row too, commas and all', async () => {
    const [row] = (await rowsBy('department', '')).filter(({ key }) => key === '902')
    expect(row!.calls).toBeGreaterThan(0)
    expect(await countOf(`&department=${encodeURIComponent('Wholesale, abroad')}`)).toBe(row!.calls)
  })

  it('are found by what was typed, by both', async () => {
    for (const q of ['&q=00353*', '&q=201', '&q=nobody']) {
      const total = (await ask<{ total: Row }>(`/stats?${SPAN}&metrics=calls${q}`)).total.calls
      expect(await countOf(q)).toBe(total)
    }
  })
})

describe('the calls behind an hour of the week', () => {
  it.each(['', '&zone=Australia/Lord_Howe'])('are as many as its cell says %s', async (zone) => {
    const cells = (await rowsBy('weekday_hour', zone)).filter((row) => row.calls > 0)
    expect(cells.length).toBeGreaterThan(40)
    for (const { key, calls } of cells.filter((_, i) => i % 7 === 0)) {
      const [weekday, hour] = key.split('-')
      expect([key, await countOf(`${zone}&weekday=${weekday}&hour_of_day=${Number(hour)}`)]).toEqual([key, calls])
    }
    for (const by of ['hour_of_day', 'weekday'])
      for (const row of await rowsBy(by, zone)) expect(await countOf(`${zone}&${by}=${row.key}`)).toBe(row.calls)
  })

  it('needs to know from when to when', async () => {
    const answer = await api.as('root', 'GET', '/calls?tenant=sample&hour_of_day=9&from=2026-10-01T00:00:00Z')
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('is needed where hours of the day or weekdays are chosen')
    const wrong = await api.as('root', 'GET', `/calls?${SPAN}&hour_of_day=24&weekday=0&zone=Nowhere`)
    expect(await wrong.text()).toMatch(/0 to 23.*Monday.*no time zone/s)
  })
})

describe('the callers behind the rate of return', () => {
  type Missed = {
    readonly items: readonly { number: string; returned: null | { afterSeconds: number }; calls: number }[]
    readonly total: { callers: number; returned: number; rate: number | null }
    readonly next: string | null
  }
  const all = async (more: string) => {
    const items: Missed['items'][number][] = []
    let total: Missed['total'] | undefined
    for (let cursor = ''; ; ) {
      const page = await ask<Missed>(`/missed-calls?${SPAN}&limit=100${more}${cursor}`)
      items.push(...page.items)
      total = page.total
      if (page.next === null) return { items, total }
      cursor = `&cursor=${page.next}`
    }
  }

  it.each(['', '&account=!none', '&outcome=no-answer', '&did=!none'])('are as many as it says: %s', async (filters) => {
    const { items, total } = await all(filters)
    const stats = await ask<{ total: { return_rate: number; missed: number } }>(
      `/stats?${SPAN}&metrics=return_rate,missed${filters}`,
    )
    expect(total.rate).toBeCloseTo(stats.total.return_rate, 9)
    expect(items.filter(({ number }) => number !== '').length).toBe(total.callers)
    expect(items.filter(({ returned }) => returned !== null).length).toBe(total.returned)
    expect(items.reduce((sum, { calls }) => sum + calls, 0)).toBe(stats.total.missed)
    expect(total.returned).toBeGreaterThan(0)
    expect(items.every(({ returned }) => returned === null || returned.afterSeconds <= 86_400)).toBe(true)
  })

  it('are fewer returned within fewer hours, and come apart by it', async () => {
    const day = await all('')
    const hour = await all('&within=1')
    expect(hour.total.callers).toBe(day.total.callers)
    expect(hour.total.returned).toBeLessThan(day.total.returned)
    const returned = (await all('&only=returned')).items.length
    const unreturned = (await all('&only=unreturned')).items.length
    expect([returned, returned + unreturned]).toEqual([day.total.returned, day.items.length])
  })
})
