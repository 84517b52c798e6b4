// A recorded shape told again as another call: new channels, sequence numbers, times, numbers and a talk of another
// length. What is computed here is what Asterisk would have computed, so the rows and the truth can be kept with it.

import { createHash } from 'node:crypto'
import { type CallShape, headerOf, type ShapeFrame } from './call-shapes.ts'
import { csvRow } from './csv-row.ts'
import type { Seeded } from './seeded.ts'

/** What a PBX counts; a restart begins anew. */
export type PbxCounters = { channel: number; sequence: number; name: number }

export type TrueLeg = {
  readonly uniqueid: string
  readonly sequence: number
  readonly billsec: number
  readonly durationS: number
  readonly disposition: string
}

export type TrueCall = {
  readonly linkedid: string
  readonly shape: CallShape['name']
  readonly legs: readonly TrueLeg[]
  /** CEL events of the call. */
  readonly cel: number
  /** What its account owes for; undefined = nothing. */
  readonly charged: { readonly account: string; readonly number: string; readonly seconds: number } | undefined
}

/** One thing a PBX says: the AMI frame, the class it belongs to, and the row of Master.csv that goes with it. */
export type PlacedEvent = {
  readonly kind: 'cdr' | 'cel' | 'queue'
  readonly linkedid: string
  readonly frame: (sentAtUs: number) => string
  readonly row: string | undefined
  readonly leg: TrueLeg | undefined
}

export type PlacedCall = { readonly truth: TrueCall; readonly events: readonly PlacedEvent[] }

/** Places a call whose last event is in the second `endS`. */
export function placeCall(shape: CallShape, endS: number, counters: PbxCounters, random: Seeded): PlacedCall {
  const rewrite = rewriting(shape, endS, counters, random)
  const linkedid = rewrite.value('LinkedID', headerOf(shape.frames[0]!, 'LinkedID'))
  const events = shape.frames.map((frame): PlacedEvent => {
    const headers = frame.headers.map(([name, value]): [string, string] => [name, rewrite.value(name, value)])
    if (frame.event === 'Cdr') rewrite.lengths(frame, headers)
    const kind = frame.event === 'Cdr' ? 'cdr' : frame.event === 'CEL' ? 'cel' : 'queue'
    const leg = kind === 'cdr' ? legOf({ headers }) : undefined
    return { kind, linkedid, frame: toFrame(headers), row: kind === 'cdr' ? csvRow(headers) : undefined, leg }
  })
  counters.channel += rewrite.channels
  counters.sequence += rewrite.sequences
  counters.name += rewrite.names
  const legs = events.flatMap((event) => (event.leg === undefined ? [] : [event.leg]))
  const cel = events.filter((event) => event.kind === 'cel').length
  const charged = shape.charged ? chargedOf(shape, rewrite.value, legs) : undefined
  return { truth: { linkedid, shape: shape.name, legs, cel, charged }, events }
}

/** Talks are made longer by less than so many seconds. */
const MOST_STRETCH = 30

type Rewriting = {
  value(name: string, value: string): string
  /** Corrects Duration and BillableSeconds for a longer talk. */
  lengths(frame: ShapeFrame, headers: [string, string][]): void
  readonly channels: number
  readonly sequences: number
  readonly names: number
}

const UNIQUEID = /\b1795440\d{3}\.\d+\b/g
const CHANNEL = /\b((?:Local\/[^@\s,]+@\w+|PJSIP\/\w+)-)([0-9a-f]{8})\b/g
const BRIDGE = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/

function rewriting(shape: CallShape, endS: number, counters: PbxCounters, random: Seeded): Rewriting {
  const text = shape.frames.map(textOf).join('\n')
  const uniqueids = range([...text.matchAll(UNIQUEID)].map((m) => Number(m[0].split('.')[1])))
  const names = range([...text.matchAll(CHANNEL)].map((m) => Number.parseInt(m[2]!, 16)))
  const sequences = range(shape.frames.flatMap((f) => (f.event === 'Cdr' ? [Number(headerOf(f, 'Sequence'))] : [])))
  const ended = Math.floor(shape.frames.at(-1)!.atUs / 1_000_000)
  const stretchS = random.below(MOST_STRETCH)
  const cutS = talkSecond(shape)
  const moved = (seconds: number) => seconds + endS - ended - (seconds < cutS && ended >= cutS ? stretchS : 0)
  const { channel, sequence, name } = counters
  const replace = numbers(shape, random)
  return {
    value(header, value) {
      if (header === 'Sequence') return String(Number(value) - sequences.first + sequence)
      if (TIME.test(value)) return wallClock(moved(Date.parse(`${value}Z`) / 1000))
      const text = value
        .replace(UNIQUEID, (id) => {
          const [seconds, n] = id.split('.').map(Number) as [number, number]
          return `${moved(seconds)}.${n - uniqueids.first + channel}`
        })
        .replace(CHANNEL, (_, before: string, n: string) => before + hex8(Number.parseInt(n, 16) - names.first + name))
        .replace(BRIDGE, (id) => uuidFrom(`${id}|${endS}|${channel}`))
      return replace.reduce((done, [from, to]) => done.replaceAll(from, to), text)
    },
    lengths(frame, headers) {
      const crosses = (since: string) => {
        const from = Date.parse(`${headerOf(frame, since)}Z`) / 1000
        return from < cutS && Date.parse(`${headerOf(frame, 'EndTime')}Z`) / 1000 >= cutS
      }
      for (const pair of headers) {
        if (pair[0] === 'Duration' && crosses('StartTime')) pair[1] = String(Number(pair[1]) + stretchS)
        if (pair[0] === 'BillableSeconds' && crosses('AnswerTime')) pair[1] = String(Number(pair[1]) + stretchS)
      }
    },
    channels: uniqueids.length,
    names: names.length,
    sequences: sequences.length,
  }
}

/** All values but the Timestamp, which looks like a uniqueid. */
function textOf({ headers }: ShapeFrame): string {
  return headers.map(([name, value]) => (name === 'Timestamp' ? '' : value)).join('\n')
}

/**
 * A whole second that lies in the longest silence of the call: talk, ringing, waiting. All that came later can be moved by
 * whole seconds without any floor of a difference becoming another.
 */
function talkSecond(shape: CallShape): number {
  let best = Number.POSITIVE_INFINITY
  let longest = 0
  shape.frames.slice(1).forEach((frame, i) => {
    const before = shape.frames[i]!.atUs
    const second = Math.floor(before / 1_000_000) + 1
    if (frame.atUs - before <= longest || second * 1_000_000 > frame.atUs) return
    longest = frame.atUs - before
    best = second
  })
  return best
}

/** Other numbers in place of the recorded ones: the caller's last four digits, the carrier call's, the account. */
function numbers(shape: CallShape, random: Seeded): [from: string, to: string][] {
  const digits = String(1000 + random.below(9000))
  const dialled = /^\+?\d{6,}$/.exec(headerOf(cdrs(shape)[0]!, 'Destination'))?.[0]
  const replaced: [string, string][] = [['15551230000', `1555123${digits}`]]
  if (dialled !== undefined) replaced.push([dialled, dialled.slice(0, -4) + String(1000 + random.below(9000))])
  if (shape.name === 'sip-account') replaced.push(['CUST-7', `CUST-${random.below(8)}`])
  return replaced
}

function chargedOf(shape: CallShape, value: Rewriting['value'], legs: readonly TrueLeg[]): TrueCall['charged'] {
  const cdr = cdrs(shape)[0]!
  return {
    account: value('AccountCode', headerOf(cdr, 'AccountCode')),
    number: value('Destination', headerOf(cdr, 'Destination')),
    seconds: legs[0]!.billsec,
  }
}

const cdrs = (shape: CallShape) => shape.frames.filter((frame) => frame.event === 'Cdr')

function legOf(frame: Pick<ShapeFrame, 'headers'>): TrueLeg {
  return {
    uniqueid: headerOf(frame, 'UniqueID'),
    sequence: Number(headerOf(frame, 'Sequence')),
    billsec: Number(headerOf(frame, 'BillableSeconds')),
    durationS: Number(headerOf(frame, 'Duration')),
    disposition: headerOf(frame, 'Disposition'),
  }
}

/** The Timestamp of an event is the moment at which it is sent, whatever it tells of. */
function toFrame(headers: readonly (readonly [string, string])[]): (sentAtUs: number) => string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  const at = headers.findIndex(([name]) => name === 'Timestamp')
  return (sentAtUs) => {
    lines[at] = `Timestamp: ${Math.floor(sentAtUs / 1_000_000)}.${String(sentAtUs % 1_000_000).padStart(6, '0')}`
    return `${lines.join('\r\n')}\r\n\r\n`
  }
}

const range = (numbers: readonly number[]) => {
  const first = Math.min(...numbers)
  return { first, length: numbers.length === 0 ? 0 : Math.max(...numbers) - first + 1 }
}
const hex8 = (n: number) => n.toString(16).padStart(8, '0')
const wallClock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')

function uuidFrom(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
