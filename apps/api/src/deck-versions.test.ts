// Versions of a deck put into force, and what follows: calls that waited are charged before the answer. Proves 200 400 403 404 409 422.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { DeckDetail, RateDetail, VersionDiff } from './schemas/decks.ts'
import { sheetForm, told } from './testing/rate-sheets.ts'
import { testApi } from './testing/test-api.ts'
import { callKey, makeWorld, NOW_MS, openedAt, type Person } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

/** A billable call of account 7, `n` minutes before NOW, that found no rate. */
async function insertWaiting(n: number, to: string): Promise<void> {
  const at = openedAt(n)
  const times = { opened_at: at, started_at: at, answered_at: at, ended_at: at, stitched_at: at }
  const whose = { tenant_id: 1, account_id: 7, trunk_id: 0, carrier_id: 0, destination_id: 0, source_id: 1 }
  const lasted = { talk_s: 60, ring_s: 5, wait_s: 0, duration_s: 65, bill_s: 60 }
  const kind = { direction: 2, outcome: 1, hangup_cause: 16, country_id: 0, legs: 1, attempts: 1, final: true }
  const call = { call_key: callKey(n), from_number: '201', to_number: to, linkedid: `9.${n}` }
  await insertRows(db(), 'call', [{ ...call, ...times, ...whose, ...lasted, ...kind }] as never)
  const waits = { call_key: callKey(n), opened_at: at, tenant_id: 1, account_id: 7, reason: 3 }
  await insertRows(db(), 'call_unrated', [waits] as never)
}

const ask = async (method: string, path: string, body?: unknown, status = 200, person: Person = 'admin') =>
  told(await api.as(person, method, path, body), status)
const drafted = async (name: string, rows: string) => {
  const fields = { name, side: 'sell', currency: 'EUR' }
  return ask('POST', '/decks/draft', sheetForm(`prefix,destination,rate\n${rows}`, fields))
}
const priceOf = async (n: number) => {
  const { call } = await ask('GET', `/calls/${callKey(n)}`, undefined, 200, 'viewer')
  return call.unrated ?? call.revenue
}

describe('calls that wait are charged before the answer', () => {
  it('of an activation', async () => {
    await insertWaiting(9, '0035319998888')
    const { version } = await drafted('Retail', '35386,Ireland mobile,0.3\n3531,Dublin,0.06\n')
    expect(await priceOf(9)).toBe('no-rate')
    await ask('POST', `/decks/1/versions/${version}/activate`, { effectiveFrom: 'always' })
    expect(await priceOf(9)).toBe('0.060000')
  })

  it('of an edit', async () => {
    await insertWaiting(8, '003221112222')
    const set = [{ prefix: '32', destination: 'Belgium', pricePerMinute: '0.09' }]
    await ask('POST', '/decks/1/rates', { effectiveFrom: 'always', set })
    expect(await priceOf(8)).toBe('0.090000')
  })

  it('of a withdrawal and of a rollback', async () => {
    const set = [{ prefix: '33', destination: 'France', pricePerMinute: '0.12' }]
    await ask('POST', '/decks/1/rates', { effectiveFrom: 'always', set })
    const without = { effectiveFrom: 'now', remove: [{ prefix: '33', windowId: 0 }] }
    const { version } = await ask('POST', '/decks/1/rates', without)
    // After the edit, which counts from NOW on.
    await insertWaiting(-1, '0033111222333')
    await ask('POST', `/decks/1/versions/${version}/withdraw`)
    expect(await priceOf(-1)).toBe('0.120000')
    await ask('POST', '/decks/1/rates', without)
    await insertWaiting(-2, '0033111222333')
    await ask('POST', `/decks/1/versions/${version - 1}/rollback`)
    expect(await priceOf(-2)).toBe('0.120000')
  })
})

describe('activation', () => {
  it('409 twice, and for what was withdrawn; 404 for none; 422 for a moment that is none', async () => {
    const { deckId } = await drafted('Moved', '1,US,2\n')
    const at = `/decks/${deckId}/versions/1`
    await ask('POST', `${at}/withdraw`, undefined, 409)
    await ask('POST', `${at}/rollback`, undefined, 409)
    for (const effectiveFrom of ['soon', '', null, 5, '2026-12-01', '2026-02-30T00:00:00Z', '2026-99-99T99:99:99Z']) {
      const refused = await ask('POST', `${at}/activate`, { effectiveFrom }, 422)
      expect(refused.fields[0].field, String(effectiveFrom)).toBe('effectiveFrom')
    }
    await ask('POST', `${at}/activate`, {}, 422)
    const deck = DeckDetail.strict().parse(await ask('POST', `${at}/activate`, { effectiveFrom: 'now' }))
    expect(deck.versions).toMatchObject([{ state: 'in-force', effectiveFrom: new Date(NOW_MS).toISOString() }])
    expect((await ask('POST', `${at}/activate`, { effectiveFrom: 'now' }, 409)).kind).toBe('in-the-way')
    await ask('DELETE', at, undefined, 409)
    expect((await ask('POST', `${at}/withdraw`)).deck).toMatchObject({ version: 0 })
    expect((await ask('POST', `${at}/withdraw`, undefined, 409)).kind).toBe('in-the-way')
    await ask('POST', `${at}/activate`, { effectiveFrom: 'now' }, 409)
    for (const step of ['activate', 'withdraw', 'rollback']) {
      await ask('POST', `/decks/${deckId}/versions/9/${step}`, { effectiveFrom: 'now' }, 404)
      await ask('POST', `/decks/${deckId}/versions/x/${step}`, { effectiveFrom: 'now' }, 400)
      await ask('POST', `${at}/${step}`, { effectiveFrom: 'now' }, 403, 'operator')
    }
  })
})

describe('the differences', () => {
  it('200: page by page, of a kind, of a name, against a version or none', async () => {
    const { deckId } = await drafted('Compared', '1,US,2\n33,France,1\n44,UK,1\n49,Germany,1\n')
    const next = await drafted('Compared', '1,US,2\n33,France,1.5\n44,UK,0.5\n47,Norway,1\n')
    const at = `/decks/${deckId}/versions/${next.version}/diff`
    const none = VersionDiff.strict().parse(await ask('GET', at, undefined, 200, 'viewer'))
    expect(none).toMatchObject({ against: 0, counts: { new: 4, same: 0 } })
    const counts = { new: 1, raised: 1, lowered: 1, closed: 1, terms: 0, same: 1 }
    const first = await ask('GET', `${at}?against=1&limit=3`)
    expect(first).toMatchObject({ against: 1, counts })
    expect(first.items.map((i: { kind: string }) => i.kind)).toEqual(['raised', 'lowered', 'new'])
    const rest = await ask('GET', `${at}?against=1&limit=3&cursor=${encodeURIComponent(first.next)}`)
    expect(rest).toMatchObject({ items: [{ kind: 'closed', prefix: '49', newPrice: null }], next: null })
    expect((await ask('GET', `${at}?against=1&q=norw`)).items).toMatchObject([{ prefix: '47' }])
    expect((await ask('GET', `${at}?against=1&kind=same`)).items).toMatchObject([{ prefix: '1' }])
    await ask('GET', `${at}?against=99`, undefined, 404)
    for (const wrong of ['kind=odd', 'against=x', 'limit=0', 'limit=501']) {
      await ask('GET', `${at}?${wrong}`, undefined, 400)
    }
  })
})

describe('an edit', () => {
  const terms = {
    ...{ connectFee: '0.05', firstBlockSeconds: 30, incrementSeconds: 6, anchor: 'zero', minimumCharge: '0.01' },
    ...{ maximumCharge: '5', afterMaximum: 'stop', graceSeconds: 2, disconnectFee: '0.02', disconnectAfterSeconds: 9 },
  }

  it('200: sets every term, and a window of its own', async () => {
    const { deckId } = await drafted('Terms', '1,US,2\n')
    await ask('POST', `/decks/${deckId}/versions/1/activate`, { effectiveFrom: 'always' })
    const tiers = [{ seconds: 60, pricePerMinute: '1', entryFee: '0', incrementSeconds: 1 }]
    const windows = [{ id: 1, name: 'night', priority: 1, rules: [{ fromMinute: 1200, toMinute: 1440 }] }]
    const set = [{ prefix: '1', destination: 'US', pricePerMinute: '1.2345678901', windowId: 1, tiers, ...terms }]
    const edit = { effectiveFrom: 'now', set, windows, holidays: ['2026-12-25'], note: 'by night' }
    expect(await ask('POST', `/decks/${deckId}/rates`, edit)).toMatchObject({ version: 2, rates: 2 })
    const { items } = await ask('GET', `/decks/${deckId}/rates`, undefined, 200, 'viewer')
    for (const item of items) RateDetail.strict().parse(item)
    const night = items.find((item: { windowId: number }) => item.windowId === 1)
    expect(night).toMatchObject({ ...terms, tiers, window: 'night', pricePerMinute: '1.2345678901' })
    const deck = await ask('GET', `/decks/${deckId}`)
    expect(deck).toMatchObject({ windows, holidays: ['2026-12-25'] })
    expect(deck.versions[0]).toMatchObject({ origin: 'edit', note: 'by night', createdBy: 'admin@example.net' })
  })

  it('422, and nothing is stored, for a rate that cannot be', async () => {
    const { deckId } = await drafted('Wrong', '1,US,2\n')
    await ask('POST', `/decks/${deckId}/versions/1/activate`, { effectiveFrom: 'always' })
    const rate = { prefix: '1', destination: 'US', pricePerMinute: '1' }
    const wrong: object[] = [
      ...[{ pricePerMinute: 'free' }, { pricePerMinute: '-1' }, { pricePerMinute: '1.23456789012' }],
      ...[{ destination: '' }, { incrementSeconds: 0 }, { firstBlockSeconds: 86_401 }, { windowId: 7 }],
      ...[{ validTo: '1960-01-01T00:00:00Z' }, { effectiveFrom: '2026-02-30T00:00:00Z' }, { tiers: [{}] }],
    ]
    for (const fields of wrong) {
      const edit = { effectiveFrom: 'now', set: [{ ...rate, ...fields }] }
      const refused = await ask('POST', `/decks/${deckId}/rates`, edit, 422)
      expect(refused.fields[0].field, JSON.stringify(fields)).toMatch(/^set\.0/)
    }
    await ask('POST', `/decks/${deckId}/rates`, { set: [rate] }, 422)
    await ask('POST', `/decks/${deckId}/rates`, { effectiveFrom: 'now', holidays: ['2026-02-30'] }, 422)
    const many = Array.from({ length: 1001 }, () => ({ prefix: '1', windowId: 0 }))
    await ask('POST', `/decks/${deckId}/rates`, { effectiveFrom: 'now', remove: many }, 422)
    await ask('POST', `/decks/${deckId}/rates`, { effectiveFrom: 'now', set: [rate] }, 403, 'operator')
    expect((await ask('GET', `/decks/${deckId}`)).versions).toHaveLength(1)
  })
})
