// Proves for rules and restitches: 200 202 400 403 404 422.

import { DEFAULT_RULES } from '@tollbook/calls/rules'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, it } from 'vitest'
import { Restitch, RulesAnswer, RulesPreview, RulesTrial } from './schemas/rules.ts'
import { testApi } from './testing/test-api.ts'
import { callKey, makeWorld } from './testing/world.ts'
import type * as wire from './wire-rules.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

const rules = { ...DEFAULT_RULES, reviewAfterHours: 2 }
const bodyOf = async <T>(response: Response) => (await response.json()) as T

it('200: rules are the default ones until somebody saves others, for the tenant or a source, and again after', async () => {
  const before = await bodyOf<wire.RulesAnswer>(await api.as('viewer', 'GET', '/rules'))
  RulesAnswer.parse(before)
  expect(before).toMatchObject({ own: false, revision: 0, rules: DEFAULT_RULES, restitch: null })
  const saved = await bodyOf<wire.RulesAnswer>(await api.as('admin', 'PUT', '/rules', rules))
  expect(saved).toMatchObject({
    source: '',
    own: true,
    revision: 1,
    appliedRevision: 0,
    rules: { reviewAfterHours: 2 },
  })
  expect(saved.restitch).toMatchObject({ state: 'queued', cause: 'rules', callsTotal: null })
  const ofSource = await bodyOf<wire.RulesAnswer>(await api.as('viewer', 'GET', '/rules?source=pbx'))
  expect(ofSource).toMatchObject({ source: 'pbx', own: false, rules: { reviewAfterHours: 2 } })
  const reset = await bodyOf<wire.RulesAnswer>(await api.as('admin', 'DELETE', '/rules'))
  expect(reset).toMatchObject({ own: false, revision: 2, rules: { reviewAfterHours: 4 } })
})

it('200: a preview stores nothing', async () => {
  const preview = await bodyOf<wire.RulesPreview>(
    await api.as('operator', 'POST', '/rules/preview', { rules, days: 30 }),
  )
  RulesPreview.parse(preview)
  expect(preview).toMatchObject({ complete: true })
  expect((await bodyOf<wire.RulesAnswer>(await api.as('viewer', 'GET', '/rules'))).revision).toBe(2)
})

it('200: a trial says what a channel, a context and a number are, and by which rule', async () => {
  const mine = {
    channels: [
      { match: 'SIP/*', is: 'hop' },
      { match: 'PJSIP/gw-*', is: 'trunk' },
    ],
    contexts: [{ context: 'phones', direction: 'internal' }],
    ivr: ['menu-*'],
    dids: ['+4420*'],
  }
  const asked = { rules: mine, channel: 'PJSIP/gw-1-0000001a', context: 'phones', number: '+442071' }
  const trial = await bodyOf<wire.RulesTrial>(await api.as('operator', 'POST', '/rules/trial', asked))
  RulesTrial.parse(trial)
  expect(trial).toEqual({ kind: 'trunk', rule: 2, direction: 'internal', step: null, did: true })
  const other = { rules: mine, channel: 'PJSIP/201-0000001a', context: 'menu-3', number: '7' }
  const unknown = await bodyOf<wire.RulesTrial>(await api.as('operator', 'POST', '/rules/trial', other))
  expect(unknown).toEqual({ kind: null, rule: 0, direction: null, step: 'ivr', did: false })
})

it('422: says every fault of the rules in words', async () => {
  const bad = { channels: [{ match: '', is: 'robot' }], trunks: [] }
  for (const [method, path, body] of [
    ['PUT', '/rules', bad],
    ['POST', '/rules/preview', { rules: bad }],
    ['POST', '/rules/trial', { rules: bad }],
  ] as const) {
    const response = await api.as('admin', method, path, body)
    expect(response.status, path).toBe(422)
    const problem = await bodyOf<{ kind: string; fields: unknown[] }>(response)
    expect([problem.kind, problem.fields.length], path).toEqual(['invalid', 3])
  }
})

it('202: orders that stored calls are made anew, and lists the orders', async () => {
  const asked = { source: 'pbx', from: '2026-11-01T00:00:00Z' }
  const response = await api.as('admin', 'POST', '/restitches', asked)
  expect(response.status).toBe(202)
  const order = await bodyOf<wire.Restitch>(response)
  Restitch.parse(order)
  expect(order).toMatchObject({ source: 'pbx', cause: 'asked', from: '2026-11-01T00:00:00.000Z', to: null })
  const { items } = await bodyOf<{ items: wire.Restitch[] }>(await api.as('viewer', 'GET', '/restitches'))
  expect(items.find((one) => one.id === order.id)).toEqual(order)
  const backwards = { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }
  expect((await api.as('admin', 'POST', '/restitches', backwards)).status).toBe(400)
})

it('403, 404: who may save rules and release calls, and of what', async () => {
  expect((await api.as('operator', 'PUT', '/rules', rules)).status).toBe(403)
  expect((await api.as('operator', 'POST', '/restitches', {})).status).toBe(403)
  expect((await api.as('viewer', 'POST', '/rules/preview', { rules })).status).toBe(403)
  expect((await api.as('operator', 'POST', `/calls/${callKey(1)}/release`)).status).toBe(403)
  expect((await api.as('viewer', 'GET', '/rules?source=far')).status).toBe(404)
  expect((await api.as('admin', 'POST', '/calls/01999999-0000-8000-8000-000000000001/release')).status).toBe(404)
  expect((await api.as('admin', 'POST', `/calls/${callKey(3)}/release`)).status).toBe(204)
})
