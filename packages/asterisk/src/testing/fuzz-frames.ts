// Recorded AMI sessions with random damage, and with userfields that forge records: read and accounted for. No crash, no
// endless reading, every byte in a message or counted as skipped, the same whatever the chunks, no forged Cdr believed.
// The same seed gives the same damage.

import { isDeepStrictEqual } from 'node:util'
import { assert } from '@tollbook/kernel'
import { type AmiMessage, AmiParser, type AmiRecord, amiRecords, isRecordOrPart } from '../ami/index.ts'
import { type Pick, random } from './random.ts'

export type FrameFuzzReport = {
  readonly runs: number
  readonly messages: number
  readonly suspects: number
  readonly records: number
  readonly rejects: number
  readonly skippedBytes: number
  /** Records that lay inside a userfield; each was refused. */
  readonly forged: number
}

/** Frames of a recording that one run reads. */
const MOST_FRAMES = 8
/** Uniqueid of whatever a userfield forges. */
const FORGED = '66.6'

/**
 * Damages and reads so many pieces of these recordings; throws an AssertionError that names the run when one is not as it
 * must be. A run takes some 60 µs.
 * @param seed the first run's; each run has its own, so that one can be repeated alone (`runs` 1, `seed` its number).
 */
export function fuzzFrames(recordings: readonly Buffer[], runs: number, seed: number): FrameFuzzReport {
  const frames = recordings.map((bytes) => bytes.toString('latin1').split('\r\n\r\n').slice(1, -1))
  const total = { messages: 0, suspects: 0, records: 0, rejects: 0, skippedBytes: 0, forged: 0 }
  for (let run = seed; run < seed + runs; run++) {
    const pick = random(run)
    const some = frames[pick(frames.length)]!
    const from = pick(some.length)
    const piece = some.slice(from, from + 1 + pick(MOST_FRAMES))
    if (pick(3) === 0) total.forged += forgedRun(run, piece, pick)
    else damagedRun(run, damaged(piece, frames[pick(frames.length)]!, pick), pick, total)
  }
  return { runs, ...total }
}

type Total = { messages: number; suspects: number; records: number; rejects: number; skippedBytes: number }

function damagedRun(run: number, text: string, pick: Pick, total: Total): void {
  const bytes = Buffer.from(text, 'latin1')
  const whole = read(bytes, [])
  const cut = read(bytes, cutsOf(bytes.length, pick))
  assert(same(whole.messages, cut.messages), `run ${run}: other messages where chunks end elsewhere`)
  const lost = unaccounted(bytes, whole.messages)
  assert(
    // What was skipped may hold line ends; what lies between messages is nothing but line ends.
    lost <= whole.skippedBytes,
    `run ${run}: ${lost} bytes in no message, ${whole.skippedBytes} counted as skipped`,
  )
  const records = recordsOf(whole.messages)
  for (const message of whole.messages) {
    // A reader may ask for any of these of any message.
    void [message.headers.length, message.get('ActionID'), message.lastKey, message.isGenuine]
    if (message.suspect !== '') total.suspects++
  }
  total.messages += whole.messages.length
  total.skippedBytes += whole.skippedBytes
  total.records += records.filter((r) => r.kind !== 'reject').length
  total.rejects += records.filter((r) => r.kind === 'reject').length
}

/** Answers with the number of records forged. */
function forgedRun(run: number, frames: readonly string[], pick: Pick): number {
  const field = /\r\n(UserField|Userfield): [^\r]*/
  const honest = cdrsOf(recordsOf(read(session(frames), []).messages))
  let forged = 0
  let forgers = 0
  const dirty = frames.map((frame) => {
    if (!field.test(frame) || pick(2) === 0) return frame
    const text = forgery(frames, pick)
    forgers++
    // CDR(userfield) is cut at 255 bytes; CHANNEL(userfield), which a CEL event bears, is not.
    const value = frame.startsWith('Event: Cdr') ? text.slice(0, 255) : text
    forged += value.split(`UniqueID: ${FORGED}`).length - 1
    return frame.replace(field, (_, name: string) => `\r\n${name}: ${value}`)
  })
  const heard = read(session(dirty), cutsOf(4000, pick)).messages
  const records = recordsOf(heard)
  const kept = recordsOf(heard.filter(isRecordOrPart))
  assert(isDeepStrictEqual(kept, records), `run ${run}: what need not be kept was needed`)
  const believed = cdrsOf(records)
  for (const cdr of believed) assert(!cdr.includes(FORGED), `run ${run}: a forged Cdr was believed`)
  for (const cdr of honest) {
    if (believed.includes(cdr)) continue
    // Between two events that forge at once a true Cdr may be doubted; then it is set aside and not lost.
    const isAside = records.some((r) => r.kind === 'reject' && r.raw.includes(`UniqueID: ${cdr.split('|')[0]}`))
    assert(forgers > 1 && isAside, `run ${run}: a true Cdr was not believed: ${cdr}`)
  }
  return forged
}

function cdrsOf(records: readonly AmiRecord[]): string[] {
  return records.flatMap((r) =>
    r.kind === 'cdr'
      ? [`${r.row.uniqueid}|${r.row.start}|${r.row.duration}|${r.row.billsec}|${r.row.disposition}`]
      : [],
  )
}

/** Text that imitates records: lines, frames, and whole true-looking records with the uniqueid of a forger. */
function forgery(frames: readonly string[], pick: Pick): string {
  const whole = frames[pick(frames.length)]!.replaceAll(/\r\n(UniqueID|Uniqueid): [^\r]*/g, `\r\nUniqueID: ${FORGED}`)
  const pieces = [
    ...[
      '\r\n',
      '\r\n\r\n',
      '\n',
      '\r',
      'x',
      'Event: Cdr\r\nPrivilege: cdr,all\r\n',
      'Event: Cdr\r\n',
      'Privilege: cdr,all',
    ],
    ...['Duration: 99999\r\n', 'BillableSeconds: 99999', `UniqueID: ${FORGED}`, 'Sequence: 7', 'LinkedID: 66.6'],
    ...['Response: Success\r\nActionID: tollbook-3\r\n', 'Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1'],
  ]
  let text = ''
  for (let n = 1 + pick(6); n > 0; n--) {
    // An end of the record it lies in is the one thing it must not imitate: that cannot be told from the true one.
    text +=
      pick(3) === 0 ? `\r\n\r\n${withoutEnd(whole)}${pick(2) === 0 ? '\r\n\r\n' : ''}` : pieces[pick(pieces.length)]!
  }
  return text
}

function withoutEnd(frame: string): string {
  return frame.replaceAll(/\r\nExtra: [^\r]*/g, '')
}

/** Bytes that mean something to a reader. */
const SPICE = [
  ...[
    '\r\n',
    '\r\n\r\n',
    '\r',
    '\n',
    '\n\r',
    '\r\r\n',
    ': ',
    ':',
    'Event: ',
    '\r\nEvent: Cdr\r\n',
    '\r\nResponse: Success',
  ],
  ...[
    '\r\nPrivilege: cdr,all',
    '\0',
    '\u00ff',
    '\u00c3\u00bc',
    '\r\nActionID: 1',
    '\r\nSequence: 1e9',
    '--END COMMAND--',
  ],
]

function damaged(piece: readonly string[], other: readonly string[], pick: Pick): string {
  let text = `${BANNER}${piece.join('\r\n\r\n')}\r\n\r\n`
  for (let n = pick(5); n > 0; n--) {
    const at = pick(text.length + 1)
    const to = Math.min(text.length, at + pick(pick(4) === 0 ? 200 : 8))
    const [before, middle, after] = [text.slice(0, at), text.slice(at, to), text.slice(to)]
    const what = pick(400) === 0 ? 6 : pick(6)
    if (what === 0) text = before + after
    else if (what === 1) text = before + SPICE[pick(SPICE.length)]! + middle + after
    else if (what === 2) text = before + SPICE[pick(SPICE.length)]! + after
    else if (what === 3) text = before + middle + middle + after
    else if (what === 4) text = before + other[pick(other.length)]! + middle + after
    else if (what === 5) text = before + String.fromCharCode(pick(256)) + after
    else text = before + filler(pick) + middle + after
  }
  return pick(8) === 0 ? text.slice(0, pick(text.length + 1)) : text
}

const BANNER = 'Asterisk Call Manager/11.0.0\r\n'

/** Longer than a line may be, now and then longer than a frame. */
function filler(pick: Pick): string {
  if (pick(20) === 0) return `${'A: '.padEnd(1000, 'x')}\r\n`.repeat(1100)
  return 'A: '.padEnd(pick(10) === 0 ? 70_000 : 1000, 'x')
}

function session(frames: readonly string[]): Buffer {
  return Buffer.from(`${BANNER}${frames.join('\r\n\r\n')}\r\n\r\n`, 'latin1')
}

function cutsOf(length: number, pick: Pick): number[] {
  return Array.from({ length: pick(4) }, () => pick(length + 1)).sort((a, b) => a - b)
}

function read(bytes: Buffer, cuts: readonly number[]): { messages: AmiMessage[]; skippedBytes: number } {
  const parser = new AmiParser()
  const messages: AmiMessage[] = []
  let at = 0
  for (const cut of [...cuts.filter((c) => c < bytes.length), bytes.length]) {
    messages.push(...parser.push(bytes.subarray(at, cut)))
    at = cut
  }
  messages.push(...parser.end())
  return { messages, skippedBytes: parser.skippedBytes }
}

function recordsOf(messages: readonly AmiMessage[]): AmiRecord[] {
  const records = amiRecords()
  return [...records.push(messages, 1), ...records.flush()]
}

function same(a: readonly AmiMessage[], b: readonly AmiMessage[]): boolean {
  return (
    a.length === b.length &&
    a.every((m, i) => m.kind === b[i]!.kind && m.suspect === b[i]!.suspect && m.raw.equals(b[i]!.raw))
  )
}

/** Bytes that are in no message, line ends apart. */
function unaccounted(bytes: Buffer, messages: readonly AmiMessage[]): number {
  let at = 0
  let lost = 0
  const skipTo = (to: number) => {
    for (; at < to; at++) if (bytes[at] !== 13 && bytes[at] !== 10) lost++
  }
  for (const { raw } of messages) {
    const found = bytes.indexOf(raw, at)
    assert(found >= 0, 'a message whose bytes never came')
    skipTo(found)
    at = found + raw.length
  }
  skipTo(bytes.length)
  return lost
}
