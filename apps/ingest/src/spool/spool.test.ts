// A spool read back is what was put in, wherever a crash cut it; what cannot be read is told; what does not fit is counted.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AmiMessage, AmiParser, isRecordOrPart } from '@tollbook/asterisk/ami'
import { recorded } from '@tollbook/testkit'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { decodeFact, NOTHING_KNOWN, type SpoolGap } from './facts.ts'
import { readFrames } from './frames.ts'
import { openSpool, type Spool } from './spool.ts'
import { type SpoolItem, spoolReader } from './spool-reader.ts'
import { RECORD_KIND } from './spool-record.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const MIB = 1024 * 1024
const dirs: string[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true })
})

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tollbook-spool-'))
  dirs.push(dir)
  return dir
}

function open(dir: string, bytesMax = 64 * MIB): Spool {
  return openSpool({ dir, bytesMax, log: quiet, onWritten() {}, onTrouble() {} })
}

const messages = new AmiParser().push(recorded('asterisk-22/all-cdr-cel.ami')).filter(isRecordOrPart)
const plain = (m: AmiMessage) => [m.suspect, m.raw.toString('latin1')]

async function readAll(spool: Spool, from = 0): Promise<SpoolItem[]> {
  const reader = spoolReader(from)
  const all: SpoolItem[] = []
  for (let some = await reader.read(spool, 4096); some.length > 0; some = await reader.read(spool, 4096)) {
    all.push(...some)
  }
  await reader.close()
  return all
}

async function messagesOf(items: readonly SpoolItem[]): Promise<AmiMessage[]> {
  const all: AmiMessage[] = []
  for (const item of items) {
    if (item.what === 'record' && item.kind === RECORD_KIND.frames) all.push(...(await readFrames(item.bytes)))
  }
  return all
}

const gapsOf = (items: readonly SpoolItem[]): SpoolGap[] =>
  items.flatMap((item) => (item.what === 'record' && item.kind === RECORD_KIND.fact ? decodeFact(item.bytes).gaps : []))

/** A spool whose messages were written in several runs; the directory is closed. */
async function written(runs: readonly (readonly AmiMessage[])[]): Promise<string> {
  const dir = newDir()
  for (const run of runs) {
    const spool = open(dir)
    for (let at = 0; at < run.length; at += 10) {
      spool.addMessages(run.slice(at, at + 10), 1000 + at)
      spool.addFact({ state: { ...spool.state, heardAtMs: 1000 + at }, gaps: [] }, 1000 + at)
    }
    await spool.close()
  }
  return dir
}

test('what was put in comes out, over several runs, suspect marks too', async () => {
  const huge = new AmiParser().push(recorded('asterisk-22/scenarios/hugefield.ami')).filter(isRecordOrPart)
  const dir = await written([messages.slice(0, 300), [], huge, messages.slice(300)])
  const spool = open(dir)
  const read = await messagesOf(await readAll(spool))
  await spool.close()
  expect(read.map(plain)).toEqual([...messages.slice(0, 300), ...huge, ...messages.slice(300)].map(plain))
  expect(huge.some((m) => m.suspect !== '')).toBe(true)
})

test('of all that a PBX sends only records are kept', () => {
  const all = new AmiParser().push(
    Buffer.from(
      [
        'Asterisk Call Manager/11.0.0',
        'Event: Newchannel\r\nPrivilege: call,all\r\n',
        'Event: CEL\r\nPrivilege: call,all\r\n',
      ]
        .concat(
          'Event: Cdr\r\nDuration: 99999\r\n',
          'LinkedID: 1.2\r\nSequence: 7\r\n',
          'Response: Success\r\nActionID: 5\r\n',
        )
        .concat('Event: QueueCallerJoin\r\nPrivilege: agent,all\r\n', '')
        .join('\r\n'),
    ),
  )
  expect(all.filter(isRecordOrPart).map((m) => [m.kind, m.name])).toEqual([
    ['event', 'CEL'],
    ['event', 'Cdr'],
    ['other', ''],
    ['event', 'QueueCallerJoin'],
  ])
})

test('cut at any byte, the whole records before the cut are read, nothing else, and the spool goes on', async () => {
  const dir = await written([messages.slice(0, 60)])
  const name = readdirSync(dir).find((file) => file.endsWith('.spool'))!
  const whole = readFileSync(join(dir, name))
  const before = open(dir)
  const items = await readAll(before)
  await before.close()
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: whole.length }), async (cut) => {
      for (const file of readdirSync(dir)) if (file.endsWith('.spool')) rmSync(join(dir, file))
      writeFileSync(join(dir, name), whole)
      truncateSync(join(dir, name), cut)
      const spool = open(dir)
      spool.addMessages(messages.slice(60, 61), 5000)
      await spool.close()
      const again = open(dir)
      const read = await readAll(again)
      await again.close()
      const kept = items.filter((item) => item.next <= cut)
      expect(read.filter((item) => item.what === 'damage')).toEqual([])
      expect((await messagesOf(read)).map(plain)).toEqual(
        [...(await messagesOf(kept)), ...messages.slice(60, 61)].map(plain),
      )
    }),
    { numRuns: 40 },
  )
})

test('a byte changed anywhere costs its record, and is told', async () => {
  const dir = await written([messages.slice(0, 60)])
  const path = join(dir, readdirSync(dir).find((file) => file.endsWith('.spool'))!)
  const whole = readFileSync(path)
  const first = open(dir)
  const items = await readAll(first)
  await first.close()
  const last = items.at(-1)!
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: last.position - 1 }), async (at) => {
      const broken = Buffer.from(whole)
      broken[at] = broken[at]! ^ 0x55
      writeFileSync(path, broken)
      const spool = open(dir)
      const read = await readAll(spool)
      await spool.close()
      const hit = items.find((item) => at < item.next)!
      expect(read.filter((item) => item.what === 'damage')).toHaveLength(1)
      expect(read.filter((item) => item.what === 'record').map((item) => item.position)).toEqual(
        items.filter((item) => item !== hit).map((item) => item.position),
      )
    }),
    { numRuns: 40 },
  )
})

/** Resolves with the next write. */
function openTold(dir: string, bytesMax: number): { readonly spool: Spool; written(): Promise<void> } {
  let told = Promise.withResolvers<void>()
  const onWritten = () => {
    told.resolve()
    told = Promise.withResolvers<void>()
  }
  return { spool: openSpool({ dir, bytesMax, log: quiet, onWritten, onTrouble() {} }), written: () => told.promise }
}

/** One message a millisecond, in one go: nothing is written meanwhile. */
function addAtOnce(spool: Spool, count: number, fromMs: number): void {
  for (let i = 0; i < count; i++) spool.addMessages([messages[(fromMs + i) % messages.length]!], fromMs + i)
}

describe('full', () => {
  test('the gap ends when there is room, though no message comes: at the last one dropped, with the count', async () => {
    const dir = newDir()
    const bytesMax = 128 * 1024
    const { spool, written } = openTold(dir, bytesMax)
    addAtOnce(spool, 400, 1000)
    expect(spool.state.open).toMatchObject([{ cause: 'spool-full', untilMs: null }])
    const { fromMs } = spool.state.open[0]!
    // On the disk it is small: there is room again as soon as it is written.
    while (spool.state.open.length > 0) await written()
    await spool.close()
    const items = await readAll(spool)
    const dropped = 400 - (await messagesOf(items)).length
    expect(dropped).toBeGreaterThan(0)
    // From two seconds before the first one dropped: it was raised some time before it came.
    expect(fromMs).toBe(1400 - dropped - 2000)
    expect(gapsOf(items)).toEqual([
      { cause: 'spool-full', fromMs, untilMs: null, detail: '' },
      { cause: 'spool-full', fromMs, untilMs: 1399, detail: `${dropped} events dropped` },
    ])
    const bytes = readdirSync(dir).reduce((sum, file) => sum + statSync(join(dir, file)).size, 0)
    expect(bytes).toBeLessThan(bytesMax + 4096)
  })

  test('while the disk is full it stays open, and ends when what is stored was deleted', async () => {
    const { spool, written } = openTold(newDir(), 32 * 1024)
    let at = 1000
    for (; spool.state.open.length === 0 || spool.end < 31 * 1024; at += 40) {
      addAtOnce(spool, 40, at)
      await written()
    }
    addAtOnce(spool, 40, at)
    expect(spool.state.open).toMatchObject([{ cause: 'spool-full', untilMs: null }])
    await spool.release(spool.end)
    expect(spool.state.open).toEqual([])
    await spool.close()
    expect(gapsOf(await readAll(spool)).at(-1)).toMatchObject({ cause: 'spool-full', untilMs: at + 39 })
  })
})

test('a segment begins with what is on the disk, not with what is still to be written: a crash between forgets no gap', async () => {
  const { spool, written } = openTold(newDir(), 64 * 1024)
  const heard = (heardAtMs: number, gaps: readonly SpoolGap[] = []) =>
    spool.addFact({ state: { ...spool.state, heardAtMs, open: gaps }, gaps }, heardAtMs)
  heard(1000)
  addAtOnce(spool, 40, 1001)
  await written()
  // Asked to be written, and before it is, something newer is told.
  heard(2000)
  addAtOnce(spool, 1, 2001)
  const gap: SpoolGap = { cause: 'disconnected', fromMs: 2500, untilMs: null, detail: '' }
  heard(3000, [gap])
  await spool.close()
  expect(spool.segments.length).toBeGreaterThan(1)
  const facts = (await readAll(spool)).flatMap((item) =>
    item.what === 'record' && item.kind === RECORD_KIND.fact ? [decodeFact(item.bytes)] : [],
  )
  expect(facts.find(({ state }) => state.open.length > 0)?.gaps).toEqual([gap])
})

test('a segment deleted while it is looked back into is told as damage, and what follows is read', async () => {
  const { spool, written } = openTold(newDir(), 64 * 1024)
  for (const at of [1000, 2000, 3000]) {
    addAtOnce(spool, 40, at)
    await written()
  }
  await spool.close()
  const known = { segments: spool.segments.map((segment) => ({ ...segment })), end: spool.end }
  expect(known.segments.length).toBeGreaterThan(1)
  const whole = await readAll(spool)
  const [first] = known.segments
  rmSync(first!.path)
  const reader = spoolReader(0)
  const items: SpoolItem[] = []
  for (let some = await reader.read(known, 4096); some.length > 0; some = await reader.read(known, 4096)) {
    items.push(...some)
  }
  await reader.close()
  expect(items[0]).toEqual({ what: 'damage', position: 0, next: first!.size })
  expect(items.slice(1)).toEqual(whole.filter((item) => item.position >= first!.size))
})

test('while another process has it, it cannot be opened; once that is gone, it can', async () => {
  const dir = newDir()
  const holder = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' })
  const stat = readFileSync(`/proc/${holder.pid}/stat`, 'latin1')
  writeFileSync(join(dir, 'owner'), `${holder.pid} ${stat.slice(stat.lastIndexOf(')')).split(' ')[20]}`)
  expect(() => open(dir)).toThrow(`process ${holder.pid} has this spool`)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  await open(dir).close()
})

test('stored segments are deleted, the newest stays, and the state is known from it', async () => {
  const dir = newDir()
  const spool = open(dir, 512 * 1024)
  const state = { ...NOTHING_KNOWN, heardAtMs: 77, bootedAtMs: 55 }
  spool.addFact({ state, gaps: [] }, 1000)
  for (let i = 0; i < 40; i++) {
    spool.addMessages(messages.slice(0, 100), 2000 + i)
    spool.addFact({ state, gaps: [] }, 2000 + i)
  }
  await spool.close()
  const again = open(dir, 512 * 1024)
  expect(again.state).toEqual(state)
  again.addMessages(messages.slice(0, 1), 3000)
  await again.close()
  expect(again.segments.length).toBeGreaterThan(1)
  await again.release(again.end)
  expect(again.segments).toHaveLength(1)
  expect(readdirSync(dir).filter((file) => file.endsWith('.spool'))).toHaveLength(1)
  const last = open(dir)
  expect(last.state).toEqual({ ...state, heardAtMs: 3000 })
  expect(last.spoolId).toBe(spool.spoolId)
  await last.close()
})
