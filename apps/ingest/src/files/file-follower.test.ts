// The follower against a writer that appends in random pieces and rotates in every way, and is itself killed at random
// moments: every row of every file once, in whatever order these things come. What is stored is a map here, kept or
// thrown away with its checkpoint as a transaction would be.

import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { CDR_FORMATS, recordReader } from '@tollbook/asterisk'
import { zoneConverter } from '@tollbook/calls'
import { recordTaker } from '@tollbook/calls/files'
import { asSourceId } from '@tollbook/kernel'
import { recorded } from '@tollbook/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { FileFollower, type FileLot } from './file-follower.ts'
import type { FileSettings } from './tell-format.ts'

const root = mkdtempSync(join(tmpdir(), 'tollbook-follow-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const UTC = zoneConverter('UTC')!
const SOURCE = asSourceId(1)
const NEVER = new AbortController().signal
let clock = Date.UTC(2026, 10, 24)

let folders = 0
function folder(): string {
  const path = join(root, String(++folders))
  mkdirSync(path)
  return path
}

/** The same numbers for the same seed (mulberry32). */
function random(seed: number) {
  let a = seed
  return (below: number) => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** What a database would hold: rows by key, and the checkpoint of the same transaction. */
class Stored {
  readonly keys = new Set<string>()
  readonly rejects: string[] = []
  position: unknown
  lots: FileLot[] = []
  /** Before or behind the commit of the next lot the process dies. */
  dies: 'before' | 'behind' | undefined

  async store(lot: FileLot): Promise<void> {
    const dies = this.dies
    this.dies = undefined
    if (dies === 'before') throw new Error('killed')
    for (const leg of lot.batch.legs) this.keys.add(`${leg.callKey} ${leg.legKey}`)
    for (const event of lot.batch.cel) this.keys.add(`${event.callKey} ${event.eventKey}`)
    for (const event of lot.batch.queue) this.keys.add(`${event.callKey} ${event.eventKey}`)
    for (const reject of lot.batch.rejects) this.rejects.push(reject.raw.toString())
    this.position = JSON.parse(JSON.stringify(lot.position))
    this.lots.push(lot)
    if (dies === 'behind') throw new Error('killed')
  }
}

function follower(stored: Stored, settings: Partial<FileSettings> & { path: string }): FileFollower {
  return new FileFollower({
    ...{ settings: { content: 'auto', ...settings }, sourceId: SOURCE, zone: UTC, otherwise: UTC },
    load: async () => stored.position,
    store: (lot) => stored.store(lot),
    now: () => (clock += 1000),
  })
}

/** Keys of these rows, read as one file. */
function keysOf(rows: readonly string[]): Set<string> {
  const cdr = CDR_FORMATS.find((f) => f.name === 'cdr_csv-18')!
  const reader = recordReader({ kind: 'cdr', name: cdr.name, cdr })
  const batch = recordTaker(SOURCE, UTC, UTC).take([...reader.push(Buffer.from(rows.join(''))), ...reader.end()])
  expect(batch.rejects).toEqual([])
  return new Set(batch.legs.map((leg) => `${leg.callKey} ${leg.legKey}`))
}

/** Eighteen columns, without sequence: equal rows are told apart by counting them. Some rows span lines. */
function row(n: number, userfield = ''): string {
  const at = (s: number) => new Date((1_795_440_000 + n + s) * 1000).toISOString().slice(0, 19).replace('T', ' ')
  return (
    `"a","100","20${n % 10}","out","""A"" <100>","SIP/a-${n}","SIP/t-${n}","Dial","x","${at(0)}","${at(2)}","${at(9)}",` +
    `9,7,"ANSWERED","DOCUMENTATION","${1_795_440_000 + n}.${n}","${userfield}"\n`
  )
}

/** A PBX writing Master.csv and a logrotate at work beside it. */
class Writer {
  readonly dir = folder()
  readonly path = join(this.dir, 'Master.csv')
  readonly written: string[] = []
  readonly #pick: (below: number) => number
  #tick = 1_795_440_000
  #n = 0
  /** Rest of a row that is being written, and into which file. */
  #rest: { bytes: string; path: string } | undefined

  constructor(pick: (below: number) => number) {
    this.#pick = pick
  }

  #append(path: string, bytes: string): void {
    appendFileSync(path, bytes)
    this.#touch(path)
  }

  #touch(path: string): void {
    const at = ++this.#tick
    utimesSync(path, at, at)
  }

  append(): void {
    if (!this.#rest) {
      const kind = this.#pick(8)
      // Not as the first of a file: two files of one inode and one content are one file to anybody who looks.
      const isFirst = !existsSync(this.path) || statSync(this.path).size === 0
      const again = isFirst ? undefined : this.written.at(-1)
      const text = kind === 0 && again ? again : row(++this.#n, kind === 1 ? 'two\nlines' : kind === 2 ? 'ä€' : '')
      this.written.push(text)
      this.#rest = { bytes: text, path: this.path }
    }
    const { bytes, path } = this.#rest
    const cut = this.#pick(3) === 0 ? 1 + this.#pick(bytes.length) : bytes.length
    this.#append(path, bytes.slice(0, cut))
    this.#rest = cut < bytes.length ? { bytes: bytes.slice(cut), path } : undefined
  }

  finishRow(): void {
    if (this.#rest) this.#append(this.#rest.path, this.#rest.bytes)
    this.#rest = undefined
  }

  /** Older ones make room: .1 becomes .2, packed or not. */
  #makeRoom(): void {
    for (let n = 9; n >= 1; n--) {
      for (const end of ['', '.gz']) {
        const from = `${this.path}.${n}${end}`
        if (existsSync(from)) renameSync(from, `${this.path}.${n + 1}${end}`)
      }
    }
  }

  rename(): void {
    if (!existsSync(this.path) || statSync(this.path).size === 0) return
    this.finishRow()
    this.#makeRoom()
    if (this.#pick(3) === 0) {
      // The row under way goes on in the renamed file.
      const text = row(++this.#n)
      this.written.push(text)
      const cut = 1 + this.#pick(text.length - 1)
      this.#append(this.path, text.slice(0, cut))
      this.#rest = { bytes: text.slice(cut), path: `${this.path}.1` }
    }
    renameSync(this.path, `${this.path}.1`)
    if (this.#pick(2) === 0) writeFileSync(this.path, '')
  }

  copyTruncate(): void {
    if (!existsSync(this.path) || statSync(this.path).size === 0) return
    this.finishRow()
    this.#makeRoom()
    copyFileSync(this.path, `${this.path}.1`)
    this.#touch(`${this.path}.1`)
    truncateSync(this.path, 0)
    this.#touch(this.path)
  }

  pack(): void {
    this.finishRow()
    const n = 1 + this.#pick(3)
    const plain = `${this.path}.${n}`
    if (!existsSync(plain)) return
    const { mtime } = statSync(plain)
    writeFileSync(`${plain}.gz`, gzipSync(readFileSync(plain)))
    utimesSync(`${plain}.gz`, mtime, mtime)
    rmSync(plain)
  }
}

async function run(seed: number, steps: number): Promise<void> {
  const pick = random(seed)
  const writer = new Writer(pick)
  const stored = new Stored()
  let following = follower(stored, { path: writer.path })
  const look = async (): Promise<boolean> => {
    try {
      return (await following.look(NEVER)).isCaughtUp
    } catch (error) {
      if ((error as Error).message !== 'killed') throw error
      await following.close()
      following = follower(stored, { path: writer.path })
      return false
    }
  }
  writer.append()
  writer.finishRow()
  // A file is followed from the moment it is seen: what was rotated away before was not asked for. From then on it is
  // known by its beginning, also when not one row is stored.
  stored.dies = pick(2) === 0 ? 'behind' : undefined
  await look()
  for (let i = 0; i < steps; i++) {
    const what = pick(40)
    if (what < 22) writer.append()
    else if (what < 31) await look()
    else if (what < 33) writer.rename()
    else if (what < 35) writer.copyTruncate()
    else if (what < 37) writer.pack()
    else {
      stored.dies = (['before', 'behind', undefined] as const)[pick(3)]
      if (what === 39) {
        await following.close()
        following = follower(stored, { path: writer.path })
      }
    }
  }
  writer.finishRow()
  writer.append()
  writer.finishRow()
  stored.dies = undefined
  for (let i = 0; i < 80 && !(await look()); i++);
  await following.close()
  expect(stored.rejects, `seed ${seed}`).toEqual([])
  expect([...stored.keys].sort(), `seed ${seed}`).toEqual([...keysOf(writer.written)].sort())
}

describe('every row once', () => {
  it('while files are renamed, copied, cut off, packed, and the follower is killed', async () => {
    for (let seed = 1; seed <= 60; seed++) await run(seed, 120)
    // Killed twice shortly after each other: what was counted before the first start counts after the second.
    await run(241, 120)
  }, 60_000)
})

describe('what a look says', () => {
  const looks = (stored: Stored, path: string, more: Partial<FileSettings> = {}) => {
    const following = follower(stored, { path, ...more })
    return { look: () => following.look(NEVER), close: () => following.close() }
  }

  it('waits for a file that is not there or empty, and reads it from its first row on', async () => {
    const path = join(folder(), 'Master.csv')
    const stored = new Stored()
    const { look, close } = looks(stored, path)
    expect(await look()).toMatchObject({ state: 'waiting', detail: 'the file is not there' })
    writeFileSync(path, '')
    expect(await look()).toMatchObject({ state: 'waiting', isCaughtUp: false })
    appendFileSync(path, row(1).slice(0, 50))
    expect(await look()).toMatchObject({ state: 'waiting' })
    appendFileSync(path, row(1).slice(50))
    expect(await look()).toMatchObject({ state: 'live', detail: '', read: 1, behindBytes: 0, isCaughtUp: true })
    appendFileSync(path, row(2).slice(0, 50))
    expect(await look()).toMatchObject({ read: 1, behindBytes: 50 })
    await close()
  })

  it.each([
    ['root:x:0:0:root:/root:/bin/bash\n', {}, /1 column/],
    [recorded('asterisk-22/Cel.csv'), { content: 'cdr' }, /channel events, and call records were asked for/],
    [recorded('asterisk-22/scenarios/answered.ami'), {}, /recorded AMI stream/],
    [recorded('asterisk-22/Custom.csv'), {}, /cdr_custom/],
    [gzipSync(recorded('asterisk-22/Master.csv')), {}, /will not grow/],
  ] as const)('refuses a wrong file before anything is stored: %#', async (bytes, more, reason) => {
    const path = join(folder(), 'Master.csv')
    writeFileSync(path, bytes)
    const stored = new Stored()
    const { look, close } = looks(stored, path, more)
    expect(await look()).toMatchObject({ state: 'refused', detail: expect.stringMatching(reason), read: 0 })
    expect(stored.lots).toEqual([])
    // Once it is the right one it is read.
    writeFileSync(path, more && 'content' in more ? row(1) : recorded('asterisk-22/Master.csv'))
    expect((await look()).state).toBe('live')
    await close()
  })

  it('reads channel events, queue logs and mappings of one’s own', async () => {
    const columns = 'uniqueid,linkedid,sequence,start,answer,end,duration,billsec,disposition,carrier,userfield'
    for (const [name, count, more] of [
      ['Cel.csv', 885, {}],
      ['queue_log', 13, { content: 'queue_log' }],
      ['Custom.csv', 120, { columns }],
    ] as const) {
      const path = join(folder(), name)
      writeFileSync(path, recorded(`asterisk-22/${name}`))
      const stored = new Stored()
      const { look, close } = looks(stored, path, more)
      expect(await look()).toMatchObject({ state: 'live', read: count, isCaughtUp: true, zone: 'UTC' })
      expect([stored.keys.size, stored.rejects]).toEqual([count, []])
      await close()
    }
  })

  it('covers what it told of without a break, and says when rows were lost', async () => {
    const path = join(folder(), 'Master.csv')
    const stored = new Stored()
    writeFileSync(path, row(1) + row(2))
    const first = looks(stored, path)
    const begin = 1_795_440_000_000
    const { coverage } = await first.look()
    expect(coverage?.fromMs).toBe(begin + 10_000)
    expect(coverage?.untilMs).toBeGreaterThan(begin + 11_000)
    await first.close()
    // Rotated away twice and removed while nobody looked.
    rmSync(path)
    writeFileSync(path, row(50) + row(51))
    const second = looks(stored, path)
    const look = await second.look()
    expect(look).toMatchObject({ state: 'live', detail: expect.stringMatching(/gone before it was read/) })
    expect(stored.lots.at(-1)?.coverage).toEqual({ fromMs: begin + 59_000, untilMs: begin + 60_000 })
    expect(stored.keys.size).toBe(4)
    await second.close()
  })

  it('covers nothing by the copy of one account’s rows', async () => {
    const path = join(folder(), 'a.csv')
    writeFileSync(path, row(1) + row(2))
    const stored = new Stored()
    const { look, close } = looks(stored, path)
    expect((await look()).coverage).toBeUndefined()
    expect(stored.lots.map((lot) => lot.coverage)).toEqual([undefined, undefined]) // where it begins, then the rows
    await close()
  })
})
