// Values nobody types, in every place a value is taken: each is answered with a refusal or a result, never with 500.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, expect, it } from 'vitest'
import { testApi } from './testing/test-api.ts'
import { callKey, makeWorld, uuid } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

const VALUES = [
  ...['\0', 'a\0b', '', ' ', "'", '"; drop table call; --', '%', '\\', '*', '{}', '[]', 'null', 'NaN', '-1', '1e9'],
  ...[
    '999999999',
    '2147483648',
    '9999999999',
    '0x10',
    '٣',
    '😀',
    '\ud800',
    'é'.repeat(300),
    '1'.repeat(99),
    '+',
    '-.-',
  ],
  ...['__proto__', 'constructor', 'none', '0001-01-01', '9999-12-31', '2026-11-01', '2026-11-01T00:00:00Z', '+03:00'],
  ...[
    'Etc/GMT+12',
    '../../etc/passwd',
    '{{7*7}}',
    uuid(1),
    callKey(1),
    'eyJhIjoxfQ',
    'WyIiXQ',
    'W251bGxd',
    'WyJcdTAwMDAiXQ',
  ],
]

const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/calls': [
    'from',
    'to',
    'q',
    'account',
    'destination',
    'trunk',
    'country',
    'direction',
    'invoice',
    ...['number', 'talk', 'tag', 'department', 'sort'],
    'cursor',
    'limit',
  ],
  '/calls.csv': ['q', 'account', 'from'],
  '/stats?from=2026-11-01&to=2026-11-03': [
    'by',
    'metrics',
    'zone',
    'account',
    'destination',
    'trunk',
    'country',
    'limit',
  ],
  '/stats?by=day': ['from', 'to'],
  '/accounts': ['q', 'cursor', 'limit'],
  '/invoices': ['account', 'cursor', 'limit'],
  '/imports': ['cursor', 'limit', 'tenant'],
  '/rejects': ['import', 'cursor'],
  '/decks/1/rates': ['q', 'cursor', 'limit', 'version'],
  '/decks/1/versions/2/diff': ['q', 'cursor', 'limit', 'against', 'kind'],
  '/decks/1/rates.csv': ['version'],
  '/decks/1/price-list.csv': ['at', 'locale'],
  '/simulate?seconds=60': ['number', 'account'],
  '/simulate?number=00353860001111&seconds=60': ['at', 'credit', 'account'],
  '/simulate?number=00353860001111': ['seconds'],
  '/coverage': ['from', 'to'],
  '/missed-calls?from=2026-11-01&to=2026-11-03': ['within', 'cursor', 'number'],
  '/missed-calls': ['from'],
  '/revaluations': ['limit'],
  '/credit-proposals': ['limit'],
}
const PATHS = [
  '/revaluations/X',
  '/calls/X',
  '/imports/X',
  '/invoices/X',
  '/invoices/X/pdf',
  '/decks/X/rates',
  '/tenants/X',
  '/nowhere/X',
  '/decks/X',
  '/decks/1/versions/X',
  '/decks/1/versions/X/diff',
  '/plans/X/price-list.csv',
]
const PLAN = {
  ...{ id: 0, name: 'Any', choice: 'order', expectedSeconds: 60, blocked: [], packages: [] },
  decks: [
    {
      ...{ deckId: 1, markupKind: 'none', markupPercent: '0', markupPerMinute: '0', markupPerCall: '0' },
      pricePlaces: 4,
    },
  ],
}
const PACKAGE = { name: 'Any', kind: 'seconds', amount: 60, period: 'month', startDay: 1, prefixes: [] }
const BODIES: readonly (readonly [string, string, (value: unknown) => unknown])[] = [
  ['POST', '/session', (v) => ({ email: v, password: v })],
  ['PATCH', '/me', (v) => ({ name: v })],
  ['POST', '/accounts', (v) => ({ code: v, name: v, currency: v })],
  ['PATCH', '/accounts/7', (v) => ({ name: v, deckId: v })],
  ['PATCH', '/accounts/8', (v) => ({ address: v, email: v, locale: v })],
  ['PATCH', '/tenants/main', (v) => ({ name: v })],
  ['PATCH', '/tenants/main', (v) => ({ legal: { address: [v], taxId: v, taxRate: '', iban: v } })],
  ['PATCH', '/tenants/main', (v) => ({ countryCode: v, nationalPrefix: v })],
  ['PUT', '/sources/pbx/ami', (v) => ({ host: v, port: 5038, username: v, secret: v })],
  ['POST', '/rejects/retry', (v) => ({ keys: [{ source: v, key: v }] })],
  ['POST', '/rejects/dismiss', (v) => ({ keys: v })],
  ['PATCH', '/decks/2', (v) => ({ name: v, zone: v, rounding: v, places: v, windowChoice: v })],
  ['PATCH', '/decks/2', (v) => ({ zone: v })],
  ['POST', '/decks/1/versions/2/activate', (v) => ({ effectiveFrom: v })],
  ['POST', '/decks/2/rates', (v) => ({ effectiveFrom: v, set: v, remove: v, windows: v, holidays: v })],
  ['POST', '/decks/2/rates', (v) => ({ effectiveFrom: 'now', note: v })],
  [
    'POST',
    '/decks/2/rates',
    (v) => ({ effectiveFrom: 'now', set: [{ prefix: v, destination: 'X', pricePerMinute: '1' }] }),
  ],
  [
    'POST',
    '/decks/2/rates',
    (v) => ({ effectiveFrom: 'now', set: [{ prefix: '1', destination: v, pricePerMinute: v }] }),
  ],
  ['POST', '/decks/2/rates', (v) => ({ effectiveFrom: 'now', remove: [{ prefix: v, windowId: v }], holidays: [v] })],
  ['POST', '/decks/2/rates', (v) => ({ effectiveFrom: 'now', remove: [{ prefix: v, windowId: 0 }] })],
  [
    'POST',
    '/decks/2/rates',
    (v) => ({ effectiveFrom: 'now', windows: [{ id: 1, name: v, priority: 1, rules: [{ fromDate: v }] }] }),
  ],
  ['POST', '/departments', (v) => ({ name: v, extensions: '', accounts: [] })],
  ['POST', '/departments', (v) => ({ name: 'Any', extensions: v, accounts: [] })],
  ['POST', '/departments', (v) => ({ name: 'Any', extensions: '', accounts: [v] })],
  ['PUT', '/departments/1', (v) => ({ name: v, extensions: v, accounts: v })],
  ['POST', '/views', (v) => ({ name: v, path: '/calls', query: '' })],
  ['POST', '/views', (v) => ({ name: 'Any', path: v, query: '' })],
  ['POST', '/views', (v) => ({ name: 'Any', path: '/calls', query: v })],
  ['POST', '/calls/tags', (v) => ({ keys: [callKey(1)], add: [v], remove: [] })],
  ['POST', '/calls/tags', (v) => ({ keys: [callKey(1)], add: [], remove: [v] })],
  ['POST', '/calls/tags', (v) => ({ keys: [v], add: v, remove: v })],
  ['POST', '/invoices/run', (v) => ({ month: v })],
  ['PATCH', '/accounts/8', (v) => ({ planId: v })],
  ['PATCH', '/tenants/main', (v) => ({ stripPrefixes: [v] })],
  ['PATCH', '/tenants/main', (v) => ({ planId: v })],
  ['POST', '/plans', (v) => ({ ...PLAN, name: v })],
  ['POST', '/plans', (v) => ({ ...PLAN, expectedSeconds: v })],
  ['POST', '/plans', (v) => ({ ...PLAN, blocked: [{ prefix: v, note: v }] })],
  ['POST', '/plans', (v) => ({ ...PLAN, decks: [{ ...PLAN.decks[0], deckId: v }] })],
  ['POST', '/plans', (v) => ({ ...PLAN, decks: [{ ...PLAN.decks[0], markupPercent: v }] })],
  ['POST', '/plans', (v) => ({ ...PLAN, packages: [{ ...PACKAGE, name: v, prefixes: [v] }] })],
  ['POST', '/plans', (v) => ({ ...PLAN, packages: [{ ...PACKAGE, amount: v, startDay: v, id: v }] })],
  ['POST', '/carriers', (v) => ({ name: v, currency: v, deckId: v })],
  ['PATCH', '/carriers/2', (v) => ({ name: v })],
  ['PATCH', '/carriers/2', (v) => ({ deckId: v })],
  ['POST', '/trunks', (v) => ({ peer: v, name: v })],
  ['PATCH', '/trunks/5', (v) => ({ peer: v })],
  ['PATCH', '/trunks/5', (v) => ({ carrierId: v, capacity: v })],
  ['POST', '/revaluations', (v) => ({ kind: 'rerate', from: v, to: v })],
  ['POST', '/revaluations', (v) => ({ kind: 'rerate', accountId: v })],
  ['POST', '/revaluations', (v) => ({ kind: 'impact', deckId: v, version: v })],
  ['POST', '/revaluations', (v) => ({ kind: v, reasons: [v], reason: v })],
  ['POST', '/revaluations', (v) => ({ kind: 'rerate', reason: v })],
  ['POST', '/credit-proposals/dismiss', (v) => ({ accountId: v, callKey: v })],
]

async function statusOf(method: string, path: string, body?: unknown): Promise<string | undefined> {
  const response = await api.as('root', method, path, body)
  await response.text()
  return response.status >= 500 ? `${method} ${path} ${JSON.stringify(body)}: ${response.status}` : undefined
}

it('answers every query and path', { timeout: 120_000 }, async () => {
  const broken: (string | undefined)[] = []
  for (const value of VALUES) {
    const text = encodeURIComponent(value.toWellFormed())
    for (const [path, names] of Object.entries(QUERIES)) {
      for (const name of names)
        broken.push(await statusOf('GET', `${path}${path.includes('?') ? '&' : '?'}${name}=${text}`))
    }
    for (const path of PATHS) broken.push(await statusOf('GET', path.replace('X', text)))
    broken.push(await statusOf('DELETE', `/departments/${text}`), await statusOf('DELETE', `/views/${text}`))
    broken.push(await statusOf('DELETE', `/sources/${text}/ami`), await statusOf('POST', `/decks/${text}/default`))
  }
  expect(broken.filter((b) => b !== undefined)).toEqual([])
})

it('answers every body', { timeout: 120_000 }, async () => {
  const broken: (string | undefined)[] = []
  for (const value of [...VALUES, null, 1, -1, 1.5, 1e300, true, [], {}, [['a']]]) {
    for (const [method, path, body] of BODIES) broken.push(await statusOf(method, path, body(value)))
  }
  expect(broken.filter((b) => b !== undefined)).toEqual([])
})
