// An AMI `Cdr` event → the same CdrRow that Master.csv gives. Says no to what only looks like one.
//
// Header values are not escaped, so whoever sets a userfield can write lines of their own. A true Cdr has `Privilege`
// directly after `Event` and always all eighteen standard headers; a userfield holds 255 bytes, too few to forge them.

import { err, ok, type Result } from '@tollbook/kernel'
import type { CdrRow } from '../cdr-row.ts'
import { isDispositionAt, isTimeAt, numberAt, shown, wholeSecondsAt } from '../cdr-values.ts'
import { type AmiMessage, amiKeys } from './ami-message.ts'

/** Why an event is not taken; `reason` is for people, the bytes are in the message. */
export type AmiReject = { readonly kind: 'forged' | 'incomplete' | 'implausible'; readonly reason: string }

const REQUIRED = [
  ...(['AccountCode', 'Source', 'Destination', 'DestinationContext', 'CallerID', 'Channel'] as const),
  ...(['DestinationChannel', 'LastApplication', 'LastData', 'StartTime', 'AnswerTime', 'EndTime'] as const),
  ...(['Duration', 'BillableSeconds', 'Disposition', 'AMAFlags', 'UniqueID', 'UserField'] as const),
] as const

/** LinkedID, Sequence and PeerAccount are written after UserField, by cdr_manager.conf [mappings]. */
const KEYS = amiKeys(['Privilege', 'Timestamp?', 'SystemName?', ...REQUIRED], ['LinkedID', 'Sequence', 'PeerAccount'])
const { at } = KEYS

/**
 * The row of a `Cdr` event. Standard headers: the first value wins, a forged one can only follow it. Mapped headers
 * (LinkedID, Sequence, PeerAccount): the last wins, because they come after UserField, where the forging is done.
 */
export function cdrFromAmi(message: AmiMessage): Result<CdrRow, AmiReject> {
  if (message.kind !== 'event' || message.name.toLowerCase() !== 'cdr') return refuse('implausible', 'not a Cdr event')
  if (!message.isGenuine) {
    return refuse('forged', 'a Cdr without Privilege after Event: text inside another record, not a record')
  }
  const damage = damageOf(message)
  if (damage !== undefined) return refuse('incomplete', damage)
  const found = message.pick(KEYS)
  for (const name of REQUIRED) {
    if (found[at[name]] === undefined) return refuse('incomplete', `the Cdr has no ${name}`)
  }
  return rowOf(found, message)
}

/** Why a record is set aside of which the end is missing. */
export const CUT_SHORT = 'the connection ended in the middle of this record'

/** In words, when a message was not kept whole. One that only ran into the next is whole (its mappings may be cut). */
export function damageOf(message: AmiMessage): string | undefined {
  if (message.suspect === 'cut') return CUT_SHORT
  return message.suspect === 'overlong' ? 'the record is too long and was not kept whole' : undefined
}

function rowOf(found: readonly (string | undefined)[], message: AmiMessage): Result<CdrRow, AmiReject> {
  const channel = found[at.Channel] ?? ''
  const start = found[at.StartTime] ?? ''
  const answer = found[at.AnswerTime] ?? ''
  const end = found[at.EndTime] ?? ''
  const duration = found[at.Duration] ?? ''
  const billsec = found[at.BillableSeconds] ?? ''
  const disposition = found[at.Disposition] ?? ''
  const sequence = numberAt(found[at.Sequence] ?? '', 0, (found[at.Sequence] ?? '').length)
  if (channel === '') return refuse('incomplete', 'the Cdr has no channel')
  const wrong =
    wrongTime('start', start) ?? (answer === '' ? undefined : wrongTime('answer', answer)) ?? wrongTime('end', end)
  if (wrong !== undefined) return refuse('implausible', wrong)
  const seconds = wholeSecondsAt(duration, 0, duration.length)
  if (seconds < 0) return refuse('implausible', `duration ${shown(duration)} is not a number of seconds`)
  const billed = wholeSecondsAt(billsec, 0, billsec.length)
  if (billed < 0) return refuse('implausible', `billsec ${shown(billsec)} is not a number of seconds`)
  if (!isDispositionAt(disposition, 0, disposition.length)) {
    return refuse('implausible', `disposition ${shown(disposition)} is not one Asterisk writes`)
  }
  return ok({
    accountcode: found[at.AccountCode] ?? '',
    src: found[at.Source] ?? '',
    dst: found[at.Destination] ?? '',
    dcontext: found[at.DestinationContext] ?? '',
    clid: found[at.CallerID] ?? '',
    channel,
    dstchannel: found[at.DestinationChannel] ?? '',
    lastapp: found[at.LastApplication] ?? '',
    lastdata: found[at.LastData] ?? '',
    start,
    answer,
    end,
    duration: seconds,
    billsec: billed,
    disposition,
    amaflags: found[at.AMAFlags] ?? '',
    uniqueid: found[at.UniqueID] ?? '',
    userfield: found[at.UserField] ?? '',
    peeraccount: found[at.PeerAccount] ?? '',
    linkedid: found[at.LinkedID] ?? '',
    // No number: written by a userfield, and the true one is in a frame behind.
    sequence: sequence < 0 ? undefined : sequence,
    line: 0,
    raw: message.raw,
  })
}

function wrongTime(name: string, time: string): string | undefined {
  return isTimeAt(time, 0, time.length) ? undefined : `${name} time ${shown(time)} is not a date and time`
}

function refuse(kind: AmiReject['kind'], reason: string) {
  return err({ kind, reason })
}
