// Plans, carriers, the simulator, coverage and revaluations through the api.

import { runRevaluation } from '@tollbook/charging'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { callKey, makeWorld, NOW_MS, openedAt, type Person, uuid } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>
let deckId = 0

async function ask(person: Person, method: string, path: string, body?: unknown, status = 200) {
  const answer = await api.as(person, method, path, body)
  const text = await answer.text()
  expect(answer.status, `${method} ${path} ${text}`).toBe(status)
  return text === '' ? {} : JSON.parse(text)
}
async function importDeck(name: string, side: string, text: string, path = '/decks/import') {
  const form = new FormData()
  for (const [key, value] of Object.entries({ name, side, currency: 'EUR' })) form.set(key, value)
  form.set('file', new File([`prefix,destination,rate\n${text}`], 'deck.csv'))
  return ask('admin', 'POST', path, form)
}

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  await insertRows(db(), 'counter', ['plan', 'package'].map((name) => ({ name, value: 100 })) as never)
  api = testApi(db())
  deckId = (await importDeck('Plain', 'sell', '353,Ireland,0.06\n44,UK,0.60\n')).deckId
})

const plan = (name: string, more: object = {}) => ({
  ...{ id: 0, name, choice: 'order', expectedSeconds: 60, blocked: [{ prefix: '8821', note: 'satellite' }] },
  decks: [
    {
      ...{ deckId, markupKind: 'none', markupPercent: '0', markupPerMinute: '0', markupPerCall: '0', pricePlaces: 4 },
    },
  ],
  packages: [],
  ...more,
})

describe('a plan', () => {
  it('is made, given to an account and to all, replaced, and deleted once nobody has it', async () => {
    const made = await ask('admin', 'POST', '/plans', plan('Business'), 201)
    expect(made).toMatchObject({
      name: 'Business',
      accounts: 0,
      isDefault: false,
      decks: [{ deck: 'Plain', side: 'sell' }],
    })
    expect((await ask('admin', 'PATCH', '/accounts/8', { planId: made.id })).plan).toBe('Business')
    await ask('admin', 'PATCH', '/tenants/main', { planId: made.id, stripPrefixes: ['9'] })
    expect(await ask('viewer', 'GET', '/tenants/main')).toMatchObject({ planId: made.id, stripPrefixes: ['9'] })
    const packages = [
      { name: 'Minutes', kind: 'seconds', amount: 600, period: 'month', startDay: 1, prefixes: ['353'] },
    ]
    const kept = await ask('admin', 'PUT', `/plans/${made.id}`, plan('Business 2', { packages }))
    expect(kept).toMatchObject({
      id: made.id,
      name: 'Business 2',
      accounts: 1,
      isDefault: true,
      packages: [{ amount: 600 }],
    })
    expect((await ask('admin', 'DELETE', `/plans/${made.id}`, undefined, 409)).kind).toBe('in-the-way')
    await ask('admin', 'PATCH', '/tenants/main', { planId: 0, stripPrefixes: [] })
    await ask('admin', 'PATCH', '/accounts/8', { planId: 0 })
    await ask('admin', 'DELETE', `/plans/${made.id}`, undefined, 204)
    expect((await ask('viewer', 'GET', '/plans')).items).toEqual([])
  })

  it('is refused without decks, with a foreign deck, with a name that is taken', async () => {
    await ask('admin', 'POST', '/plans', plan('One'), 201)
    expect((await ask('admin', 'POST', '/plans', plan('One'), 409)).kind).toBe('already-exists')
    await ask('admin', 'POST', '/plans', plan('Empty', { decks: [] }), 422)
    const foreign = { ...plan('Foreign').decks[0], deckId: 3 }
    await ask('admin', 'POST', '/plans', plan('Foreign', { decks: [foreign] }), 422)
    await ask('admin', 'PUT', '/plans/999', plan('None'), 404)
    await ask('admin', 'PATCH', '/accounts/8', { planId: 999 }, 422)
    await ask('admin', 'PATCH', '/tenants/main', { planId: 999 }, 422)
    await ask('viewer', 'GET', '/plans/999/price-list.csv', undefined, 404)
  })
})

describe('carriers and trunks', () => {
  it('are named, paid by a buy deck, and connected', async () => {
    const { deckId: buys } = await importDeck('Cheap A-Z', 'buy', '353,Ireland,0.01\n')
    const carrier = await ask('admin', 'POST', '/carriers', { name: 'Cheap', deckId: buys }, 201)
    expect(carrier).toMatchObject({ name: 'Cheap', currency: 'EUR', deck: 'Cheap A-Z' })
    await ask('admin', 'POST', '/carriers', { name: 'Cheap' }, 409)
    await ask('admin', 'PATCH', `/carriers/${carrier.id}`, { deckId }, 422)
    await ask('admin', 'PATCH', '/carriers/99999', { deckId: 0 }, 404)
    expect((await ask('admin', 'PATCH', '/trunks/6', { carrierId: carrier.id })).carrier.name).toBe('Cheap')
    const trunk = await ask('admin', 'POST', '/trunks', { peer: 'PJSIP/cheap', carrierId: carrier.id }, 201)
    expect(trunk).toMatchObject({ name: 'PJSIP/cheap', capacity: null })
    await ask('admin', 'POST', '/trunks', { peer: 'PJSIP/cheap' }, 409)
    await ask('admin', 'PATCH', `/trunks/${trunk.id}`, { carrierId: 99999 }, 422)
  })
})

describe('the simulator', () => {
  it('says what a call costs, how long money lasts, and by which routes', async () => {
    const query = 'account=bolt&number=%2B353860001111&seconds=61&credit=5.00'
    await ask('admin', 'POST', `/decks/${deckId}/default`)
    const told = await ask('operator', 'GET', `/simulate?${query}`)
    expect(told).toMatchObject({ outcome: 'charged', digits: '353860001111', deck: 'Plain', amount: '0.120000' })
    expect(told.talk).toMatchObject({ credit: '5.000000', seconds: 4980, costs: '4.980000', next: '5.040000' })
    expect(told.routes[0]).toMatchObject({ carrier: 'Cheap', outcome: 'priced', margin: '0.100000' })
    expect(told.trace.length).toBeGreaterThan(3)
    expect((await ask('operator', 'GET', '/simulate?number=%2B7999&seconds=1')).outcome).toBe('no-rate')
    expect((await ask('operator', 'GET', '/simulate?number=1&seconds=1&account=none')).outcome).toBe('no-account')
  })

  it('refuses what it cannot read', async () => {
    for (const query of ['seconds=1', 'number=1', 'number=1&seconds=-1', 'number=1&seconds=1&credit=x'])
      await ask('operator', 'GET', `/simulate?${query}`, undefined, 400)
  })
})

it('coverage finds what is called without a price', async () => {
  const from = new Date(NOW_MS - 86_400_000).toISOString()
  const to = new Date(NOW_MS).toISOString()
  const unrated = { call_key: callKey(2), opened_at: openedAt(2), tenant_id: 1, account_id: 7, reason: 4 }
  await insertRows(db(), 'call_unrated', [unrated] as never)
  const told = await ask('viewer', 'GET', `/coverage?from=${from}&to=${to}`)
  expect(told.unrated).toMatchObject([{ reason: 'not-a-number', calls: 1 }])
  await ask('viewer', 'GET', `/coverage?from=${to}&to=${from}`, undefined, 400)
  expect((await ask('viewer', 'GET', '/coverage')).from).toBe('2026-09-30T23:00:00.000Z')
})

describe('a revaluation', () => {
  const span = { from: new Date(NOW_MS - 86_400_000).toISOString(), to: new Date(NOW_MS).toISOString() }

  it('counts what a version would move, and the diff shows it', async () => {
    const { version } = await importDeck('Retail', 'sell', '35386,Ireland mobile,0.50\n44,UK,2\n', '/decks/draft')
    const asked = { kind: 'impact', deckId: 1, version, ...span }
    const { id, state } = await ask('admin', 'POST', '/revaluations', asked, 201)
    expect(state).toBe('counting')
    await runRevaluation(db(), api.clock)
    const done = await ask('viewer', 'GET', `/revaluations/${id}`)
    expect(done).toMatchObject({ state: 'done', kind: 'impact', deck: { name: 'Retail' }, version })
    expect((await ask('admin', 'POST', `/revaluations/${id}/apply`, undefined, 409)).kind).toBe('in-the-way')
    expect((await ask('admin', 'POST', `/revaluations/${id}/cancel`, undefined, 409)).kind).toBe('in-the-way')
    const diff = await ask('viewer', 'GET', `/decks/1/versions/${version}/diff?against=2`)
    expect(diff.items[0].seconds).not.toBeNull()
  })

  it('is counted, applied, listed; foreign ones do not exist', async () => {
    const { id } = await ask('admin', 'POST', '/revaluations', { kind: 'rerate', accountId: 7, ...span }, 201)
    await runRevaluation(db(), api.clock)
    const ready = await ask('viewer', 'GET', `/revaluations/${id}`)
    expect(ready).toMatchObject({ state: 'ready', account: { code: 'acme' } })
    await ask('admin', 'POST', `/revaluations/${id}/apply`)
    await runRevaluation(db(), api.clock)
    expect((await ask('viewer', 'GET', `/revaluations/${id}`)).state).toBe('done')
    expect((await ask('viewer', 'GET', '/revaluations?limit=1')).items).toHaveLength(1)
    await ask('viewer', 'GET', `/revaluations/${uuid(9)}`, undefined, 404)
    await ask('viewer', 'GET', '/revaluations/nonsense', undefined, 400)
    await ask('stranger', 'GET', `/revaluations/${id}?tenant=other`, undefined, 404)
    await ask('stranger', 'POST', `/revaluations/${id}/cancel?tenant=other`, undefined, 404)
  })

  it('names only what is there', async () => {
    const refused = (body: object, status: number) => ask('admin', 'POST', '/revaluations', body, status)
    await refused({ kind: 'impact' }, 422)
    await refused({ kind: 'impact', deckId: 1 }, 422)
    await refused({ kind: 'impact', deckId: 3, version: 1 }, 404)
    await refused({ kind: 'impact', deckId: 1, version: 99 }, 404)
    await refused({ kind: 'rerate', accountId: 9 }, 404)
    await refused({ kind: 'rerate', from: span.to, to: span.from }, 422)
  })

  it('proposes credits, which can be put away', async () => {
    const proposal = {
      ...{ account_id: 7, call_key: callKey(1), opened_at: new Date(NOW_MS), revaluation_id: uuid(1), tenant_id: 1 },
      ...{ invoice_id: uuid(60), currency: 978, charged: '1', would_be: '0.5', proposed_at: new Date(NOW_MS) },
    }
    await insertRows(db(), 'credit_proposal', [proposal] as never)
    const { items } = await ask('viewer', 'GET', '/credit-proposals')
    expect(items).toMatchObject([{ account: { code: 'acme' }, difference: '-0.500000' }])
    const which = { accountId: 7, callKey: callKey(1) }
    await ask('stranger', 'POST', '/credit-proposals/dismiss?tenant=other', which, 404)
    await ask('admin', 'POST', '/credit-proposals/dismiss', which, 204)
    expect((await ask('viewer', 'GET', '/credit-proposals')).items).toEqual([])
  })
})
