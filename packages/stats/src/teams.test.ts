// Departments, and talk by extension, from rollups of their own: the same as from single calls, whoever belongs to whom, and
// right while calls come late.

import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { furnish, makeMonth, TENANT } from '../bench/generated-calls.ts'
import { chooseGrain, chooseSpreadGrain } from './grain.ts'
import { parseStatsQuery, queryStats, rollUpTouched } from './index.ts'
import { readPending } from './touched.ts'

const db = testDatabase()
const NOW = Date.parse('2025-06-20T12:00:00Z')
const tenant = { tenantId: TENANT, zone: 'Europe/Dublin', currency: 978 }
const DEPARTMENTS = 'calls,answered,asr,minutes,acd,cost,margin,unrated,ner,time_to_answer'
const TALK = 'calls,talk_p50,talk_p90,talk_p99'
type Words = Readonly<Record<string, string>>

const run = (text: string, values: unknown[] = []) => db().pool.query(text, values)

function parsed(words: Words) {
  const query = parseStatsQuery({ from: '2025-06-01', to: '2025-07-01', limit: '50', ...words }, tenant)
  if (!query.ok) throw new Error(JSON.stringify(query.error))
  return query.value
}

const answered = async (words: Words) => {
  const { rows, total } = await queryStats(db(), parsed(words))
  return { rows, total }
}
/** No rollup knows how long calls were. */
const fromCalls = (words: Words) => answered({ ...words, duration: '0-' })

async function takeUp(nowMs = NOW) {
  while ((await rollUpTouched(db(), nowMs)).hours > 0) {}
}
const touch = (which: string) =>
  run(
    `insert into touched_hour select distinct date_trunc('hour', opened_at, 'UTC'), gen_random_uuid(), $1::int from call where ${which}`,
    [TENANT],
  )

beforeAll(async () => {
  await furnish(db())
  await makeMonth(db(), 6, 4000)
  // Lengths of all kinds, more than a day among them; calls nobody took have no extension.
  await run(`update call set talk_s = 1 + abs(hashtext(call_key::text)) % 400 where outcome = 1;
    update call set talk_s = 70000 + talk_s * 1000 where outcome = 1 and talk_s % 50 = 0;
    insert into department (department_id, tenant_id, name) values (1, ${TENANT}, 'Sales'), (2, ${TENANT}, 'Help'), (3, ${TENANT}, 'Empty');
    insert into department_member (tenant_id, kind, value, department_id)
      select ${TENANT}, 1, e::text, 1 + e % 2 from generate_series(200, 260) e
      union all select ${TENANT}, 2, 'ACCT-' || a, 1 + a % 2 from generate_series(1, 40) a`)
  await touch('true')
  await takeUp()
}, 120_000)

/** Whole month, days, hours of the open day, and ends in the middle of an hour. */
const SPANS: readonly Words[] = [
  {},
  { from: '2025-06-03', to: '2025-06-20' },
  { from: '2025-06-20', to: '2025-06-21' },
  { from: '2025-06-10T10:20:00Z', to: '2025-06-20T11:07:00Z' },
]
const QUESTIONS: readonly Words[] = [
  { by: 'department', metrics: DEPARTMENTS },
  { by: 'extension', split: 'department', metrics: DEPARTMENTS },
  { by: 'account', department: 'Sales', metrics: DEPARTMENTS },
  { by: 'day', department: '!Help', metrics: DEPARTMENTS },
  { by: 'month', department: 'none', extension: '!200', metrics: 'calls' },
  { by: 'extension', direction: 'inbound', metrics: TALK },
  { by: 'extension', split: 'direction', metrics: TALK },
  { by: 'day', extension: '201,204', metrics: TALK },
  { by: 'none', extension: '!none', metrics: TALK },
]

describe('rollups of teams and talk', () => {
  it.each(QUESTIONS)('say what the calls say: %o', async (words) => {
    for (const span of SPANS)
      expect(await answered({ ...words, ...span })).toEqual(await fromCalls({ ...words, ...span }))
  })

  it('are what is read: no call is', async () => {
    const pending = await readPending(db(), TENANT, parsed({}).fromMs, parsed({}).toMs)
    for (const span of SPANS.slice(0, 3)) {
      const grain = chooseGrain(parsed({ ...QUESTIONS[0], ...span }), pending)
      expect([grain.cube?.name, grain.raw]).toEqual(['team', []])
      const talk = chooseSpreadGrain(parsed({ ...QUESTIONS[5], ...span }), 'talk', pending)
      expect([talk.cube?.name, talk.raw]).toEqual(['talk', []])
    }
  })

  it('follow who belongs to a department at once, for the past too', async () => {
    const words = { by: 'department', metrics: DEPARTMENTS }
    const before = await answered(words)
    await run(`update department_member set department_id = 3 where (kind, value) in ((1, '210'), (2, 'ACCT-3'))`)
    await run(`delete from department_member where (kind, value) in ((1, '211'), (2, 'ACCT-4'))`)
    const after = await answered(words)
    expect(after).toEqual(await fromCalls(words))
    expect(after.rows).not.toEqual(before.rows)
    expect(after.total).toEqual(before.total)
  })

  it('are right while calls change, before and after they are rolled up', async () => {
    const changed = `opened_at between '2025-06-05 09:00+00' and '2025-06-05 14:00+00' or opened_at > '2025-06-20 08:00+00'`
    await run(`update call set talk_s = talk_s + 100, extension = '299', outcome = 1 where ${changed}`)
    await touch(changed)
    const both = async () => {
      for (const words of [QUESTIONS[0]!, QUESTIONS[1]!, QUESTIONS[5]!, QUESTIONS[7]!])
        expect(await answered(words)).toEqual(await fromCalls(words))
    }
    await both()
    await takeUp()
    await both()
    // The day is over: it is kept as others are.
    await takeUp(NOW + 24 * 3_600_000)
    await both()
  })
})
