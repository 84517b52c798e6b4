// What the api refuses about plans, carriers, trunks, simulations and revaluations, and what meets at the same moment.
// Proves 401, 403, 404, 409, 422 where they are not proved for every route at once (guard.test.ts).

import { runRevaluation, startRevaluation } from '@tollbook/charging'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { callKey, makeWorld, NOW_MS, openedAt, type Person, uuid } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

async function ask(person: Person, method: string, path: string, body?: unknown, status = 200) {
  const answer = await api.as(person, method, path, body)
  const text = await answer.text()
  expect(answer.status, `${method} ${path} ${text}`).toBe(status)
  return text === '' ? {} : JSON.parse(text)
}

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  await insertRows(db(), 'counter', ['plan', 'package'].map((name) => ({ name, value: 100 })) as never)
  // Of the stranger's tenant: none of these exists for anybody of main.
  const made = { created_at: new Date(NOW_MS) }
  await insertRows(db(), 'carrier', [{ carrier_id: 50, tenant_id: 2, name: 'Theirs', currency: 840, ...made }] as never)
  await insertRows(db(), 'trunk', [
    { trunk_id: 50, tenant_id: 2, name: 'Theirs', peer: 'PJSIP/theirs', ...made },
  ] as never)
  const dollars = { tenant_id: 1, name: 'Dollars', side: 1, currency: 840, ...made }
  await insertRows(db(), 'rate_deck', [{ deck_id: 40, ...dollars }] as never)
  api = testApi(db())
})
afterAll(() => api.feed.close())

const deck = (deckId: number, more: object = {}) => ({
  ...{ deckId, markupKind: 'none', markupPercent: '0', markupPerMinute: '0', markupPerCall: '0', pricePlaces: 4 },
  ...more,
})
const plan = (name: string, more: object = {}) => ({
  ...{ id: 0, name, choice: 'order', expectedSeconds: 60, blocked: [], packages: [], decks: [deck(1)] },
  ...more,
})
const made = async (name: string, more: object = {}) => ask('admin', 'POST', '/plans', plan(name, more), 201)

describe('a plan', () => {
  it('of another tenant does not exist, to read, to change, to delete or to give', async () => {
    const theirs = await ask('stranger', 'POST', '/plans?tenant=other', plan('Theirs', { decks: [deck(3)] }), 201)
    await ask('admin', 'PUT', `/plans/${theirs.id}`, plan('Mine'), 404)
    await ask('admin', 'DELETE', `/plans/${theirs.id}`, undefined, 404)
    const { fields } = await ask('admin', 'PATCH', '/accounts/8', { planId: theirs.id }, 422)
    expect(fields).toEqual([{ field: 'planId', message: 'is no plan here' }])
    await ask('admin', 'POST', '/accounts', { code: 'new', name: 'New', planId: theirs.id }, 422)
    await ask('admin', 'PATCH', '/tenants/main', { planId: theirs.id }, 422)
    expect((await ask('viewer', 'GET', '/accounts?q=new')).items).toEqual([])
    const { items } = await ask('stranger', 'GET', '/plans?tenant=other')
    expect(items).toMatchObject([{ name: 'Theirs', decks: [{ deckId: 3 }] }])
  })

  it('is not made of decks of others, of two currencies, of markups or packages that cannot be', async () => {
    const refused = async (more: object) => (await ask('admin', 'POST', '/plans', plan('Bad', more), 422)).detail
    expect(await refused({ decks: [deck(1), deck(3)] })).toBe('There is no deck 3.')
    expect(await refused({ decks: [deck(1), deck(40)] })).toBe('All decks of a plan have to be in one currency.')
    expect(await refused({ decks: [deck(2, { markupKind: 'margin', markupPercent: '100' })] })).toMatch(/margin/)
    expect(await refused({ expectedSeconds: -1 })).toMatch(/expected call/)
    expect(await refused({ blocked: [{ prefix: 'abc', note: '' }] })).toMatch(/neither digits nor a pattern/)
    const pack = { name: 'Minutes', kind: 'seconds', amount: 60, period: 'week', startDay: 8, prefixes: [] }
    expect(await refused({ packages: [pack] })).toMatch(/no such day/)
    const text = await ask('admin', 'POST', '/plans', plan('Bad', { decks: [deck(1, { markupPercent: 'much' })] }), 422)
    expect(text.fields[0].field).toBe('decks.0.markupPercent')
    expect((await ask('viewer', 'GET', '/plans')).items).toEqual([])
  })

  it('in another currency is given to nobody', async () => {
    const { id } = await made('Dollars', { decks: [deck(40)] })
    const { fields } = await ask('admin', 'PATCH', '/accounts/8', { planId: id }, 422)
    expect(fields).toEqual([{ field: 'planId', message: 'is in USD, and has to be in EUR' }])
    await ask('admin', 'PATCH', '/tenants/main', { planId: id }, 422)
    const american = { code: 'us', name: 'US', currency: 'USD', planId: id }
    expect(await ask('admin', 'POST', '/accounts', american, 201)).toMatchObject({ planId: id, plan: 'Dollars' })
  })

  it('that is used stays, and says by whom', async () => {
    const { id } = await made('Used')
    await ask('admin', 'PATCH', '/accounts/8', { planId: id })
    const refusal = await ask('admin', 'DELETE', `/plans/${id}`, undefined, 409)
    expect(refusal).toMatchObject({ kind: 'in-the-way', detail: '1 account is sold by it.' })
    await ask('admin', 'PUT', `/plans/${id}`, plan('Used', { decks: [deck(40)] }), 409)
    expect((await ask('viewer', 'GET', '/plans')).items).toContainEqual(
      expect.objectContaining({ id, accounts: 1, decks: [expect.objectContaining({ deckId: 1, currency: 'EUR' })] }),
    )
    await ask('admin', 'PATCH', '/accounts/8', { planId: 0 })
    await ask('admin', 'PUT', `/plans/${id}`, plan('Used', { decks: [deck(40)] }))
    await ask('admin', 'DELETE', `/plans/${id}`, undefined, 204)
    await ask('admin', 'DELETE', `/plans/${id}`, undefined, 404)
  })

  it('is made once when several make it at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.as('admin', 'POST', '/plans', plan('Same'))))
    expect(answers.map((a) => a.status).sort()).toEqual([201, 409, 409, 409, 409, 409])
  })

  it('does not go away while an account gets it', async () => {
    for (let n = 0; n < 8; n++) {
      const { id } = await made(`Going ${n}`)
      const [gone, given] = await Promise.all([
        api.as('admin', 'DELETE', `/plans/${id}`),
        api.as('admin', 'PATCH', '/accounts/8', { planId: id }),
      ])
      expect([gone.status, given.status]).toEqual(gone.status === 204 ? [204, 422] : [409, 200])
    }
  })
})

describe('carriers and trunks', () => {
  it('take another name, another deck and another peer, alone or together', async () => {
    const { id } = await ask('admin', 'POST', '/carriers', { name: 'First', deckId: 2 }, 201)
    const renamed = await ask('admin', 'PATCH', `/carriers/${id}`, { name: 'Second' })
    expect(renamed).toMatchObject({ id, name: 'Second', deckId: 2, currency: 'EUR' })
    expect(await ask('admin', 'PATCH', `/carriers/${id}`, { deckId: 0 })).toMatchObject({ name: 'Second', deck: '' })
    expect(await ask('admin', 'PATCH', `/carriers/${id}`, {})).toMatchObject({ name: 'Second', deckId: 0 })
    await ask('admin', 'PATCH', `/carriers/${id}`, { name: 'Northlink' }, 409)
    const moved = await ask('admin', 'PATCH', '/trunks/6', { peer: 'PJSIP/moved', capacity: 10 })
    expect(moved).toMatchObject({ id: 6, name: 'West', peer: 'PJSIP/moved', capacity: 10, carrier: null })
    expect((await ask('admin', 'PATCH', '/trunks/6', { capacity: 0 })).capacity).toBeNull()
    await ask('admin', 'PATCH', '/trunks/6', { peer: 'pjsip/NORTH' }, 409)
    await ask('admin', 'POST', '/trunks', { peer: 'pjsip/moved' }, 409)
    expect((await ask('admin', 'PATCH', '/trunks/6', { peer: 'PJSIP/Moved' })).peer).toBe('PJSIP/Moved')
  })

  it('of another tenant do not exist', async () => {
    await ask('admin', 'PATCH', '/carriers/50', { name: 'Mine' }, 404)
    await ask('admin', 'PATCH', '/trunks/50', { name: 'Mine' }, 404)
    await ask('admin', 'PATCH', '/trunks/6', { carrierId: 50 }, 422)
    await ask('admin', 'POST', '/carriers', { name: 'New', deckId: 3 }, 422)
    await ask('admin', 'POST', '/carriers', { name: 'New', currency: 'XQQ' }, 422)
    const { items } = await ask('stranger', 'GET', '/carriers?tenant=other')
    expect(items).toMatchObject([{ name: 'Theirs' }])
  })
})

describe('the simulator', () => {
  it('is for whoever may look, and knows accounts of the tenant alone', async () => {
    await ask('viewer', 'GET', '/simulate?number=1&seconds=1')
    await ask('stranger', 'PATCH', '/accounts/9?tenant=other', { name: 'Theirs' })
    await ask('stranger', 'POST', '/accounts?tenant=other', { code: 'secret', name: 'Secret' }, 201)
    const told = await ask('operator', 'GET', '/simulate?number=%2B353860001111&seconds=60&account=secret')
    expect(told).toMatchObject({ outcome: 'no-account', account: null, amount: null, talk: null })
  })

  it('says which value it cannot read', async () => {
    const wrong = { seconds: ['-1', '1.5', '', '86401', 'x'], credit: ['-5', 'x', '1e3'], at: ['today', '2026-13-01'] }
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of values) {
        const query = new URLSearchParams({ number: '+353860001111', seconds: '60', [field]: value })
        const { kind, fields } = await ask('operator', 'GET', `/simulate?${query}`, undefined, 400)
        expect([kind, fields[0].field], `${field}=${value}`).toEqual(['bad-request', field])
      }
    }
    expect(await ask('operator', 'GET', '/simulate?number=sales&seconds=1')).toMatchObject({
      ...{ outcome: 'not-a-number', digits: '', trace: [] },
    })
  })
})

describe('a revaluation', () => {
  const span = { from: new Date(NOW_MS - 86_400_000).toISOString(), to: new Date(NOW_MS).toISOString() }
  const start = async () => (await ask('admin', 'POST', '/revaluations', { kind: 'rerate', ...span }, 201)).id

  it('is not applied while it counts, nor twice, nor cancelled when it is done', async () => {
    const id = await start()
    const early = await ask('admin', 'POST', `/revaluations/${id}/apply`, undefined, 409)
    expect(early).toMatchObject({ kind: 'in-the-way', detail: expect.stringContaining('counting') })
    expect((await ask('viewer', 'GET', `/revaluations/${id}`)).state).toBe('counting')
    await runRevaluation(db(), api.clock)
    const both = [0, 1].map(() => api.as('admin', 'POST', `/revaluations/${id}/apply`))
    expect((await Promise.all(both)).map((a) => a.status).sort()).toEqual([200, 409])
    await runRevaluation(db(), api.clock)
    const late = await ask('admin', 'POST', `/revaluations/${id}/apply`, undefined, 409)
    expect(late.detail).toContain('done')
    await ask('admin', 'POST', `/revaluations/${id}/cancel`, undefined, 409)
  })

  it('that was cancelled is neither counted nor applied', async () => {
    const id = await start()
    expect((await ask('admin', 'POST', `/revaluations/${id}/cancel`)).state).toBe('cancelled')
    expect(await runRevaluation(db(), api.clock)).toBeUndefined()
    await ask('admin', 'POST', `/revaluations/${id}/apply`, undefined, 409)
    await ask('admin', 'POST', `/revaluations/${id}/cancel`, undefined, 409)
  })

  it('of another tenant does not exist, and is not in the list', async () => {
    const scope = { fromMs: NOW_MS - 1, toMs: NOW_MS }
    const id = await startRevaluation(db(), { tenantId: 2, kind: 'rerate', scope, nowMs: NOW_MS })
    await ask('admin', 'GET', `/revaluations/${id}`, undefined, 404)
    await ask('admin', 'POST', `/revaluations/${id}/apply`, undefined, 404)
    await ask('admin', 'POST', `/revaluations/${id}/cancel`, undefined, 404)
    const { items } = await ask('viewer', 'GET', '/revaluations')
    expect(items.map((r: { id: string }) => r.id)).not.toContain(id)
    expect((await ask('stranger', 'GET', `/revaluations/${id}?tenant=other`)).state).toBe('counting')
    await runRevaluation(db(), api.clock)
  })

  it('sums all its lines, in each currency, and shows the largest', async () => {
    const id = await start()
    await runRevaluation(db(), api.clock)
    await db().pool.query('delete from revaluation_line where revaluation_id = $1', [id])
    const line = { revaluation_id: id, part: 'account', calls: 1, seconds: 60 }
    const many = Array.from({ length: 600 }, (_, n) => {
      return { ...line, key: String(1000 + n), currency: 978, old_amount: '1', new_amount: '1.000001' }
    })
    const large = { ...line, key: '7', currency: 840, old_amount: '0', new_amount: '5' }
    const bought = { ...line, part: 'carrier', key: '2', currency: 978, old_amount: '900', new_amount: '1' }
    await insertRows(db(), 'revaluation_line', [...many, large, bought] as never)
    const told = await ask('viewer', 'GET', `/revaluations/${id}`)
    expect(told.totals).toEqual([
      { currency: 'USD', old: '0.000000', new: '5.000000', difference: '5.000000', percent: null },
      { currency: 'EUR', old: '600.000000', new: '600.000600', difference: '0.000600', percent: '0.0' },
    ])
    expect(told.lines).toHaveLength(500)
    expect(told.lines[0]).toMatchObject({ key: '7', label: 'acme Acme', difference: '5.000000' })
    const listed = (await ask('viewer', 'GET', '/revaluations')).items.find((r: { id: string }) => r.id === id)
    expect(listed).toMatchObject({ lines: [], totals: told.totals })
  })

  it('is announced to open pages when it is ordered, cancelled and counted', async () => {
    let heard = Promise.withResolvers<string>()
    const stop = await api.feed.listen((topic) => heard.resolve(topic))
    const next = async (act: Promise<unknown>) => {
      await act
      const topic = await heard.promise
      heard = Promise.withResolvers<string>()
      return topic
    }
    const ordered = start()
    expect(await next(ordered)).toBe('revaluations')
    const id = await ordered
    expect(await next(runRevaluation(db(), api.clock))).toBe('revaluations')
    expect(await next(ask('admin', 'POST', `/revaluations/${id}/cancel`))).toBe('revaluations')
    stop?.()
  })
})

it('calls and coverage say why a call has no price, to its own tenant', async () => {
  const span = `from=${new Date(NOW_MS - 86_400_000).toISOString()}&to=${new Date(NOW_MS).toISOString()}`
  const unrated = { call_key: callKey(2), opened_at: openedAt(2), tenant_id: 1, account_id: 7, reason: 5 }
  await insertRows(db(), 'call_unrated', [unrated] as never)
  for (const [reason, word] of [
    [5, 'blocked'],
    [6, 'expired'],
    [7, 'ambiguous'],
  ] as const) {
    await db().q.updateTable('call_unrated').set({ reason }).where('call_key', '=', callKey(2)).execute()
    const { items } = await ask('viewer', 'GET', '/calls?rated=unrated')
    expect(items.map((c: { unrated: string }) => c.unrated)).toEqual([word, 'no-rate'])
    expect((await ask('viewer', 'GET', `/calls/${callKey(2)}`)).call.unrated).toBe(word)
    const { unrated: groups } = await ask('viewer', 'GET', `/coverage?${span}`)
    expect(groups.map((g: { reason: string }) => g.reason).sort()).toEqual([word, 'no-rate'].sort())
    const request = { kind: 'rerate', reasons: [word] }
    expect((await ask('admin', 'POST', '/revaluations', request, 201)).reasons).toEqual([word])
  }
  expect((await ask('stranger', 'GET', `/coverage?tenant=other&${span}`)).unrated).toEqual([])
})

it('a proposal that is not there cannot be put away', async () => {
  await ask('admin', 'POST', '/credit-proposals/dismiss', { accountId: 7, callKey: uuid(3) }, 404)
  await ask('admin', 'POST', '/credit-proposals/dismiss', { accountId: 'x', callKey: 'y' }, 422)
})
