// The fake PBX told from the other side of its socket: logins, masks, cuts at a byte, a kill, and the rows beside it.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FakeAsterisk, fakeAsterisk } from './fake-asterisk.ts'

let dir: string
let pbx: FakeAsterisk
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tollbook-fake-'))
  pbx = await fakeAsterisk(dir, 3)
})
afterEach(async () => {
  await pbx.close()
  rmSync(dir, { recursive: true, force: true })
})

const count = (text: string, of: RegExp) => text.match(of)?.length ?? 0

async function listener(
  events: string,
  sessions = 1,
): Promise<{ readonly socket: Socket; heard(): string; readonly ended: Promise<unknown> }> {
  const socket = connect(pbx.port, pbx.host)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.write(`Action: Login\r\nUsername: ${pbx.username}\r\nSecret: ${pbx.secret}\r\nEvents: ${events}\r\n\r\n`)
  await pbx.loggedIn(sessions)
  return { socket, heard: () => text, ended }
}

test('a session hears what its mask lets through, and the file has every row', async () => {
  const all = await listener('system,cdr,call')
  const few = await listener('cdr', 2)
  await pbx.tell(20, 20)
  await pbx.close()
  await Promise.all([all.ended, few.ended])
  const legs = pbx.truth.calls.flatMap((call) => call.legs)
  expect(count(all.heard(), /^Event: Cdr\r$/gm)).toBe(legs.length)
  expect(count(all.heard(), /^Event: CEL\r$/gm)).toBe(pbx.truth.cel)
  expect(all.heard()).toMatch(/Event: FullyBooted\r\n.*\r\nUptime: 100000\r/)
  expect(count(few.heard(), /^Event: Cdr\r$/gm)).toBe(legs.length)
  expect(few.heard()).not.toContain('Event: CEL')
  expect(pbx.truth.missed).toEqual([])
  expect(readFileSync(pbx.masterCsv, 'utf8').split('\n').length).toBe(legs.length + 1)
})

test('cut at a byte, it knows which legs nobody can have', async () => {
  const first = await listener('cdr')
  pbx.cutAfter(4321)
  await pbx.tell(10, 10)
  await first.ended
  const heard = count(first.heard(), /^Event: Cdr\r\n(?:.+\r\n)+\r\n/gm)
  const legs = pbx.truth.calls.flatMap((call) => call.legs).length
  expect(Buffer.byteLength(first.heard().slice(first.heard().indexOf('Event: Cdr')))).toBe(4321)
  expect(pbx.truth.missed.length).toBe(legs - heard)
  expect(pbx.truth.missed.length).toBeGreaterThan(0)
})

test('killed with calls up, these have no leg and no row; after the restart it counts from 0', async () => {
  await pbx.tell(3, 3)
  await pbx.kill(2, 0)
  const again = await listener('system')
  await pbx.tell(1, 1)
  expect(pbx.truth.killed.length).toBe(2)
  expect(Math.min(...pbx.truth.calls.at(-1)!.legs.map((leg) => leg.sequence))).toBe(0)
  const rows = readFileSync(pbx.masterCsv, 'utf8')
  for (const linkedid of pbx.truth.killed) expect(rows).not.toContain(`"${linkedid}"`)
  await pbx.close()
  await again.ended
  expect(again.heard()).toContain('Uptime: 0\r')
})
