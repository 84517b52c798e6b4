// Proves for imports, rejects, sources and tenants: 200 202 204 400 403 404 409 413 415 422.

import { readdir } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { openSecret } from '@tollbook/runtime'
import { fakeAmi, insertRows, recorded, testCertificate, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { AmiCheck, ImportRow, RejectRow, SourceRow } from './schemas/data.ts'
import { TEST_CONFIG, testApi } from './testing/test-api.ts'
import { makeWorld, NOW_MS, uuid } from './testing/world.ts'
import type * as wire from './wire.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

const page = async <T>(path: string) => (await (await api.as('viewer', 'GET', path)).json()) as wire.Page<T>
const CDR =
  '"acme","201","00353860001111","internal","""Ada"" <201>","PJSIP/201-00000001","PJSIP/north-00000002","Dial","PJSIP/north","2026-11-01 09:00:00","2026-11-01 09:00:07","2026-11-01 09:01:08",68,61,"ANSWERED","DOCUMENTATION","1793523600.1",""\n'

function form(files: Record<string, string | Uint8Array<ArrayBuffer>>, fields: Record<string, string> = {}): FormData {
  const data = new FormData()
  for (const [name, content] of Object.entries(files)) data.append('file', new File([content], name))
  for (const [name, value] of Object.entries(fields)) data.set(name, value)
  return data
}
const send = (body: unknown) => api.as('operator', 'POST', '/imports', body)
const stored = () => readdir(TEST_CONFIG.uploadDir)

describe('imports', () => {
  it('202: queues each file, plain or zipped, with fields after the files', async () => {
    const zipped = new Uint8Array(gzipSync(CDR.repeat(10)))
    const response = await send(form({ 'Master.csv': CDR, '../b.csv.gz': zipped }, { source: 'north', zone: '+03:00' }))
    expect(response.status).toBe(202)
    const rows = (await response.json()) as wire.ImportRow[]
    for (const row of rows) ImportRow.parse(row)
    expect(rows.map((r) => [r.filename, r.state, r.bytesTotal, r.source])).toEqual([
      ['Master.csv', 'queued', CDR.length, 'north'],
      ['b.csv.gz', 'queued', zipped.length, 'north'],
    ])
    const ids = rows.map((r) => r.id)
    const { rows: queued } = await db().pool.query('select zone_asked from import where import_id = any($1)', [ids])
    expect(queued).toEqual([{ zone_asked: '+03:00' }, { zone_asked: '+03:00' }])
    expect(await stored()).toHaveLength(2)
  })

  it('422: refuses all files when one holds no calls, and keeps none', async () => {
    const before = await stored()
    for (const bad of ['hello,world\n', '', new Uint8Array(gzipSync('hello')), new Uint8Array([0x1f, 0x8b, 1, 2])]) {
      const response = await send(form({ 'Master.csv': CDR, 'notes.txt': bad }))
      expect(response.status).toBe(422)
      expect(await response.json()).toMatchObject({ kind: 'not-cdr', detail: expect.stringContaining('notes.txt') })
    }
    expect(await stored()).toEqual(before)
    expect((await db().pool.query(`select 1 from import where filename = 'notes.txt'`)).rowCount).toBe(0)
  })

  it('202 for channel events and for a mapping of one’s own with its columns, 422 without', async () => {
    const custom = recorded('asterisk-22/Custom.csv').toString()
    expect((await send(form({ 'Custom.csv': custom }))).status).toBe(422)
    const columns = 'uniqueid,linkedid,sequence,start,answer,end,duration,billsec,disposition,carrier,userfield'
    const data = new FormData()
    data.set('columns', columns)
    data.set('file', new File([custom], 'Custom.csv'))
    expect((await send(data)).status).toBe(202)
    const kept = await db().q.selectFrom('import').select('columns').where('filename', '=', 'Custom.csv').execute()
    expect(kept).toEqual([{ columns }])
    expect((await send(form({ 'Cel.csv': recorded('asterisk-22/Cel.csv').toString() }))).status).toBe(202)
    await db().pool.query(`delete from import where filename in ('Custom.csv', 'Cel.csv')`)
  })

  it('400 for a broken form, 413 for too much, 415 for no form, 422 for a wrong zone or no file', async () => {
    const before = await stored()
    expect((await send({ file: 'x' })).status).toBe(415)
    expect((await send(form({ 'a.csv': CDR + 'x'.repeat(1024 * 1024) }))).status).toBe(413)
    expect((await send(form({}, { zone: 'auto' }))).status).toBe(422)
    const zone = await send(form({ 'a.csv': CDR }, { zone: 'Dublin' }))
    expect([zone.status, ((await zone.json()) as wire.Problem).fields?.[0]?.field]).toEqual([422, 'zone'])
    const cut = api.app.request('http://localhost/api/v1/imports', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x', authorization: await bearer() },
      body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nPJSIP/',
    })
    expect((await cut).status).toBe(400)
    expect(await stored()).toEqual(before)
  })

  async function bearer(): Promise<string> {
    const { startSession } = await import('@tollbook/directory/people')
    return `Bearer ${await startSession(db(), uuid(102), NOW_MS)}`
  }

  it("200: newest first in pages; one by id; 404 for another tenant's", async () => {
    const first = await page<wire.ImportRow>('/imports?limit=1')
    expect(first.items.map((i) => i.filename)).toEqual(['Later.csv'])
    expect((await page<wire.ImportRow>(`/imports?limit=1&cursor=${first.next}`)).items[0]?.filename).toBe('Master.csv')
    const one = (await (await api.as('viewer', 'GET', `/imports/${uuid(60)}`)).json()) as wire.ImportRow
    expect(one).toMatchObject({ read: 84, source: 'pbx', finishedAt: new Date(NOW_MS).toISOString() })
    expect((await api.as('viewer', 'GET', `/imports/${uuid(62)}`)).status).toBe(404)
  })
})

describe('rejects', () => {
  it('200: the open ones of this tenant, with their bytes as far as they are text', async () => {
    const { items } = await page<wire.RejectRow>('/rejects')
    for (const item of items) RejectRow.parse(item)
    expect(items).toMatchObject([{ source: 'pbx', key: uuid(70), filename: 'Master.csv', line: 12, raw: '"x",\ufffd' }])
    expect((await page(`/rejects?import=${uuid(61)}`)).items).toEqual([])
  })

  it('200: tries all or some again, and never those of another tenant', async () => {
    const all = await api.as('operator', 'POST', '/rejects/retry', {})
    expect(await all.json()).toEqual({ tried: 1, recovered: 0, stillRejected: 1 })
    const keys = [
      { source: 'pbx', key: uuid(70) },
      { source: 'far', key: uuid(72) },
    ]
    const some = await api.as('operator', 'POST', '/rejects/retry', { keys })
    expect(await some.json()).toEqual({ tried: 1, recovered: 0, stillRejected: 1 })
    const none = await api.as('operator', 'POST', '/rejects/retry', { keys: [] })
    expect(await none.json()).toEqual({ tried: 0, recovered: 0, stillRejected: 0 })
    const dismissed = await api.as('operator', 'POST', '/rejects/dismiss', { keys })
    expect(await dismissed.json()).toEqual({ dismissed: 1 })
    expect((await page('/rejects')).items).toEqual([])
    expect((await api.as('operator', 'POST', '/rejects/dismiss', {})).status).toBe(422)
  })
})

describe('sources', () => {
  const BAD_WAYS = [
    { transport: 'udp' },
    { auth: 'none' },
    { caPem: 'no PEM' },
    { httpPath: 'a b' },
    { serverName: 'a/b' },
  ]
  const AMI = { host: '127.0.0.1', port: 5038, username: 'tollbook', secret: 'quiet' }

  it('200: connects one; the secret is sealed and does not come back', async () => {
    const response = await api.as('admin', 'PUT', '/sources/pbx/ami', AMI)
    expect(SourceRow.parse(await response.json())).toMatchObject({
      name: 'pbx',
      state: 'connecting',
      ami: { host: AMI.host, port: 5038, username: 'tollbook', enabled: true, transport: 'tcp', auth: 'auto' },
    })
    const { rows } = await db().pool.query('select secret_sealed from ami_connection where source_id = 1')
    expect(rows[0].secret_sealed.includes('quiet')).toBe(false)
    expect(openSecret(api.secretKey, rows[0].secret_sealed)).toBe('quiet')
    expect(await (await api.as('viewer', 'GET', '/sources')).text()).not.toContain('quiet')
  })

  it('422: refuses line ends, which would be further headers', async () => {
    for (const bad of [{ username: 'a\r\nAction: x' }, { secret: '' }, { port: 0 }, { host: undefined }, ...BAD_WAYS]) {
      expect((await api.as('admin', 'PUT', '/sources/pbx/ami', { ...AMI, ...bad })).status).toBe(422)
    }
  })

  it('200: checks with given settings or the stored ones, and says how far it came', async () => {
    const asterisk = await fakeAmi()
    const { host, port, username, secret } = asterisk
    const check = async (body: object) => (await api.as('admin', 'POST', '/sources/pbx/check', body)).json()
    const right = AmiCheck.parse(await check({ host, port, username, secret }))
    expect(right).toMatchObject({ ok: true, steps: [{ kind: 'reach' }, { kind: 'banner' }, { kind: 'login' }] })
    await api.as('admin', 'PUT', '/sources/pbx/ami', { host, port, username, secret })
    expect(await check({})).toMatchObject({ ok: true })
    expect(await check({ host, port, username, secret: 'wrong' })).toMatchObject({
      ok: false,
      steps: [{ ok: true }, { ok: true }, { ok: false, kind: 'login' }],
    })
    await asterisk.close()
    expect(await check({})).toMatchObject({ ok: false, steps: [{ ok: false, kind: 'reach' }] })
  })

  it('200: keeps the way, and checks the certificate on it', async () => {
    const certificate = testCertificate()
    const asterisk = await fakeAmi({ certificate })
    const { host, port, username, secret } = asterisk
    const way = { transport: 'tls', auth: 'md5', caPem: certificate.ca, serverName: certificate.name, httpPath: '/a' }
    const put = await api.as('admin', 'PUT', '/sources/pbx/ami', { host, port, username, secret, ...way })
    expect(SourceRow.parse(await put.json()).ami).toEqual({ host, port, username, enabled: true, ...way })
    const check = async (body: object) => (await api.as('admin', 'POST', '/sources/pbx/check', body)).json()
    expect(await check({})).toMatchObject({
      ok: true,
      steps: [{ kind: 'reach' }, { kind: 'trust' }, { kind: 'banner' }, { kind: 'login' }],
    })
    expect(await check({ host, port, username, secret, transport: 'tls' })).toMatchObject({
      ok: false,
      steps: [
        { ok: true, kind: 'reach' },
        { ok: false, kind: 'trust' },
      ],
    })
    await asterisk.close()
  })

  it('404: checks nothing where nothing is stored; 422 for half of the settings', async () => {
    expect((await api.as('admin', 'POST', '/sources/new/check', {})).status).toBe(404)
    expect((await api.as('admin', 'POST', '/sources/pbx/check', { host: 'x' })).status).toBe(422)
  })

  it("204: disconnects; 404 the second time and for another tenant's", async () => {
    const zoned = await api.as('admin', 'PUT', '/sources/pbx/zone', { zone: 'Europe/Dublin' })
    expect([zoned.status, await zoned.json()]).toMatchObject([200, { name: 'pbx', zone: 'Europe/Dublin' }])
    expect((await api.as('admin', 'PUT', '/sources/pbx/zone', { zone: 'Atlantis' })).status).toBe(422)
    expect((await api.as('admin', 'PUT', '/sources/nowhere/zone', { zone: 'UTC' })).status).toBe(404)
    expect((await api.as('operator', 'PUT', '/sources/pbx/zone', { zone: 'UTC' })).status).toBe(403)
    expect((await api.as('admin', 'DELETE', '/sources/pbx/ami')).status).toBe(204)
    expect((await page<wire.SourceRow>('/sources')).items.find((s) => s.name === 'pbx')?.ami).toBeNull()
    expect((await api.as('admin', 'DELETE', '/sources/pbx/ami')).status).toBe(404)
    expect((await api.as('admin', 'DELETE', '/sources/far/ami')).status).toBe(404)
  })
})

describe('tenants', () => {
  it('200: tells and changes the settings', async () => {
    const legal = { address: ['1 Quay Street', '都柏林'], taxId: 'IE1', taxRate: '0.23', iban: '' }
    const change = { zone: 'Asia/Shanghai', internationalPrefixes: ['00'], countryCode: '86', legal }
    expect((await api.as('admin', 'PATCH', '/tenants/main', change)).status).toBe(200)
    const after = await (await api.as('viewer', 'GET', '/tenants/main')).json()
    expect(after).toEqual({
      planId: 0,
      maskNumbers: 'none',
      stripPrefixes: [],
      name: 'Main',
      nationalPrefix: '',
      currency: 'EUR',
      ...change,
    })
    // The whole form sent back, as the page does.
    expect(await (await api.as('admin', 'PATCH', '/tenants/main', after)).json()).toEqual(after)
  })

  it('409: keeps the currency once money is counted in it, 200 before', async () => {
    expect((await api.as('admin', 'PATCH', '/tenants/main', { currency: 'CNY' })).status).toBe(409)
    const free = await api.as('root', 'PATCH', '/tenants/sample', { currency: 'CNY' })
    expect(await free.json()).toMatchObject({ currency: 'CNY' })
  })

  it('422: refuses zones and currencies nobody knows', async () => {
    for (const bad of [
      { zone: 'Mars/Olympus' },
      { currency: 'XYZ' },
      { legal: { taxRate: '23' } },
      { countryCode: '+86' },
    ]) {
      expect((await api.as('admin', 'PATCH', '/tenants/main', bad)).status).toBe(422)
    }
  })

  it('204: deletes the sample; 409 for any other', async () => {
    expect((await api.as('root', 'DELETE', '/tenants/sample')).status).toBe(204)
    expect((await api.as('root', 'GET', '/tenants/sample')).status).toBe(404)
    expect((await api.as('root', 'DELETE', '/tenants/main')).status).toBe(409)
    expect((await api.as('admin', 'DELETE', '/tenants/sample')).status).toBe(403)
  })
})
