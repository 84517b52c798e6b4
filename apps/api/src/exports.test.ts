// Exports: each format says the same, a workbook is one that others can read, and what is asked wrongly is refused.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { type Cell, type Table, workbook, written } from '@tollbook/exports'
import { openDuck } from '@tollbook/stats/columns'
import { insertRows, testDatabase } from '@tollbook/testkit'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApiEnv } from './api-deps.ts'
import { refusalOf } from './problem.ts'
import { sendTable } from './send-table.ts'
import { TEST_CONFIG, testApi } from './testing/test-api.ts'
import { makeWorld } from './testing/world.ts'

const db = testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'tollbook-exports-'))
afterAll(() => rmSync(folder, { recursive: true }))
/** Longer than a double in Parquet, so told as text. */
const WHOLE = new Set(['talk_seconds', 'ring_seconds', 'wait_seconds', 'duration_seconds', 'legs', 'cause', 'country'])
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})

const get = (path: string) => api.as('viewer', 'GET', path)
const text = async (path: string) => (await get(path)).text()

describe('GET /calls/export', () => {
  it('200: tells the same calls in every format', async () => {
    const lines = (await text('/calls/export?format=ndjson')).trimEnd().split('\n')
    const objects = lines.map((line) => JSON.parse(line))
    expect(objects.length).toBeGreaterThan(2)
    expect(JSON.parse(await text('/calls/export?format=json'))).toEqual(objects)
    expect(await text('/calls/export')).toBe(await text('/calls.csv'))
    const book = await get('/calls/export?format=xlsx')
    expect(book.headers.get('content-disposition')).toBe('attachment; filename="calls-main.xlsx"')
    const files = unzipped(Buffer.from(await book.arrayBuffer()))
    const sheet = files.get('xl/worksheets/sheet1.xml')!
    expect(sheet.match(/<row>/g)).toHaveLength(objects.length + 1)
    for (const { key } of objects) expect(sheet).toContain(key)
  })

  it('200: Parquet has the same calls, with types', async () => {
    const objects = JSON.parse(await text('/calls/export?format=json'))
    const answer = await get('/calls/export?format=parquet')
    expect(answer.headers.get('content-type')).toBe('application/vnd.apache.parquet')
    const file = join(folder, 'calls.parquet')
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()))
    const duck = await (await openDuck(folder)).connect()
    const types = await duck.rows(`select column_name, column_type from (describe select * from '${file}')`)
    const rows =
      await duck.rows(`select * replace (epoch_ms(started_at)::double as started_at, epoch_ms(answered_at)::double as answered_at,
      epoch_ms(ended_at)::double as ended_at) from '${file}'`)
    duck.close()
    const ms = (iso: string | null) => (iso === null ? null : Date.parse(iso))
    expect(
      rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([k, v]) => [k, WHOLE.has(k) && v !== null ? Number(v) : v])),
      ),
    ).toEqual(
      objects.map((o: Record<string, string | null>) => ({
        ...o,
        ...{ started_at: ms(o.started_at!), answered_at: ms(o.answered_at!), ended_at: ms(o.ended_at!) },
      })),
    )
    const typeOf = Object.fromEntries(types.map((t) => [t.column_name, t.column_type]))
    expect(typeOf).toMatchObject({ started_at: 'TIMESTAMP WITH TIME ZONE', revenue: 'DECIMAL(18,6)', to: 'VARCHAR' })
    expect(readdirSync(join(TEST_CONFIG.uploadDir, 'columns', 'spill'))).toEqual([])
  })

  it('answers a problem, not half a file, when the first page cannot be read', async () => {
    const pages = (async function* (): AsyncGenerator<Cell[][]> {
      throw Object.assign(new Error('gone'), { code: '57014' })
      // biome-ignore lint/correctness/noUnreachable: a generator has to yield
      yield []
    })()
    const app = new Hono<ApiEnv>()
    app.onError((fault, c) => c.json(refusalOf(fault).kind, 422))
    app.get('/', (c) =>
      sendTable(c, { log: { error() {} }, columns: undefined }, 'calls', 'csv', { columns: [], pages }),
    )
    const answer = await app.request('/')
    expect([answer.status, await answer.json()]).toEqual([422, 'too-wide'])
  })

  it('200: chooses columns in the order asked for, and the zone of the times', async () => {
    const utc = await text('/calls/export?columns=key,started_at')
    const there = await text('/calls/export?columns=key,started_at&zone=Asia/Kolkata')
    expect(utc).toMatch(/^key,started_at\r\n/)
    const starts = (csv: string) =>
      csv
        .trimEnd()
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(',')[1]!)
    expect(starts(there)[0]).toMatch(/\+05:30$/)
    expect(starts(there).map(Date.parse)).toEqual(starts(utc).map((iso) => Math.trunc(Date.parse(iso) / 1000) * 1000))
  })

  it('400: an unknown column, zone or format', async () => {
    for (const query of ['columns=key,nothing', 'zone=Mars/Base', 'format=pdf']) {
      expect((await get(`/calls/export?${query}`)).status, query).toBe(400)
    }
  })

  it('masks numbers in every format for whoever sees masks', async () => {
    const whole = JSON.parse(await text('/calls/export?format=json')) as Record<string, string>[]
    await db().pool.query(`update tenant set mask_numbers = 'viewers' where tenant_id = 1`)
    const masked = JSON.parse(await text('/calls/export?format=json')) as Record<string, string>[]
    const [csv, ndjson] = [await text('/calls/export'), await text('/calls/export?format=ndjson')]
    const book = unzipped(Buffer.from(await (await get('/calls/export?format=xlsx')).arrayBuffer()))
    const file = join(folder, 'masked.parquet')
    writeFileSync(file, Buffer.from(await (await get('/calls/export?format=parquet')).arrayBuffer()))
    await db().pool.query(`update tenant set mask_numbers = 'none' where tenant_id = 1`)
    const duck = await (await openDuck(folder)).connect()
    const rows = await duck.rows(`select "from", "to", key from '${file}'`)
    duck.close()
    const seen = masked.map(({ from, to, key }) => ({ from, to, key }))
    expect(rows).toEqual(seen)
    expect(masked.map((call) => call.key)).toEqual(whole.map((call) => call.key))
    expect(
      ndjson
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(masked)
    for (const all of [csv, ndjson, book.get('xl/worksheets/sheet1.xml')!, JSON.stringify(rows)]) {
      expect(all).toContain('•••••')
      expect(all).not.toContain('00353860001111')
    }
  })
})

describe('GET /stats/export', () => {
  it('200: has the rows of /stats, the metrics in the order asked for', async () => {
    const query = 'from=2026-11-01&to=2026-11-03&by=outcome&metrics=revenue,calls'
    const { rows } = JSON.parse(await text(`/stats?${query}`))
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.parse(await text(`/stats/export?format=json&${query}`))).toEqual(rows)
    expect(await text(`/stats/export?${query}`)).toMatch(/^key,label,revenue,calls\r\n/)
    expect((await get(`/stats/export?${query}&by=nothing`)).status).toBe(400)
    const compared = `${query}&compare=weekday`
    const { rows: now, before } = JSON.parse(await text(`/stats?${compared}`))
    expect(now).toEqual(rows)
    const file = JSON.parse(await text(`/stats/export?format=json&${compared}`))
    expect(file.map((row: Record<string, unknown>) => [row.key, row.calls, row.calls_before])).toEqual(
      before.rows.map((row: Record<string, unknown>, i: number) => [row.key, now[i]?.calls ?? null, row.calls]),
    )
    expect((await get(`/stats?${query}&compare=yesterday`)).status).toBe(400)
  })
})

describe('a workbook', () => {
  it('keeps text as text and numbers as numbers, and drops what XML has no place for', async () => {
    const sheet = unzipped(
      await bytesOf(
        workbook(
          table([
            ['=1+1', 5],
            ['a<b&\u0001c', '0.254167'],
            [null, 'x'],
          ]),
        ),
      ),
    ).get('xl/worksheets/sheet1.xml')
    expect(sheet).toContain('<c t="inlineStr"><is><t xml:space="preserve">=1+1</t></is></c><c><v>5</v></c>')
    expect(sheet).toContain('>a&lt;b&amp;c<')
    expect(sheet).toContain('<v>0.254167</v>')
    expect(sheet).toContain('<c/><c t="inlineStr"><is><t xml:space="preserve">x</t>')
  })

  it('has times as dates on the clock of their zone, each shown with its offset', async () => {
    const times = ['2026-10-25T01:30:00+01:00', '2026-10-25T01:30:00+00:00', '2026-11-02T12:00:00.250Z', 'no instant']
    const columns = [{ name: 'at', kind: 'instant' as const }]
    const files = unzipped(await bytesOf(workbook({ ...table(times.map((one) => [one])), columns })))
    const cells = [...files.get('xl/worksheets/sheet1.xml')!.matchAll(/<c s="(\d)"><v>([\d.]+)<\/v>/g)]
    const clock = (day: string) => new Date(Math.round((Number(day) - 25_569) * 86_400_000)).toISOString()
    const shown = [...files.get('xl/styles.xml')!.matchAll(/formatCode="yyyy-mm-dd hh:mm:ss&quot; ([^&]+)&quot;"/g)]
    expect(cells.map(([, style, day]) => `${clock(day!)} ${shown[Number(style) - 1]![1]}`)).toEqual([
      '2026-10-25T01:30:00.000Z +01:00',
      '2026-10-25T01:30:00.000Z +00:00',
      '2026-11-02T12:00:00.250Z UTC',
    ])
    expect(files.get('xl/worksheets/sheet1.xml')).toContain('>no instant<')
  })

  it('goes on in further sheets, none of them empty', async () => {
    const rows = Array.from({ length: 8 }, (_, i): Cell[] => [`r${i}`, i])
    const files = unzipped(await bytesOf(workbook(table(rows, 3), 5)))
    const names = [...files.keys()].filter((name) => name.includes('/sheet'))
    expect(names).toEqual(['xl/worksheets/sheet1.xml', 'xl/worksheets/sheet2.xml'])
    expect(names.map((name) => files.get(name)!.match(/>r\d</g))).toEqual([
      ['>r0<', '>r1<', '>r2<', '>r3<'],
      ['>r4<', '>r5<', '>r6<', '>r7<'],
    ])
  })

  it('reads no further than is taken, and closes the pages when its reader leaves', async () => {
    let read = 0
    let closed = false
    const pages = (async function* () {
      try {
        for (;;) yield Array.from({ length: 1_000 }, (): Cell[] => [`row ${read++}`, read * 7919])
      } finally {
        closed = true
      }
    })()
    const pieces = written('xlsx', { columns: table([]).columns, pages })[Symbol.asyncIterator]()
    for (let n = 0; n < 3; n++) await pieces.next()
    expect(read).toBeLessThan(20_000)
    await pieces.return?.()
    expect(closed).toBe(true)
  })
})

function table(rows: readonly (readonly Cell[])[], page = 100): Table {
  const columns = [
    { name: 'name', kind: 'text' },
    { name: 'amount', kind: 'number' },
  ] as const
  const pages = (async function* () {
    for (let at = 0; at < rows.length; at += page) yield rows.slice(at, at + page)
  })()
  return { columns, pages }
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const piece of pieces) chunks.push(piece)
  return Buffer.concat(chunks)
}

/** By the central directory, as readers do. */
function unzipped(zip: Buffer): Map<string, string> {
  const files = new Map<string, string>()
  const end = zip.length - 22
  let at = zip.readUInt32LE(end + 16)
  for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
    const nameLength = zip.readUInt16LE(at + 28)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const start = zip.readUInt32LE(at + 42) + 30 + nameLength
    files.set(name, inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(at + 20))).toString())
    at += 46 + nameLength
  }
  return files
}
