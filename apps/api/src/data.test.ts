// Proves for imports, rejects, sources and tenants: 200 202 204 400 403 404 409 413 415 422.

import { readdir } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { ImportRow, RejectRow, SourceRow } from './schemas/data.ts'
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
const CDR = '"","201","204","internal","""Ada"" <201>","PJSIP/201-1","PJSIP/204-1"\n'

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
    expect(rows.map((r) => [r.filename, r.state, r.bytesTotal, r.format])).toEqual([
      ['Master.csv', 'queued', CDR.length, 'cdr_csv-18'],
      ['b.csv.gz', 'queued', zipped.length, 'cdr_csv-18'],
    ])
    expect(
      api.asked
        .slice(-3)
        .map(([deed, , what]) => [deed, typeof what === 'string' ? what : (what as { zone: string }).zone]),
    ).toEqual([
      ['ensureSource', 'north'],
      ['createImport', '+03:00'],
      ['createImport', '+03:00'],
    ])
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
    await api.as('operator', 'POST', '/rejects/retry', {})
    expect(api.asked.at(-1)).toEqual(['retryRejects', 1, undefined])
    const keys = [
      { source: 'pbx', key: uuid(70) },
      { source: 'far', key: uuid(72) },
    ]
    const report = await api.as('operator', 'POST', '/rejects/retry', { keys })
    expect(await report.json()).toEqual({ tried: 2, recovered: 1, stillRejected: 1 })
    expect(api.asked.at(-1)).toEqual(['retryRejects', 1, [{ sourceId: 1, key: uuid(70) }]])
    const dismissed = await api.as('operator', 'POST', '/rejects/dismiss', { keys })
    expect(await dismissed.json()).toEqual({ dismissed: 1 })
    expect((await api.as('operator', 'POST', '/rejects/dismiss', {})).status).toBe(422)
  })
})

describe('sources', () => {
  const AMI = { host: '127.0.0.1', port: 5038, username: 'tollbook', secret: 'quiet' }

  it('200: connects one; the secret does not come back', async () => {
    const response = await api.as('admin', 'PUT', '/sources/pbx/ami', AMI)
    expect(response.status).toBe(200)
    expect(api.asked.at(-1)).toEqual(['setAmiConnection', 1, AMI])
    await insertRows(db(), 'ami_connection', [
      {
        source_id: 1,
        host: AMI.host,
        port: AMI.port,
        username: AMI.username,
        secret_sealed: Buffer.from('quiet'),
        changed_at: new Date(NOW_MS),
      },
    ])
    const text = await (await api.as('viewer', 'GET', '/sources')).text()
    expect(text).not.toContain('quiet')
    const { items } = JSON.parse(text) as wire.Page<wire.SourceRow>
    for (const item of items) SourceRow.parse(item)
    expect(items).toMatchObject([{ name: 'pbx', state: 'connecting', ami: { port: 5038, enabled: true } }])
  })

  it('422: refuses line ends, which would be further headers', async () => {
    for (const bad of [{ username: 'a\r\nAction: x' }, { secret: '' }, { port: 0 }, { host: undefined }]) {
      expect((await api.as('admin', 'PUT', '/sources/pbx/ami', { ...AMI, ...bad })).status).toBe(422)
    }
  })

  it('200: checks with given settings or the stored ones; 404 when there are none; 422 for half of them', async () => {
    expect((await api.as('admin', 'POST', '/sources/new/check', AMI)).status).toBe(200)
    expect(api.asked.at(-1)).toEqual(['checkAmi', undefined, AMI])
    expect((await api.as('admin', 'POST', '/sources/pbx/check', {})).status).toBe(200)
    expect(api.asked.at(-1)).toEqual(['checkAmi', 1, undefined])
    expect((await api.as('admin', 'POST', '/sources/new/check', {})).status).toBe(404)
    expect((await api.as('admin', 'POST', '/sources/pbx/check', { host: 'x' })).status).toBe(422)
  })

  it("204: disconnects; 404 for another tenant's", async () => {
    expect((await api.as('admin', 'DELETE', '/sources/pbx/ami')).status).toBe(204)
    expect(api.asked.at(-1)).toEqual(['removeAmiConnection', 1])
    expect((await api.as('admin', 'DELETE', '/sources/far/ami')).status).toBe(404)
  })
})

describe('tenants', () => {
  it('200: tells and changes the settings', async () => {
    const legal = { address: ['1 Quay Street', '都柏林'], taxId: 'IE1', taxRate: '0.23', iban: '' }
    const change = { zone: 'Asia/Shanghai', currency: 'CNY', internationalPrefixes: ['00'], countryCode: '86', legal }
    expect((await api.as('admin', 'PATCH', '/tenants/main', change)).status).toBe(200)
    expect(await (await api.as('viewer', 'GET', '/tenants/main')).json()).toEqual({
      name: 'Main',
      nationalPrefix: '',
      ...change,
    })
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
    expect(api.asked.at(-1)).toEqual(['deleteTenant', 3])
    expect((await api.as('root', 'DELETE', '/tenants/main')).status).toBe(409)
    expect((await api.as('admin', 'DELETE', '/tenants/sample')).status).toBe(403)
  })
})
