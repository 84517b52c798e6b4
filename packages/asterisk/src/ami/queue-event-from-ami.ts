// An AMI queue event (class `agent`) → the row queue_log would have. What has no line in queue_log gives none.

import { err, ok, type Result } from '@tollbook/kernel'
import { shown } from '../cdr-values.ts'
import type { QueueLogRow } from '../queue-log-row.ts'
import type { AmiMessage } from './ami-message.ts'
import { type AmiReject, damageOf } from './cdr-from-ami.ts'
import { sentAtMs } from './cel-from-ami.ts'

type Words = { readonly event: string; readonly data: readonly string[]; readonly agent?: string }

const WORDS: Readonly<Record<string, (get: (name: string) => string) => Words>> = {
  queuecallerjoin: (get) => ({ event: 'ENTERQUEUE', data: ['', get('CallerIDNum'), get('Position')] }),
  agentconnect: (get) => ({
    event: 'CONNECT',
    data: [get('HoldTime'), get('DestUniqueid'), get('RingTime')],
    agent: memberOf(get),
  }),
  agentringnoanswer: (get) => ({ event: 'RINGNOANSWER', data: [get('RingTime')], agent: memberOf(get) }),
  // Also sent when the wait timed out with the caller still there; only queue_log tells the two apart.
  queuecallerabandon: (get) => ({
    event: 'ABANDON',
    data: [get('Position'), get('OriginalPosition'), get('HoldTime')],
  }),
  agentcomplete: (get) => ({
    event: COMPLETED[get('Reason').toLowerCase()] ?? 'COMPLETECALLER',
    data: [get('HoldTime'), get('TalkTime')],
    agent: memberOf(get),
  }),
}

/** `transfer`: queue_log names the kind and the target of it, AMI does not. */
const COMPLETED: Readonly<Record<string, string>> = {
  caller: 'COMPLETECALLER',
  agent: 'COMPLETEAGENT',
  transfer: 'TRANSFER',
}

/** Whether this is an event `queueEventFromAmi` has a row for. */
export function isQueueEvent(message: AmiMessage): boolean {
  return message.kind === 'event' && Object.hasOwn(WORDS, message.name.toLowerCase())
}

/**
 * The row of a queue event. Its time is the Timestamp of the sending, else when we received it.
 * @param receivedAtMs undefined in a recording of which nobody knows when it was received.
 */
export function queueEventFromAmi(
  message: AmiMessage,
  receivedAtMs: number | undefined,
): Result<QueueLogRow, AmiReject> {
  const words = isQueueEvent(message) ? WORDS[message.name.toLowerCase()] : undefined
  if (!words) return refuse('implausible', 'not an event of a queue')
  if (!message.isGenuine) {
    return refuse('forged', 'a queue event without Privilege after Event: text inside another record, not a record')
  }
  const damage = damageOf(message)
  if (damage !== undefined) return refuse('incomplete', damage)
  const get = (name: string) => message.get(name) ?? ''
  const callid = get('Uniqueid')
  const queue = get('Queue')
  if (callid === '' || queue === '') return refuse('incomplete', 'the queue event has no channel or no queue')
  const epochMs = sentAtMs(message) ?? receivedAtMs
  if (epochMs === undefined) return refuse('incomplete', 'the queue event has no time (timestampevents is off)')
  const { event, data, agent = '' } = words(get)
  const wrong = data.find((value, i) => NUMBERS[event]?.includes(i) && !/^\d{1,9}$/.test(value))
  if (wrong !== undefined) return refuse('implausible', `${shown(wrong)} is not a whole number (${event})`)
  return ok({ epochMs, callid, queue, event, agent, data, raw: message.raw, line: 0 })
}

/** Places in `data` that are whole numbers: seconds, positions, milliseconds. */
const NUMBERS: Readonly<Record<string, readonly number[]>> = {
  ENTERQUEUE: [2],
  CONNECT: [0, 2],
  RINGNOANSWER: [0],
  ABANDON: [0, 1, 2],
  COMPLETECALLER: [0, 1],
  COMPLETEAGENT: [0, 1],
  TRANSFER: [0, 1],
}

/** queue_log names the member; a member without a name of its own has its interface as name. */
function memberOf(get: (name: string) => string): string {
  return get('MemberName') || get('Interface')
}

function refuse(kind: AmiReject['kind'], reason: string) {
  return err({ kind, reason })
}
