// One channel event as the PBX sent it → one that can be stored: the time becomes an instant, the keys are computed.

import type { CelRow } from '@tollbook/asterisk/ami'
import { err, ok, type Result } from '@tollbook/kernel'
import type { Cel } from './cel.ts'
import { callIdentity, type LegContext } from './leg-context.ts'
import type { LegReject } from './leg-from-cdr.ts'
import { hashWithOccurrence, withoutZone } from './leg-key.ts'
import { parseLocalTime } from './local-time.ts'
import { epochOf } from './uniqueid.ts'

export type { Cel }

/**
 * Reads one event. The key is made of the whole event and its number among equal ones, so events must come in the
 * order in which they were sent; what is sent again after a reconnect gets the same keys.
 */
export function celFromRow(row: CelRow, context: LegContext): Result<Cel, LegReject> {
  const local = parseLocalTime(row.eventTime)
  if (Number.isNaN(local)) return err({ kind: 'implausible', reason: 'event time is missing or not a time' })
  if (row.linkedid === '' && row.uniqueid === '') {
    return err({ kind: 'implausible', reason: 'neither linkedid nor uniqueid: it belongs to no call' })
  }
  const epoch = epochOf(row.uniqueid)
  const second = context.zone.toInstant(local, epoch === undefined ? 0 : epoch * 1000 - 1000)
  // Fractions come from files, or from when AMI sent it; the key knows whole seconds, so that AMI's event is the same one.
  const sent = withSendingTime(second, row.sentAtMs)
  const happenedAtMs = row.exactMs ?? (row.pastSecondMs === undefined ? sent : second + row.pastSecondMs)
  const call = callIdentity(row, happenedAtMs, context)
  const identity = [row.event, row.uniqueid, row.channel, row.exten, row.context, row.app, row.appdata, row.peer]
    .concat(row.extra, String(withoutZone(local, (epoch ?? 0) * 1000)))
    .join('\u001f')
  return ok({
    callKey: call.callKey,
    openedAtMs: call.openedAtMs,
    eventKey: hashWithOccurrence(identity, context.seen),
    happenedAtMs,
    arrival: context.arrivals++,
    event: row.event,
    uniqueid: row.uniqueid,
    linkedid: row.linkedid,
    channel: row.channel,
    exten: row.exten,
    context: row.context,
    app: row.app,
    appdata: row.appdata,
    cidNum: row.cidNum,
    cidName: row.cidName,
    peer: row.peer,
    accountcode: row.accountcode,
    userfield: row.userfield,
    extra: row.extra,
  })
}

/**
 * An event is sent in the moment it happens; a sending in the next second is taken for its second's end. Compared modulo
 * 15 minutes, so that the fraction is the same in whatever zone the second was read.
 */
function withSendingTime(secondMs: number, sentAtMs: number | undefined): number {
  if (sentAtMs === undefined) return secondMs
  const late = withoutZone(sentAtMs, secondMs)
  return late >= 3000 ? secondMs : secondMs + Math.min(late, 999)
}
