// What the invented api answers. Reads are true to the data; writes say yes and change little.

import type { SessionInfo, TenantInfo } from '@tollbook/api/wire'
import { type MockCall, makeAccounts, makeCalls, makeRates, ZONE } from './data.ts'
import { callsPage, type Finding, readFound, writeFound } from './found.ts'
import { dataHealth, makeFeeds, zoneOrder } from './health.ts'
import { makeDepartments, missedCalls } from './people.ts'
import { found, ok, problem, type Reply } from './reply.ts'
import { rulesAnswer, writeRules } from './rules.ts'
import { answerStats, type Params } from './stats.ts'
import { readTariffs, writeTariffs } from './tariff-routes.ts'
import { answerLoad } from './trunk-load.ts'
import { callDetail, invoiceDetail, makeImports, makeInvoices, makeRejects, makeSources } from './wire-rows.ts'

export type Answer = (method: string, url: URL, body: string, cookie: string) => Reply

/** The invented api at one present: the same present gives the same answers. */
export function makeApi(nowMs: number): Answer {
  const data = makeData(nowMs)
  return (method, url, body, cookie) => answer(data, method, url, body, cookie)
}

type Data = ReturnType<typeof makeData>

function makeData(nowMs: number) {
  const calls = makeCalls(nowMs)
  return {
    nowMs,
    calls,
    accounts: makeAccounts(calls),
    rates: makeRates(nowMs),
    invoices: makeInvoices(calls, nowMs),
    imports: makeImports(nowMs),
    rejects: makeRejects(nowMs),
    sources: makeSources(nowMs),
    session: makeSession(calls),
    finding: { calls, views: [] } as Finding,
    answers: new Map<string, unknown>(),
    departments: makeDepartments(),
  }
}

function makeSession(calls: readonly MockCall[]): SessionInfo {
  const tenant = (slug: string, name: string, part: Partial<TenantInfo> = {}): TenantInfo => ({
    slug,
    name,
    zone: ZONE,
    currency: 'EUR',
    isSample: false,
    role: 'admin',
    isEmpty: false,
    firstCallAt: new Date(calls.at(-1)?.startMs ?? 0).toISOString(),
    lastCallAt: new Date(calls[0]?.startMs ?? 0).toISOString(),
    ...part,
  })
  return {
    user: { name: 'Niamh Doyle', email: 'niamh@northpier.example', locale: 'en', hasPassword: true, isAdmin: true },
    tenants: [
      tenant('main', 'Northpier'),
      tenant('sample', 'Sample', { isSample: true }),
      tenant('new', 'Harbour Voice', { isEmpty: true, firstCallAt: null, lastCallAt: null }),
      tenant('starter', 'Starter', { isEmpty: true, firstCallAt: null, lastCallAt: null }),
      tenant('broken', 'Broken'),
      tenant('looker', 'Looker', { role: 'viewer' }),
      tenant('crowd', 'Crowd'),
    ],
    version: '0.1.0',
  }
}

const settings = {
  name: 'Northpier',
  zone: ZONE,
  currency: 'EUR',
  countryCode: '353',
  internationalPrefixes: ['00'],
  nationalPrefix: '0',
  stripPrefixes: ['9'],
  planId: 1,
  legal: { address: ['12 Harbour Row', 'Cork'], taxId: 'IE 0000000X', taxRate: '0.23', iban: '' },
}

/**
 * Cookie `mock=out` is somebody who is not signed in; tenant `new` is empty, `starter` until a file is imported; tenant
 * `broken` fails on everything, `crowd` has 100,000 calls.
 */
function answer(data: Data, method: string, url: URL, body: string, cookie: string): Reply {
  const path = url.pathname.replace('/api/v1', '')
  const params = Object.fromEntries(url.searchParams)
  if (path === '/session') return answerSession(data, method, body, cookie)
  if (cookie.includes('mock=out')) return problem(401, 'signed-out', 'Sign in first')
  if (params.tenant === 'broken' && path !== '/sources') {
    return problem(503, 'database-away', 'The database cannot be reached', 'The database did not answer within 5 s.')
  }
  const empty = params.tenant === 'new'
  return method === 'GET' ? read(data, path, params, empty) : write(data, method, path, body, params)
}

function answerSession({ session }: Data, method: string, body: string, cookie: string): Reply {
  if (method === 'DELETE') return { status: 204, headers: { 'set-cookie': 'mock=out; Path=/' } }
  if (method === 'POST') {
    const { password } = JSON.parse(body) as { password: string }
    if (password !== 'right-password') return problem(401, 'wrong-password', 'Email or password is wrong')
    return { status: 200, body: { token: '', session }, headers: { 'set-cookie': 'mock=in; Path=/' } }
  }
  return cookie.includes('mock=out') ? problem(401, 'signed-out', 'Sign in first') : { status: 200, body: session }
}

function read(data: Data, path: string, params: Params, empty: boolean): Reply {
  const { calls, accounts, invoices, imports, rejects, sources } = data
  const [, room = '', id] = path.split('/')
  switch (room) {
    case 'stats':
      return ok(kept(data, params, () => answerStats(empty ? [] : calls, params)))
    case 'trunk-load':
      return ok(answerLoad(empty ? [] : calls, params, data.nowMs))
    case 'calls':
      return id ? oneCall(data, id) : ok(callsPage(data.finding, params, empty))
    case 'missed-calls':
      return ok(kept(data, { ...params, room }, () => missedCalls(empty ? [] : calls, params)))
    case 'departments':
      return ok(page(data.departments.list()))
    case 'accounts':
      return ok(page(empty ? [] : accounts))
    case 'invoices':
      return id
        ? oneInvoice(data, id)
        : ok(page(empty ? [] : invoices.filter((one) => !params.account || one.account.code === params.account)))
    case 'imports':
      return ok(page(empty ? [] : imports))
    case 'rejects':
      return ok(page(empty ? [] : rejects))
    case 'sources':
      return ok(page(empty ? [] : sources))
    case 'restitches':
      return ok(page(empty ? [] : [zoneOrder(data.nowMs)]))
    case 'push-tokens':
      return ok(
        page([
          {
            id: 1,
            source: 'archive',
            name: 'billing-export',
            createdAt: new Date(data.nowMs - 86_400_000).toISOString(),
            usedAt: null,
          },
        ]),
      )
    case 'feeds':
      return ok(page(empty ? [] : makeFeeds(data.nowMs)))
    case 'data-health':
      return ok(dataHealth(calls, data.nowMs, Number(params.hours ?? 72), empty))
    case 'rules':
      return ok(rulesAnswer(data.nowMs, params.source ?? ''))
    case 'tenants':
      return ok(settings)
    default:
      return (
        readFound(data.finding, room) ??
        readTariffs(data, path, params, empty) ??
        problem(404, 'not-found', 'There is no such thing')
      )
  }
}

/** Adding up 28,000 calls takes longer than any page should: an answer is kept until something is written. */
function kept({ answers }: Data, params: Params, make: () => unknown): unknown {
  const key = JSON.stringify(params)
  if (!answers.has(key)) answers.set(key, make())
  return answers.get(key)
}

function oneCall({ calls, finding }: Data, key: string): Reply {
  const call = [...calls, ...(finding.crowd ?? [])].find((one) => one.key === key)
  return found(call && callDetail(call))
}

function oneInvoice({ calls, invoices }: Data, id: string): Reply {
  const invoice = invoices.find((one) => one.id === id)
  return found(invoice && invoiceDetail(invoice, calls))
}

function write(data: Data, method: string, path: string, body: string, params: Params): Reply {
  const { imports, invoices } = data
  data.answers.clear()
  const answered = writeFound(data.finding, method, path, body)
  if (answered) return answered
  const departments = data.departments.write(method, path, body)
  if (departments) return departments
  const tariffs = writeTariffs(data, method, path, body)
  if (tariffs) return tariffs
  if (path === '/data-health/check') {
    return { ...ok(dataHealth(data.calls, data.nowMs, Number(params.hours ?? 72), false)), announce: ['sources'] }
  }
  if (path === '/imports') {
    if (body.includes('not-cdr'))
      return problem(422, 'not-cdr', 'This is not a file of call records', 'The first line has 3 columns.')
    data.session = withCalls(data.session, params.tenant)
    return { status: 202, body: [imports[0]], announce: ['imports', 'calls', 'stats'] }
  }
  if (path === '/push-tokens') return { status: 201, body: { id: 2, token: 'tbp_k3v9x2m7q4' } }
  if (path === '/feeds/check') {
    return ok(
      body.includes('nothing.csv')
        ? { ok: false, kind: 'missing', detail: 'no such file' }
        : { ok: true, kind: 'cdr_csv-21', detail: '8,412,006 bytes' },
    )
  }
  const rules = writeRules(data.calls, method, path)
  if (rules) return rules
  if (path.endsWith('/check')) {
    const steps = [
      { ok: true, kind: 'reach', detail: '127.0.0.1:5038' },
      { ok: true, kind: 'login', detail: 'Asterisk 22.10.1' },
      { ok: false, kind: 'cdr', detail: 'cdr_manager is off: calls would not be sent' },
    ]
    return ok({ ok: false, steps })
  }
  if (path === '/invoices/run')
    return ok({ month: (JSON.parse(body) as { month: string }).month, created: 5, unchanged: 0, invoices })
  if (path === '/rejects/retry') return ok({ tried: 2, recovered: 1, stillRejected: 1 })
  if (path === '/me' && body.includes('currentPassword":"wrong'))
    return problem(401, 'wrong-password', 'Email or password is wrong')
  return method === 'DELETE' ? { status: 204 } : ok({})
}

/** The session after a tenant has got its first calls. */
function withCalls(session: SessionInfo, slug: string | undefined): SessionInfo {
  const { firstCallAt = null, lastCallAt = null } = session.tenants[0] ?? {}
  const tenants = session.tenants.map((one) =>
    one.slug === slug ? { ...one, isEmpty: false, firstCallAt, lastCallAt } : one,
  )
  return { ...session, tenants }
}

function page<T>(items: readonly T[]) {
  return { items, next: null }
}
