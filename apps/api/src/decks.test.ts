// Decks through the api: looked at, drafted, compared, put into force, edited, rolled back, and taken home as a file.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { makeWorld, NOW_MS } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  await insertRows(db(), 'counter', [{ name: 'plan', value: 100 }] as never)
  api = testApi(db())
})

const CARRIER = 'Code;Destination;Preis\n35386;Ireland mobile;0,30\n44-45, 33;Abroad;1,5\n'
const sheet = (text: string, fields: Record<string, string>, name = 'sheet.csv') => {
  const form = new FormData()
  for (const [key, value] of Object.entries(fields)) form.set(key, value)
  form.set('file', new File([text], name))
  return form
}
type Answer = Awaited<ReturnType<typeof testApi>>
async function told(answer: Response, status = 200) {
  const body = await answer.text()
  expect(answer.status, body).toBe(status)
  return body === '' ? {} : JSON.parse(body)
}
const asAdmin = (...asked: [string, string, unknown?]) => (api as Answer).as('admin', ...asked)
const draft = async (name: string, text = CARRIER, more: Record<string, string> = {}) =>
  told(await asAdmin('POST', '/decks/draft', sheet(text, { name, side: 'sell', currency: 'EUR', ...more })))

describe('a sheet that is looked at', () => {
  it('says how it would be read, and stores nothing', async () => {
    const seen = await told(await api.as('operator', 'POST', '/decks/preview', sheet(CARRIER, {})))
    expect(seen).toMatchObject({ filename: 'sheet.csv', rates: 4, missing: [], problemCount: 0 })
    expect(seen.layout).toMatchObject({
      delimiter: ';',
      decimalComma: true,
      columns: ['prefix', 'destination', 'price'],
    })
    expect((await told(await api.as('viewer', 'GET', '/decks'))).items).toHaveLength(2)
  })

  it('is read as somebody says, and refuses a layout that is none', async () => {
    const layout = JSON.stringify({ columns: ['prefix', 'destination', 'connect-fee'] })
    const seen = await told(await api.as('operator', 'POST', '/decks/preview', sheet(CARRIER, { layout })))
    expect(seen.missing).toEqual(['rate'])
    for (const wrong of ['{', '{"columns":["nonsense"]}', '[]']) {
      const refused = await api.as('operator', 'POST', '/decks/preview', sheet(CARRIER, { layout: wrong }))
      expect((await told(refused, 422)).fields[0].field).toContain('layout')
    }
  })

  it('has to be one', async () => {
    const ask = (text: string) => api.as('operator', 'POST', '/decks/preview', sheet(text, {}))
    expect((await told(await ask(''), 422)).kind).toBe('bad-deck')
    expect((await told(await ask('\0\0\0\u0001'), 422)).kind).toBe('bad-deck')
    expect((await told(await ask('x'.repeat(66 * 1024 * 1024)), 413)).kind).toBe('too-large')
    expect((await told(await api.as('operator', 'POST', '/decks/preview', new FormData()), 422)).kind).toBe('invalid')
  })
})

describe('a draft', () => {
  it('counts only once it is activated, and only once', async () => {
    const made = await draft('Retail')
    expect(made).toMatchObject({ deckId: 1, version: 3, rates: 4 })
    const version = await told(await api.as('viewer', 'GET', '/decks/1/versions/3'))
    expect(version).toMatchObject({ state: 'draft', effectiveFrom: null, layout: { delimiter: ';' }, problems: [] })
    expect(version.createdBy).toBe('admin@example.net')
    const later = new Date(NOW_MS + 3_600_000).toISOString()
    const deck = await told(await asAdmin('POST', '/decks/1/versions/3/activate', { effectiveFrom: later }))
    expect(deck.versions[0]).toMatchObject({ version: 3, state: 'scheduled', effectiveFrom: later })
    const again = await asAdmin('POST', '/decks/1/versions/3/activate', { effectiveFrom: 'now' })
    expect((await told(again, 409)).kind).toBe('in-the-way')
    const gone = await told(await asAdmin('POST', '/decks/1/versions/3/withdraw'))
    expect(gone.versions[0].state).toBe('withdrawn')
  })

  it('can be discarded, which what was in force cannot', async () => {
    const { version } = await draft('Retail')
    await told(await asAdmin('DELETE', `/decks/1/versions/${version}`), 204)
    await told(await asAdmin('DELETE', `/decks/1/versions/${version}`), 404)
    await told(await asAdmin('DELETE', '/decks/1/versions/2'), 409)
  })

  it('says what it changes; its price list has no formulas', async () => {
    const made = await draft('Shown', 'prefix,destination,rate\n1,=cmd(),2\n44,UK,1\n')
    await told(await asAdmin('POST', `/decks/${made.deckId}/versions/1/activate`, { effectiveFrom: 'always' }))
    const next = await draft('Shown', 'prefix,destination,rate\n1,=cmd(),4.5\n33,France,1\n')
    const diff = await told(await api.as('viewer', 'GET', `/decks/${made.deckId}/versions/${next.version}/diff`))
    expect(diff).toMatchObject({ against: 1, counts: { new: 1, raised: 1, closed: 1, lowered: 0, same: 0 } })
    expect(diff.warnings).toMatchObject([{ kind: 'doubles', prefix: '1' }])
    expect(diff.items[0].seconds).toBeNull()
    const raised = await told(
      await api.as('viewer', 'GET', `/decks/${made.deckId}/versions/${next.version}/diff?kind=raised`),
    )
    expect(raised.items).toHaveLength(1)
    const csv = await api.as('viewer', 'GET', `/decks/${made.deckId}/price-list.csv`)
    expect(await csv.text()).toContain("'=cmd()")
    const rates = await api.as('viewer', 'GET', `/decks/${made.deckId}/rates.csv?version=1`)
    expect(await rates.text()).toContain('44,UK,1')
    await told(await api.as('viewer', 'GET', `/decks/${made.deckId}/rates.csv?version=9`), 404)
  })

  it('is refused with a row that is none, another currency, another side', async () => {
    const ask = (text: string, more: object) =>
      asAdmin('POST', '/decks/draft', sheet(text, { name: 'Retail', side: 'sell', currency: 'EUR', ...more }))
    expect((await told(await ask('prefix,destination,rate\nx,y,z\n', {}), 422)).fields[0].field).toBe('line 2')
    expect((await told(await ask(CARRIER, { currency: 'USD' }), 409)).kind).toBe('in-the-way')
    expect((await told(await ask(CARRIER, { side: 'buy' }), 409)).kind).toBe('in-the-way')
    expect((await told(await ask(CARRIER, { currency: 'XQQ', name: 'New' }), 422)).fields[0].field).toBe('currency')
    expect((await told(await ask(CARRIER, { zone: 'Mars/Base', name: 'New' }), 422)).fields[0].field).toBe('zone')
  })
})

describe('a deck in force', () => {
  it('is edited rate by rate, and rolled back', async () => {
    const { deckId } = await draft('Edited', 'prefix,destination,rate\n1,US,2\n44,UK,1\n')
    await told(await asAdmin('POST', `/decks/${deckId}/versions/1/activate`, { effectiveFrom: 'always' }))
    const set = [{ prefix: '1', destination: 'US', pricePerMinute: '3', tiers: [] }]
    const edit = { effectiveFrom: 'now', set, remove: [{ prefix: '44', windowId: 0 }] }
    expect(await told(await asAdmin('POST', `/decks/${deckId}/rates`, edit))).toMatchObject({ version: 2, rates: 1 })
    const rates = async () => (await told(await api.as('viewer', 'GET', `/decks/${deckId}/rates`))).items
    expect(await rates()).toMatchObject([{ prefix: '1', pricePerMinute: '3', match: 'prefix', validTo: null }])
    const back = await told(await asAdmin('POST', `/decks/${deckId}/versions/1/rollback`))
    expect(back.versions[0]).toMatchObject({ version: 3, origin: 'rollback', state: 'in-force' })
    expect(await rates()).toHaveLength(2)
    const old = await told(await api.as('viewer', 'GET', `/decks/${deckId}/rates?version=2`))
    expect(old.items).toHaveLength(1)
    const wrong = { effectiveFrom: 'now', set: [{ prefix: 'abc', destination: 'X', pricePerMinute: '1' }] }
    expect((await told(await asAdmin('POST', `/decks/${deckId}/rates`, wrong), 422)).fields[0].field).toBe('set.0')
  })

  it('keeps what calls were priced by, but not its name', async () => {
    const { deckId } = await draft('Named')
    expect((await told(await asAdmin('PATCH', `/decks/${deckId}`, { places: 2, zone: 'Asia/Tokyo' }))).places).toBe(2)
    await told(await asAdmin('POST', `/decks/${deckId}/versions/1/activate`, { effectiveFrom: 'now' }))
    expect((await told(await asAdmin('PATCH', `/decks/${deckId}`, { places: 4 }), 409)).kind).toBe('in-the-way')
    expect((await told(await asAdmin('PATCH', `/decks/${deckId}`, { name: 'Renamed' }))).deck.name).toBe('Renamed')
    expect((await told(await asAdmin('PATCH', `/decks/${deckId}`, { name: 'Retail' }), 409)).kind).toBe(
      'already-exists',
    )
    expect((await told(await asAdmin('PATCH', `/decks/${deckId}`, { name: ' ' }), 422)).kind).toBe('invalid')
  })

  it('is what a tenant sells by from its first activation on', async () => {
    const form = sheet(CARRIER, { name: 'First', side: 'sell', currency: 'USD' })
    const made = await told(await api.as('stranger', 'POST', '/decks/draft?tenant=other', form))
    const path = `/decks/${made.deckId}/versions/1/activate?tenant=other`
    const deck = await told(await api.as('stranger', 'POST', path, { effectiveFrom: 'always' }))
    expect(deck).toMatchObject({ deck: { isDefault: true, version: 1 }, usedBy: [{ kind: 'default' }] })
    const pdf = await api.as('stranger', 'GET', `/decks/${made.deckId}/price-list.pdf?tenant=other&locale=en`)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
  })

  it('belongs to its tenant: to others it does not exist', async () => {
    const asked: [string, string, unknown?][] = [
      ['GET', '/decks/3'],
      ['PATCH', '/decks/3', { name: 'Mine' }],
      ['GET', '/decks/3/rates'],
      ['GET', '/decks/3/rates?version=1'],
      ['POST', '/decks/3/rates', { effectiveFrom: 'now' }],
      ['GET', '/decks/3/rates.csv'],
      ['GET', '/decks/3/price-list.csv'],
      ['GET', '/decks/3/price-list.pdf'],
      ['GET', '/decks/3/versions/1'],
      ['GET', '/decks/3/versions/1/diff'],
      ['DELETE', '/decks/3/versions/1'],
      ['POST', '/decks/3/versions/1/activate', { effectiveFrom: 'now' }],
      ['POST', '/decks/3/versions/1/withdraw'],
      ['POST', '/decks/3/versions/1/rollback'],
    ]
    for (const [method, path, body] of asked) await told(await asAdmin(method, path, body), 404)
    await told(await asAdmin('GET', '/decks/abc'), 400)
    await told(await asAdmin('GET', '/decks/1/versions/x/diff'), 400)
  })
})
