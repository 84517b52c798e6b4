// One call whole, from recordings of a real Asterisk: what happened, what each row stands for, by which ways it came.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importCdrs } from '@tollbook/charging'
import { asTenantId, fixedClock } from '@tollbook/kernel'
import { insertRows, recorded, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CallDetail } from './schemas/calls.ts'
import { testApi } from './testing/test-api.ts'
import { makeWorld } from './testing/world.ts'
import type * as wire from './wire.ts'

const db = testDatabase()
const dir = mkdtempSync(join(tmpdir(), 'tollbook-story-'))
let api: ReturnType<typeof testApi>
afterAll(() => rmSync(dir, { recursive: true }))

/** One session over all scenarios, and the files of that run. */
const FILES = ['all-cdr-cel.ami', 'Master.csv', 'queue_log']

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  for (const file of FILES) {
    const path = join(dir, file)
    writeFileSync(path, recorded(`asterisk-22/${file}`))
    const clock = fixedClock(Date.parse('2026-11-24T12:00:00Z'))
    const asked = { tenantId: asTenantId(1), source: 'lab', zone: 'auto', filename: file, path, clock }
    expect((await importCdrs(db(), asked)).ok).toBe(true)
  }
  api = testApi(db())
})

async function callOf(scenario: string): Promise<wire.CallDetail> {
  const truth = JSON.parse(recorded(`truth/${scenario}.json`).toString()) as {
    captures: { 'asterisk-22': { calls: { linkedid: string }[] } }
  }
  const [{ linkedid } = { linkedid: '' }] = truth.captures['asterisk-22'].calls
  const list = await api.as('viewer', 'GET', `/calls?q=${linkedid}`)
  const { items } = (await list.json()) as wire.Page<wire.CallRow>
  const answer = await api.as('viewer', 'GET', `/calls/${items[0]?.key}`)
  const call = (await answer.json()) as wire.CallDetail
  expect(CallDetail.safeParse(call).error).toBeUndefined()
  return call
}

it('a queue: both agents, who waited how long, and the way in the words of a list', async () => {
  const { call, story, queueEvents } = await callOf('queue')
  expect(call).toMatchObject({ ending: 'answered_by_person', path: expect.arrayContaining(['queue:support']) })
  expect(story).toMatchObject({ answeredBy: 'Local/answer@agents', fromEvents: true, queue: { result: 'connected' } })
  expect(story!.queue!.until - story!.queue!.from).toBeCloseTo(4.007, 1)
  expect(story!.attempts.map((one) => [one.party, one.result])).toEqual([
    ['Local/noanswer@agents', 'no_answer'],
    ['Local/answer@agents', 'answered'],
  ])
  expect(story!.parties.map((one) => one.member)).toEqual(['Agent Never', 'Agent Prompt'])
  expect(story!.talk.map((one) => one.with)).toEqual(['Local/answer@agents'])
  expect(story!.phases.filter((one) => one.party === 'caller').map((one) => one.kind)).toContain('waiting')
  expect(queueEvents.map((one) => one.event)).toEqual(expect.arrayContaining(['ENTERQUEUE', 'CONNECT']))
})

it('a transfer that asked first: two parties, one after the other', async () => {
  const { story, call } = await callOf('sip-atxfer')
  expect(story!.transfer).toMatchObject({ kind: 'attended', transferer: 'Local/stay@phones', target: '7001' })
  expect(story!.talk.map((one) => one.with)).toEqual(['Local/stay@phones', 'Local/7001@lab'])
  expect(story!.parties.find((one) => one.id === 'Local/7001@lab')?.number).toBe('7001')
  expect(call.path).toContain('transfer:attended')
})

it('rows say what they stand for, and by which ways they came', async () => {
  const { legs } = await callOf('group')
  expect(legs.filter((leg) => leg.talkRow).map((leg) => leg.role)).toEqual(['billable_leg'])
  expect(legs.filter((leg) => leg.role === 'attempt_failed').length).toBeGreaterThan(0)
  for (const leg of legs) expect(leg.seenIn).toEqual(['file'])
})

it('a list can be asked for one ending', async () => {
  const answer = await api.as('viewer', 'GET', '/calls?ending=queue_abandoned')
  const { items } = (await answer.json()) as wire.Page<wire.CallRow>
  expect(items.map((one) => [one.ending, one.outcome])).toEqual([['queue_abandoned', 'no-answer']])
  expect((await api.as('viewer', 'GET', '/calls?ending=nobody')).status).toBe(400)
})

it('a call of which only a row is known still has a story', async () => {
  const { items } = (await (await api.as('viewer', 'GET', '/calls?limit=200')).json()) as wire.Page<wire.CallRow>
  const lone = items.find((one) => one.source === 'pbx' && one.legs === 1 && one.to === '00353860001111')
  const detail = (await (await api.as('viewer', 'GET', `/calls/${lone?.key}`)).json()) as wire.CallDetail
  expect(detail.cel).toEqual([])
  expect(detail.story).toMatchObject({ fromEvents: false, complete: false })
})
