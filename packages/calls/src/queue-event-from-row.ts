// One queue event as queue_log or AMI told it → one that can be stored: its call and its key are computed.

import type { QueueLogRow } from '@tollbook/asterisk'
import { err, ok, type Result } from '@tollbook/kernel'
import { callIdentity, type LegContext } from './leg-context.ts'
import type { LegReject } from './leg-from-cdr.ts'
import { hash64, withOccurrence } from './leg-key.ts'
import type { QueueEvent } from './queue-event.ts'

/**
 * Reads one row. The key holds no time, because the file has whole seconds and AMI microseconds: the how-manieth such
 * event of the call it is tells equal ones apart, so rows must come in order.
 */
export function queueEventFromRow(row: QueueLogRow, context: LegContext): Result<QueueEvent, LegReject> {
  const { callid, event, queue, agent } = row
  if (callid === '') return err({ kind: 'implausible', reason: 'the queue event belongs to no call' })
  if (!(row.epochMs > 0)) return err({ kind: 'implausible', reason: 'the queue event has no time' })
  const call = callIdentity({ linkedid: callid, uniqueid: callid }, row.epochMs, context)
  return ok({
    callKey: call.callKey,
    openedAtMs: call.openedAtMs,
    eventKey: hash64(withOccurrence(`${callid}|${event}|${queue}|${agent}`, context.seen)),
    happenedAtMs: row.epochMs,
    event,
    callid,
    queue,
    agent,
    data: row.data,
  })
}
