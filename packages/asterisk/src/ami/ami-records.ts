// AMI messages of one session → CDRs, channel and queue events, rejects, in order. Keeps back what may be in parts.
//
// A CR LF CR LF in a userfield tears its record: the headers behind it end up in a frame of their own, after whatever the
// userfield forged. Two records carry such a field:
// - A Cdr: its mapped headers (LinkedID, Sequence) come late. So a Cdr without Sequence, or one that ends with another
//   header than those before it, waits for the next frame; frames without `Privilege` behind it are its torn parts. Where
//   Sequence is not mapped, each Cdr waits for the next record.
// - A CEL event: its userfield is CHANNEL(userfield), long enough for a whole Cdr. It always ends with `Extra`: without
//   it everything up to a frame that ends with `Extra` is text of that channel and no record. Text that imitates this very
//   end cannot be told from it: a userfield of a channel should not be set from outside.

import type { CdrRow } from '../cdr-row.ts'
import { numberAt } from '../cdr-values.ts'
import type { QueueLogRow } from '../queue-log-row.ts'
import type { AmiMessage } from './ami-message.ts'
import { type AmiReject, cdrFromAmi } from './cdr-from-ami.ts'
import { celFromAmi, isTornCel } from './cel-from-ami.ts'
import type { CelRow } from './cel-row.ts'
import { isQueueEvent, queueEventFromAmi } from './queue-event-from-ami.ts'
import { firstMapped, tornUserfield } from './torn-userfield.ts'

export type AmiRecord =
  | { readonly kind: 'cdr'; readonly row: CdrRow }
  | { readonly kind: 'cel'; readonly row: CelRow }
  | { readonly kind: 'queue'; readonly row: QueueLogRow }
  | {
      readonly kind: 'reject'
      readonly event: 'Cdr' | 'CEL' | 'queue'
      readonly reject: AmiReject
      readonly raw: Buffer
    }

export type AmiRecords = {
  /** @param receivedAtMs the time of queue events that bear none; without either they are rejects. */
  push(messages: readonly AmiMessage[], receivedAtMs?: number): AmiRecord[]
  /** Gives out the Cdr kept back; call it when a batch is closed or the session ends. */
  flush(): AmiRecord[]
}

/** A torn userfield of 255 bytes has at most this many parts; more of them are not taken from a channel's either. */
const MAX_PARTS = 64

/** A reader for one session; what is no Cdr, CEL or queue event passes without a record. */
export function amiRecords(): AmiRecords {
  return new Records()
}

/**
 * Whether `amiRecords` wants to see it: records, and whatever may be a piece of one that its userfield tore. The rest of what a PBX
 * sends (class `call` brings much) need not be kept, and is passed over where it was.
 */
export function isRecordOrPart(message: AmiMessage): boolean {
  if (message.suspect !== '' || message.kind === 'other') return true
  if (message.kind === 'banner') return false
  if (message.kind === 'event' && (eventOf(message) !== undefined || !message.isGenuine)) return true
  if (message.kind === 'response' && message.get('ActionID') === undefined) return true
  return message.lastKey.toLowerCase() === 'extra' || message.mentions('Sequence')
}

type TornCel = { readonly message: AmiMessage; readonly behind: AmiMessage[] }

class Records implements AmiRecords {
  /** A Cdr that lacks its Sequence, and how many parts it got. */
  #cdr: CdrRow | undefined
  #parts = 0
  /** A Cdr that came whole: what its headers are, in which order; and the last of them. */
  #whole: Buffer | undefined
  #lastKey = ''
  /** The last header of the Cdr that waits. */
  #cdrLastKey = ''
  /** A CEL event that lacks its Extra, and what came behind it. */
  #cel: TornCel | undefined
  /** Whether this PBX writes Extra: all of today do. */
  #extra: 'unknown' | 'written' | 'never' = 'unknown'
  #out: AmiRecord[] = []

  push(messages: readonly AmiMessage[], receivedAtMs?: number): AmiRecord[] {
    for (const message of messages) if (isRecordOrPart(message)) this.#take(message, receivedAtMs)
    return this.#given()
  }

  flush(): AmiRecord[] {
    // One that is given up may have another behind it; each time there is less.
    while (this.#cel) this.#giveUpCel(undefined)
    this.#releaseCdr()
    return this.#given()
  }

  #given(): AmiRecord[] {
    const out = this.#out
    this.#out = []
    return out
  }

  #take(message: AmiMessage, receivedAtMs: number | undefined): void {
    if (this.#cel) this.#behindCel(this.#cel, message, receivedAtMs)
    else if (this.#cdr && isPart(message) && this.#parts++ < MAX_PARTS) {
      this.#cdr = joined(this.#cdr, message, this.#whole)
      this.#forged(message)
      if (message.get('Sequence') !== undefined || message.lastKey === this.#lastKey) this.#releaseCdr()
    } else {
      this.#releaseCdr()
      if (this.#extra !== 'never' && isTornCel(message)) this.#cel = { message, behind: [] }
      else this.#record(recordOf(message, receivedAtMs), message)
    }
  }

  #record(record: AmiRecord | undefined, message: AmiMessage): void {
    if (record?.kind === 'cdr' && (record.row.sequence === undefined || this.#endsOtherwise(message))) {
      this.#cdr = record.row
      this.#cdrLastKey = message.lastKey
    } else if (record) this.#out.push(record)
    if (record?.kind === 'cdr' && this.#cdr === undefined) this.#isWhole(record.row, message.lastKey)
    if (record?.kind === 'cel' && this.#extra === 'unknown') this.#extra = 'written'
  }

  #endsOtherwise(cdr: AmiMessage): boolean {
    return this.#lastKey !== '' && cdr.lastKey !== this.#lastKey
  }

  #isWhole(cdr: CdrRow, lastKey: string): void {
    this.#whole = cdr.raw
    this.#lastKey = lastKey
  }

  #releaseCdr(): void {
    if (this.#cdr) this.#out.push({ kind: 'cdr', row: this.#cdr })
    // It was whole after all: the mappings were changed.
    if (this.#cdr?.sequence !== undefined && this.#parts === 0) this.#isWhole(this.#cdr, this.#cdrLastKey)
    this.#cdr = undefined
    this.#parts = 0
  }

  #behindCel(torn: TornCel, message: AmiMessage, receivedAtMs: number | undefined): void {
    torn.behind.push(message)
    if (endsCel(message)) {
      this.#cel = undefined
      this.#record(recordOf(torn.message, receivedAtMs), torn.message)
      for (const part of torn.behind) this.#forged(part)
    } else if (torn.behind.length >= MAX_PARTS) this.#giveUpCel(receivedAtMs)
  }

  /**
   * No frame was surely the end. Then a CEL event begun in the userfield may have ended with it: the first whole one. If
   * there is none, a PBX that never writes Extra is believed; one that does has sent half a record, and what follows is not.
   */
  #giveUpCel(receivedAtMs: number | undefined): void {
    const torn = this.#cel
    this.#cel = undefined
    if (!torn) return
    const end = torn.behind.findIndex((message) => message.lastKey.toLowerCase() === 'extra')
    if (end < 0 && this.#extra === 'unknown') this.#extra = 'never'
    const parts = end >= 0 ? end + 1 : this.#extra === 'written' ? torn.behind.length : 0
    this.#out.push(...asList(recordOf(torn.message, receivedAtMs)))
    for (const part of torn.behind.slice(0, parts)) this.#forged(part)
    for (const message of torn.behind.slice(parts)) this.#take(message, receivedAtMs)
  }

  /** A piece of a record that looks like a record of its own is set aside; any other is of no interest. */
  #forged(message: AmiMessage): void {
    const event = eventOf(message)
    if (event === undefined) return
    const reason = `a ${event} event inside another record: text, not a record`
    this.#out.push({ kind: 'reject', event, reject: { kind: 'forged', reason }, raw: message.raw })
  }
}

function asList(record: AmiRecord | undefined): AmiRecord[] {
  return record ? [record] : []
}

function recordOf(message: AmiMessage, receivedAtMs: number | undefined): AmiRecord | undefined {
  const event = eventOf(message)
  if (event === undefined) return undefined
  if (event === 'CEL') {
    const cel = celFromAmi(message)
    return cel.ok ? { kind: 'cel', row: cel.value } : { kind: 'reject', event, reject: cel.error, raw: message.raw }
  }
  if (event === 'Cdr') {
    const cdr = cdrFromAmi(message)
    return cdr.ok ? { kind: 'cdr', row: cdr.value } : { kind: 'reject', event, reject: cdr.error, raw: message.raw }
  }
  const queue = queueEventFromAmi(message, receivedAtMs)
  return queue.ok
    ? { kind: 'queue', row: queue.value }
    : { kind: 'reject', event, reject: queue.error, raw: message.raw }
}

function eventOf(message: AmiMessage): 'Cdr' | 'CEL' | 'queue' | undefined {
  if (message.kind !== 'event') return undefined
  if (message.name === 'CEL' || message.name === 'Cdr') return message.name
  const name = message.name.toLowerCase()
  if (name === 'cel') return 'CEL'
  if (name === 'cdr') return 'Cdr'
  return isQueueEvent(message) ? 'queue' : undefined
}

/**
 * Behind a Cdr without Sequence: no event of its own and no answer to an action of ours. Of events only a Cdr bears a Sequence,
 * and a CEL event whose userfield says so: that is whole up to there, and longer than a Cdr's userfield could imitate.
 */
function isPart(message: AmiMessage): boolean {
  if (message.kind === 'banner' || message.get('ActionID') !== undefined) return false
  if (!message.isGenuine) return true
  return message.get('Sequence') !== undefined && !cdrFromAmi(message).ok && !celFromAmi(message).ok
}

/** The last headers of a CEL event, in a frame that is none: the end of one that was torn. */
function endsCel(message: AmiMessage): boolean {
  if (
    message.kind === 'banner' ||
    message.lastKey.toLowerCase() !== 'extra' ||
    (message.name === 'CEL' && celFromAmi(message).ok)
  )
    return false
  return CEL_END.every((name, i) => message.headers.at(i - CEL_END.length)?.[0].toLowerCase() === name)
}

const CEL_END = ['peeraccount', 'extra']

function joined(row: CdrRow, part: AmiMessage, whole: Buffer | undefined): CdrRow {
  const last = (name: string) => part.all(name).at(-1)
  const sequence = last('Sequence') ?? ''
  const number = numberAt(sequence, 0, sequence.length)
  // The whole record is what the PBX sent: both frames.
  const raw = Buffer.concat([row.raw ?? Buffer.alloc(0), Buffer.from('\r\n\r\n'), part.raw])
  return {
    ...row,
    linkedid: last('LinkedID') ?? row.linkedid,
    peeraccount: last('PeerAccount') ?? row.peeraccount,
    sequence: number < 0 ? row.sequence : number,
    userfield: tornUserfield(raw, whole && firstMapped(whole)) ?? row.userfield,
    raw,
  }
}
