// An AMI `CEL` event → a CelRow. The same care as with a Cdr: what is not surely an event of the PBX is refused.

import { err, ok, type Result } from '@tollbook/kernel'
import { isTimeAt, shown } from '../cdr-values.ts'
import type { AmiMessage } from './ami-message.ts'
import { type AmiReject, damageOf } from './cdr-from-ami.ts'
import type { CelRow } from './cel-row.ts'

/** Headers every CEL event has, in 16 and 22 alike. */
const REQUIRED = ['EventName', 'Channel', 'EventTime', 'UniqueID', 'LinkedID']

/** The row of a `CEL` event (privilege class `call`; switched on by `[manager] enabled` in cel.conf). */
export function celFromAmi(message: AmiMessage): Result<CelRow, AmiReject> {
  if (message.kind !== 'event' || message.name.toLowerCase() !== 'cel') return refuse('implausible', 'not a CEL event')
  if (message.headers[1]?.[0].toLowerCase() !== 'privilege') {
    return refuse('forged', 'a CEL event without Privilege after Event: text inside another record, not a record')
  }
  const damage = damageOf(message)
  if (damage !== undefined) return refuse('incomplete', damage)
  const missing = REQUIRED.find((name) => message.get(name) === undefined)
  if (missing !== undefined) return refuse('incomplete', `the CEL event has no ${missing}`)
  const get = (name: string) => message.get(name) ?? ''
  const eventTime = get('EventTime')
  if (!isTimeAt(eventTime, 0, eventTime.length)) {
    return refuse('implausible', `event time ${shown(eventTime)} is not a date and time`)
  }
  return ok({
    event: eventNameOf(get('EventName'), get('UserDefType')),
    accountcode: get('AccountCode'),
    cidNum: get('CallerIDnum'),
    cidName: get('CallerIDname'),
    exten: get('Exten'),
    context: get('Context'),
    channel: get('Channel'),
    app: get('Application'),
    appdata: get('AppData'),
    eventTime,
    sentAtMs: sentAtMs(message),
    amaflags: get('AMAFlags'),
    uniqueid: get('UniqueID'),
    linkedid: get('LinkedID'),
    userfield: get('Userfield'),
    peer: get('Peer'),
    peeraccount: get('PeerAccount'),
    extra: get('Extra'),
    raw: message.raw,
  })
}

/** A user's own event goes by its own name, also where the PBX says USER_DEFINED and gives the name beside it. */
export function eventNameOf(event: string, userDefined: string): string {
  return event === 'USER_DEFINED' && userDefined !== '' ? userDefined : event
}

/** `Timestamp: seconds.microseconds` of the sending; the event itself has whole seconds only. */
export function sentAtMs(message: AmiMessage): number | undefined {
  const m = /^(\d{9,10})\.(\d{3})\d*$/.exec(message.get('Timestamp') ?? '')
  return m ? Number(m[1]) * 1000 + Number(m[2]) : undefined
}

function refuse(kind: AmiReject['kind'], reason: string) {
  return err({ kind, reason })
}
