// AMI messages of one session → CDRs, channel events and rejects, in order. Keeps one Cdr back while it may be in parts.
//
// A CR LF CR LF in a userfield tears its Cdr: the mapped headers (LinkedID, Sequence) end up in a frame of their own,
// directly behind. So a Cdr without Sequence waits for the next frame; frames without `Privilege` behind it are its
// torn parts. Where Sequence is not mapped at all, each Cdr waits for the next message or for `flush`.

import type { CdrRow } from '../cdr-row.ts'
import { numberAt } from '../cdr-values.ts'
import type { QueueLogRow } from '../queue-log-row.ts'
import type { AmiMessage } from './ami-message.ts'
import { type AmiReject, cdrFromAmi } from './cdr-from-ami.ts'
import { celFromAmi } from './cel-from-ami.ts'
import type { CelRow } from './cel-row.ts'
import { isQueueEvent, queueEventFromAmi } from './queue-event-from-ami.ts'

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

/** A torn userfield of 255 bytes has at most this many parts. */
const MAX_PARTS = 64

/** A reader for one session; what is no Cdr, CEL or queue event passes without a record. */
export function amiRecords(): AmiRecords {
  let held: CdrRow | undefined
  let parts = 0
  const release = (records: AmiRecord[]) => {
    if (held) records.push({ kind: 'cdr', row: held })
    held = undefined
    parts = 0
  }
  const take = (message: AmiMessage, receivedAtMs: number | undefined, records: AmiRecord[]) => {
    if (held && isPart(message) && parts++ < MAX_PARTS) {
      held = joined(held, message)
      const forged = isCdr(message) ? cdrFromAmi(message) : undefined
      if (held.sequence !== undefined) release(records)
      if (forged?.ok === false) records.push({ kind: 'reject', event: 'Cdr', reject: forged.error, raw: message.raw })
      return
    }
    release(records)
    const record = recordOf(message, receivedAtMs)
    if (record?.kind === 'cdr' && record.row.sequence === undefined) held = record.row
    else if (record) records.push(record)
  }
  return {
    push(messages, receivedAtMs) {
      const records: AmiRecord[] = []
      for (const message of messages) take(message, receivedAtMs, records)
      return records
    },
    flush() {
      const records: AmiRecord[] = []
      release(records)
      return records
    },
  }
}

function recordOf(message: AmiMessage, receivedAtMs: number | undefined): AmiRecord | undefined {
  if (message.kind !== 'event') return undefined
  if (isCdr(message)) {
    const cdr = cdrFromAmi(message)
    if (cdr.ok) return { kind: 'cdr', row: cdr.value }
    return { kind: 'reject', event: 'Cdr', reject: cdr.error, raw: message.raw }
  }
  if (isQueueEvent(message)) {
    const queue = queueEventFromAmi(message, receivedAtMs)
    if (queue.ok) return { kind: 'queue', row: queue.value }
    return { kind: 'reject', event: 'queue', reject: queue.error, raw: message.raw }
  }
  if (message.name.toLowerCase() !== 'cel') return undefined
  const cel = celFromAmi(message)
  if (cel.ok) return { kind: 'cel', row: cel.value }
  return { kind: 'reject', event: 'CEL', reject: cel.error, raw: message.raw }
}

function isCdr(message: AmiMessage): boolean {
  return message.kind === 'event' && message.name.toLowerCase() === 'cdr'
}

/** A frame without `Privilege` in second place that is no answer to an action of ours. */
function isPart(message: AmiMessage): boolean {
  if (message.kind === 'banner' || message.get('ActionID') !== undefined) return false
  return message.headers[1]?.[0].toLowerCase() !== 'privilege'
}

function joined(row: CdrRow, part: AmiMessage): CdrRow {
  const last = (name: string) => part.all(name).at(-1)
  const sequence = last('Sequence') ?? ''
  const number = numberAt(sequence, 0, sequence.length)
  return {
    ...row,
    linkedid: last('LinkedID') ?? row.linkedid,
    peeraccount: last('PeerAccount') ?? row.peeraccount,
    sequence: number < 0 ? row.sequence : number,
    // The whole record is what the PBX sent: both frames.
    raw: Buffer.concat([row.raw ?? Buffer.alloc(0), Buffer.from('\r\n\r\n'), part.raw]),
  }
}
