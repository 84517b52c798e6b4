// A fake PBX that keeps the truth: it places calls of recorded shapes, tells them over AMI, writes Master.csv as cdr_csv
// does, and knows every leg, call and second. It can be cut off at any byte, fall silent, be restarted and be killed.

import { appendFileSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CallShape, callShapes, type ShapeName } from './call-shapes.ts'
import { type ManagerDoor, managerDoor } from './manager-door.ts'
import { type PlacedCall, type PlacedEvent, placeCall, type TrueCall, type TrueLeg } from './place-call.ts'
import { type Seeded, seeded } from './seeded.ts'

export type PbxTruth = {
  /** Calls that ended: every leg of them is in Master.csv. */
  readonly calls: readonly TrueCall[]
  /** Linkedids of calls that a kill ended: CEL begun and never ended, no Cdr, no row. */
  readonly killed: readonly string[]
  /** CEL events of all calls, told or not; nobody else keeps them. */
  readonly cel: number
  /** When each of them was told, milliseconds, by linkedid. */
  readonly celAt: ReadonlyMap<string, readonly number[]>
  /** Legs of which no session got the whole Cdr, and when that was, milliseconds: what a gap has to cover. */
  readonly missed: readonly { readonly leg: TrueLeg; readonly atMs: number }[]
  /** Queue and CEL events of which no session got the whole. */
  readonly missedEvents: number
}

export type FakeAsterisk = Pick<
  ManagerDoor,
  'port' | 'username' | 'secret' | 'cutAfter' | 'loggedIn' | 'logins' | 'drop'
> & {
  readonly host: '127.0.0.1'
  readonly masterCsv: string
  /** All that was written so far: rotated files first, then Master.csv. */
  csvFiles(): string[]
  readonly truth: PbxTruth
  /** Answers and sends nothing any more until it is false again. */
  silent: boolean
  /** Places calls, their events interleaved, in bursts over about `ms` milliseconds. */
  tell(calls: number, ms: number, shapes?: readonly ShapeName[]): Promise<void>
  /** Calls of some time ago, before anybody listened: only Master.csv has them. */
  history(calls: number): void
  /** Ends all at once, as `kill -9`, with `callsUp` calls begun; it comes up again after `downMs`. */
  kill(callsUp: number, downMs: number): Promise<void>
  /** As `core restart now`: says Shutdown, ends, comes up again after `downMs`. */
  restart(downMs: number): Promise<void>
  /** Renames Master.csv away, as logrotate does; the next record makes a new one. */
  rotate(): void
  close(): Promise<void>
}

const MOST_RESTARTS = 20
const UP_BEFORE_S = 100_000

/** Starts one on a free port; `dir` gets Master.csv. The seed decides all but the clock. */
export async function fakeAsterisk(dir: string, seed: number): Promise<FakeAsterisk> {
  const random = seeded(seed)
  const shapes = callShapes()
  const masterCsv = join(dir, 'Master.csv')
  let bootedMs = Date.now() - UP_BEFORE_S * 1000
  let counters = { channel: 0, sequence: 0, name: 0 }
  let restarts = 0
  let files = 0
  const door = await managerDoor(() => (Date.now() - bootedMs) / 1000)
  const truth = {
    calls: [] as TrueCall[],
    killed: [] as string[],
    cel: 0,
    celAt: new Map<string, number[]>(),
    missed: [] as PbxTruth['missed'][number][],
    missedEvents: 0,
  }
  writeFileSync(masterCsv, '')

  const place = (among: readonly CallShape[], agoS = 0) => {
    const charged = among.filter((shape) => shape.charged)
    // Every other call costs something, though few shapes do.
    const shape = random.pick(charged.length > 0 && random.below(2) === 0 ? charged : among)
    return placeCall(shape, Math.floor(Date.now() / 1000) - agoS, counters, random)
  }
  const noteCel = (linkedid: string, nowMs: number) => {
    const toldAt = truth.celAt.get(linkedid)
    truth.cel++
    if (toldAt) toldAt.push(nowMs)
    else truth.celAt.set(linkedid, [nowMs])
  }
  const tellEvent = (event: PlacedEvent) => {
    const nowMs = Date.now()
    if (event.row !== undefined) appendFileSync(masterCsv, event.row)
    if (event.kind === 'cel') noteCel(event.linkedid, nowMs)
    const kind = event.kind === 'cdr' ? 'cdr' : event.kind === 'cel' ? 'call' : 'agent'
    const whole = sendInParts(door, kind, Buffer.from(event.frame(nowMs * 1000)), random)
    if (!whole && event.leg !== undefined) truth.missed.push({ leg: event.leg, atMs: nowMs })
    else if (!whole) truth.missedEvents++
  }
  const comeUp = async (downMs: number) => {
    await door.shut()
    if (++restarts > MOST_RESTARTS) throw new Error(`a fake PBX restarts ${MOST_RESTARTS} times at most`)
    // Channels go on being counted: a real PBX takes some seconds to come up, and its uniqueids begin with the second.
    counters = { ...counters, sequence: 0, name: 0 }
    await sleep(downMs)
    bootedMs = Date.now()
    await door.reopen()
  }
  return {
    ...{ host: '127.0.0.1', masterCsv, truth, port: door.port, username: door.username, secret: door.secret },
    ...{ cutAfter: door.cutAfter, loggedIn: door.loggedIn, logins: door.logins, drop: door.drop },
    get silent() {
      return door.silent
    },
    set silent(silent) {
      door.silent = silent
    },
    async tell(calls, ms, names) {
      const among = names === undefined ? shapes : shapes.filter((shape) => names.includes(shape.name))
      const placed = Array.from({ length: calls }, () => place(among))
      const events = interleave(placed, random)
      for (const { truth: call } of placed) truth.calls.push(call)
      const burst = Math.max(1, Math.ceil((events.length * PAUSE_MS) / Math.max(ms, 1)))
      for (let i = 0; i < events.length; i++) {
        tellEvent(events[i]!)
        if (i % burst === burst - 1) await sleep(PAUSE_MS)
      }
    },
    history(calls) {
      for (let i = 0; i < calls; i++) {
        const { truth: call, events } = place(shapes, HISTORY_S)
        truth.calls.push(call)
        for (const { row } of events) if (row !== undefined) appendFileSync(masterCsv, row)
      }
    },
    async kill(callsUp, downMs) {
      for (let i = 0; i < callsUp; i++) {
        const { truth: call, events } = place(shapes)
        truth.killed.push(call.linkedid)
        const firstCdr = events.findIndex((event) => event.kind === 'cdr')
        // Of some calls all events are told before the first Cdr: those were over.
        for (const event of events.slice(0, Math.min(firstCdr, events.length >> 1))) tellEvent(event)
      }
      await comeUp(downMs)
    },
    async restart(downMs) {
      door.send('system', Buffer.from(SHUTDOWN))
      await comeUp(downMs)
    },
    rotate() {
      if (existsSync(masterCsv)) renameSync(masterCsv, `${masterCsv}.${++files}`)
    },
    csvFiles: () => [...Array.from({ length: files }, (_, i) => `${masterCsv}.${i + 1}`), masterCsv],
    close: () => door.shut(),
  }
}

const PAUSE_MS = 5
const HISTORY_S = 60
const SHUTDOWN = 'Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\nRestart: True\r\n\r\n'

/** Mostly whole, sometimes in two writes: frames do not keep to packets. */
function sendInParts(door: ManagerDoor, kind: 'cdr' | 'call' | 'agent', bytes: Buffer, random: Seeded): boolean {
  if (random.below(4) > 0) return door.send(kind, bytes)
  const middle = random.below(bytes.length)
  const first = door.send(kind, bytes.subarray(0, middle))
  return door.send(kind, bytes.subarray(middle)) && first
}

/** The events of all calls, each call's in order, the calls mixed: an index of the calls that still have something to say. */
function interleave(calls: readonly PlacedCall[], random: Seeded): PlacedEvent[] {
  const open = calls.map((call) => ({ events: call.events, next: 0 }))
  const mixed: PlacedEvent[] = []
  while (open.length > 0) {
    // The first few only, so that calls end while others have not begun.
    const i = random.below(Math.min(open.length, 4))
    const call = open[i]!
    mixed.push(call.events[call.next++]!)
    if (call.next === call.events.length) open.splice(i, 1)
  }
  return mixed
}
