// AMI over HTTP of a real Asterisk, behind a wire that is cut while calls are placed: every Cdr comes, once.

import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { systemClock } from '@tollbook/kernel'
import { noRealAsterisk, type RealAsterisk, realAsterisk } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CDR_FORMATS, type CdrRow, cdrReader } from '../index.ts'
import { type AmiNotice, amiRecords, connectAmi } from './index.ts'

const reason = noRealAsterisk()
if (reason !== undefined) console.log(`AMI over HTTP of a real Asterisk is not tested: ${reason}`)

const CUTS = 5
const CALLS = 40

describe.skipIf(reason !== undefined)('AMI over HTTP of a real Asterisk', () => {
  let asterisk: RealAsterisk
  const wire = { cut: false, sockets: new Set<Socket>() }
  const server = createServer((near) => {
    if (wire.cut) return near.destroy()
    const far = connect(asterisk.httpPort, asterisk.host)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      wire.sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })

  beforeAll(async () => {
    asterisk = await realAsterisk()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }, 600_000)
  afterAll(async () => {
    for (const socket of wire.sockets) socket.destroy()
    server.close()
    await asterisk?.stop()
  })

  test('short cuts lose nothing', { timeout: 240_000 }, async () => {
    const records = amiRecords()
    const cdrs: CdrRow[] = []
    const notices: AmiNotice[] = []
    let changed = () => {}
    const until = async (ready: () => boolean) => {
      while (!ready()) await new Promise<void>((resolve) => (changed = resolve))
    }
    const { host, username, secret } = asterisk
    const ami = connectAmi({
      ...{
        host,
        port: (server.address() as AddressInfo).port,
        username,
        secret,
        transport: 'http',
        clock: systemClock,
      },
      onMessages: (messages) => {
        cdrs.push(...records.push(messages).flatMap((r) => (r.kind === 'cdr' ? [r.row] : [])))
        changed()
      },
      onState: () => changed(),
      onNotice: (notice) => notices.push(notice),
    })
    await until(() => ami.state().state === 'live')
    const calls = asterisk.load(CALLS)
    for (let cut = 0; cut < CUTS; cut++) {
      const seen = cdrs.length
      await until(() => cdrs.length > seen)
      wire.cut = true
      for (const socket of wire.sockets) socket.destroy()
      await until(() => ami.state().detail !== '')
      wire.cut = false
      await until(() => ami.state().detail === '')
    }
    await calls
    const rows = rowsOf(asterisk.masterCsv)
    // A cut that met an answer on its way may have cost what was in it; then that is told.
    const doubted = () => notices.some((n) => n.kind === 'answer-lost')
    await until(() => cdrs.length >= rows.length || doubted())
    const key = (row: CdrRow) => `${row.uniqueid}|${row.sequence}`
    expect(new Set(cdrs.map(key)).size).toBe(cdrs.length)
    expect(rows.map(key)).toEqual(expect.arrayContaining(cdrs.map(key)))
    if (!doubted()) expect(cdrs.length).toBe(rows.length)
    expect(notices.map((n) => n.kind)).not.toContain('disconnected')
    await ami.stop()
  })
})

function rowsOf(file: string): CdrRow[] {
  const reader = cdrReader(CDR_FORMATS.find((f) => f.name === 'cdr_csv-21')!)
  return [...reader.push(readFileSync(file)), ...reader.end()].flatMap((i) => (i.kind === 'row' ? [i.row] : []))
}
