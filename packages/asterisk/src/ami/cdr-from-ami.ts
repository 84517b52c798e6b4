// An AMI `Cdr` event → the same CdrRow that Master.csv gives. Says no to what only looks like one.
//
// Header values are not escaped, so whoever sets a userfield can write lines of their own. A true Cdr has `Privilege`
// directly after `Event` and always all eighteen standard headers; a userfield holds 255 bytes, too few to forge them.

import { err, ok, type Result } from '@tollbook/kernel'
import type { CdrRow } from '../cdr-row.ts'
import { isDispositionAt, isTimeAt, numberAt, shown, wholeSecondsAt } from '../cdr-values.ts'
import type { AmiMessage } from './ami-message.ts'

/** Why an event is not taken; `reason` is for people, the bytes are in the message. */
export type AmiReject = { readonly kind: 'forged' | 'incomplete' | 'implausible'; readonly reason: string }

const REQUIRED = [
  ...['accountcode', 'source', 'destination', 'destinationcontext', 'callerid', 'channel', 'destinationchannel'],
  ...['lastapplication', 'lastdata', 'starttime', 'answertime', 'endtime', 'duration', 'billableseconds'],
  ...['disposition', 'amaflags', 'uniqueid', 'userfield'],
] as const

/** Written after UserField, by cdr_manager.conf [mappings]. */
const MAPPED = ['linkedid', 'sequence', 'peeraccount'] as const

/**
 * The row of a `Cdr` event. Standard headers: the first value wins, a forged one can only follow it. Mapped headers
 * (LinkedID, Sequence, PeerAccount): the last wins, because they come after UserField, where the forging is done.
 */
export function cdrFromAmi(message: AmiMessage): Result<CdrRow, AmiReject> {
  const headers = message.headers
  if (message.kind !== 'event' || message.name.toLowerCase() !== 'cdr') return refuse('implausible', 'not a Cdr event')
  if (headers[1]?.[0].toLowerCase() !== 'privilege') {
    return refuse('forged', 'a Cdr without Privilege after Event: text inside another record, not a record')
  }
  const damage = damageOf(message)
  if (damage !== undefined) return refuse('incomplete', damage)
  const found = new Map<string, string>()
  for (const [key, value] of headers) {
    const name = key.toLowerCase()
    if (!found.has(name) || (MAPPED as readonly string[]).includes(name)) found.set(name, value)
  }
  const missing = REQUIRED.filter((name) => !found.has(name))
  if (missing.length > 0) return refuse('incomplete', `the Cdr has no ${missing[0]}`)
  return rowOf((name) => found.get(name) ?? '', message)
}

/** In words, when a message was not kept whole. One that only ran into the next is whole (its mappings may be cut). */
export function damageOf(message: AmiMessage): string | undefined {
  if (message.suspect === 'cut') return 'the connection ended in the middle of this record'
  return message.suspect === 'overlong' ? 'the record is too long and was not kept whole' : undefined
}

function rowOf(get: (name: (typeof REQUIRED)[number] | (typeof MAPPED)[number]) => string, message: AmiMessage) {
  const start = get('starttime')
  const answer = get('answertime')
  const end = get('endtime')
  const duration = wholeSecondsAt(get('duration'), 0, get('duration').length)
  const billsec = wholeSecondsAt(get('billableseconds'), 0, get('billableseconds').length)
  const sequence = get('sequence')
  const disposition = get('disposition')
  if (get('channel') === '') return refuse('incomplete', 'the Cdr has no channel')
  for (const [name, time] of [
    ['start', start],
    ['answer', answer],
    ['end', end],
  ] as const) {
    if (!isTimeAt(time, 0, time.length) && !(name === 'answer' && time === '')) {
      return refuse('implausible', `${name} time ${shown(time)} is not a date and time`)
    }
  }
  if (duration < 0) return refuse('implausible', `duration ${shown(get('duration'))} is not a number of seconds`)
  if (billsec < 0) return refuse('implausible', `billsec ${shown(get('billableseconds'))} is not a number of seconds`)
  if (!isDispositionAt(disposition, 0, disposition.length)) {
    return refuse('implausible', `disposition ${shown(disposition)} is not one Asterisk writes`)
  }
  if (sequence !== '' && numberAt(sequence, 0, sequence.length) < 0) {
    return refuse('implausible', `sequence ${shown(sequence)} is not a whole number`)
  }
  const row: CdrRow = {
    accountcode: get('accountcode'),
    src: get('source'),
    dst: get('destination'),
    dcontext: get('destinationcontext'),
    clid: get('callerid'),
    channel: get('channel'),
    dstchannel: get('destinationchannel'),
    lastapp: get('lastapplication'),
    lastdata: get('lastdata'),
    start,
    answer,
    end,
    duration,
    billsec,
    disposition,
    amaflags: get('amaflags'),
    uniqueid: get('uniqueid'),
    userfield: get('userfield'),
    peeraccount: get('peeraccount'),
    linkedid: get('linkedid'),
    sequence: sequence === '' ? undefined : Number(sequence),
    line: 0,
    raw: message.raw,
  }
  return ok(row)
}

function refuse(kind: AmiReject['kind'], reason: string) {
  return err({ kind, reason })
}
