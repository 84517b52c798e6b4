// An AMI `CEL` event → a CelRow. The same care as with a Cdr: what is not surely an event of the PBX is refused.

import { err, ok, type Result } from '@tollbook/kernel'
import { isTimeAt, shown } from '../cdr-values.ts'
import { type AmiMessage, amiKeys } from './ami-message.ts'
import { type AmiReject, damageOf } from './cdr-from-ami.ts'
import type { CelRow } from './cel-row.ts'

/** In the order in which 16 and 22 write them. */
const KEYS = amiKeys([
  ...(['Privilege', 'Timestamp?', 'SystemName?', 'EventName', 'AccountCode', 'CallerIDnum'] as const),
  ...(['CallerIDname', 'CallerIDani', 'CallerIDrdnis', 'CallerIDdnid', 'Exten', 'Context', 'Channel'] as const),
  ...(['Application', 'AppData', 'EventTime', 'AMAFlags', 'UniqueID', 'LinkedID', 'Userfield'] as const),
  ...(['Peer', 'PeerAccount', 'UserDefType?', 'Extra'] as const),
])

const { at } = KEYS

/** Headers every CEL event has, in 16 and 22 alike. */
const REQUIRED = ['EventName', 'Channel', 'EventTime', 'UniqueID', 'LinkedID'] as const

/** The row of a `CEL` event (privilege class `call`; switched on by `[manager] enabled` in cel.conf). */
export function celFromAmi(message: AmiMessage): Result<CelRow, AmiReject> {
  if (message.kind !== 'event' || message.name.toLowerCase() !== 'cel') return refuse('implausible', 'not a CEL event')
  if (!message.isGenuine) {
    return refuse('forged', 'a CEL event without Privilege after Event: text inside another record, not a record')
  }
  const damage = damageOf(message)
  if (damage !== undefined) return refuse('incomplete', damage)
  const found = message.pick(KEYS)
  for (const name of REQUIRED) {
    if (found[at[name]] === undefined) return refuse('incomplete', `the CEL event has no ${name}`)
  }
  const eventTime = found[at.EventTime] ?? ''
  if (!isTimeAt(eventTime, 0, eventTime.length)) {
    return refuse('implausible', `event time ${shown(eventTime)} is not a date and time`)
  }
  return ok({
    event: eventNameOf(found[at.EventName] ?? '', found[at.UserDefType] ?? ''),
    accountcode: found[at.AccountCode] ?? '',
    cidNum: found[at.CallerIDnum] ?? '',
    cidName: found[at.CallerIDname] ?? '',
    exten: found[at.Exten] ?? '',
    context: found[at.Context] ?? '',
    channel: found[at.Channel] ?? '',
    app: found[at.Application] ?? '',
    appdata: found[at.AppData] ?? '',
    eventTime,
    sentAtMs: epochMs(found[at.Timestamp]),
    amaflags: found[at.AMAFlags] ?? '',
    uniqueid: found[at.UniqueID] ?? '',
    linkedid: found[at.LinkedID] ?? '',
    userfield: found[at.Userfield] ?? '',
    peer: found[at.Peer] ?? '',
    peeraccount: found[at.PeerAccount] ?? '',
    extra: found[at.Extra] ?? '',
    raw: message.raw,
  })
}

/** A user's own event goes by its own name, also where the PBX says USER_DEFINED and gives the name beside it. */
export function eventNameOf(event: string, userDefined: string): string {
  return event === 'USER_DEFINED' && userDefined !== '' ? userDefined : event
}

/** Headers a CEL event has up to its userfield: longer than the 255 bytes of a Cdr's userfield, which could imitate fewer. */
const BEFORE_TEAR = KEYS.names.slice(KEYS.names.indexOf('EventName'), KEYS.names.indexOf('Userfield') + 1)

/** A CEL event that is whole up to its userfield, and ends before the headers behind it: its userfield has torn it. */
export function isTornCel(message: AmiMessage): boolean {
  if (message.kind !== 'event' || message.name.toLowerCase() !== 'cel' || !message.isGenuine) return false
  if (message.lastKey.toLowerCase() === 'extra' || damageOf(message) !== undefined) return false
  const names = new Set(message.headers.map(([name]) => name.toLowerCase()))
  return BEFORE_TEAR.every((name) => names.has(name.toLowerCase())) && celFromAmi(message).ok
}

/** `Timestamp: seconds.microseconds` of the sending; the event itself has whole seconds only. */
export function sentAtMs(message: AmiMessage): number | undefined {
  return epochMs(message.get('Timestamp'))
}

function epochMs(timestamp: string | undefined): number | undefined {
  const m = timestamp === undefined ? null : /^(\d{9,10})\.(\d{3})\d*$/.exec(timestamp)
  return m ? Number(m[1]) * 1000 + Number(m[2]) : undefined
}

function refuse(kind: AmiReject['kind'], reason: string) {
  return err({ kind, reason })
}
