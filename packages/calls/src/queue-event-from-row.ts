// One row of queue_log, or of AMI in its words → a queue event that can be stored: its keys are computed.

import type { QueueLogRow } from '@tollbook/asterisk'
import { err, ok, type Result } from '@tollbook/kernel'
import type { LegContext } from './leg-context.ts'
import type { LegReject } from './leg-from-cdr.ts'
import { callKeyOf, hashWithOccurrence } from './leg-key.ts'
import type { QueueEvent } from './queue-event.ts'
import { epochOf } from './uniqueid.ts'

/** 2000 and 2100: clocks that stand outside were never set. */
const FIRST_DAY_MS = 946_684_800_000
const LAST_DAY_MS = 4_102_444_800_000

/**
 * Reads one row; rows of one file must come in file order, because equal ones are told apart by counting them. An event of
 * no call (NONE, MANAGER, REALTIME: a member paused, the log rotated) goes by its own second and is found by no call.
 */
export function queueEventFromRow(row: QueueLogRow, context: LegContext): Result<QueueEvent, LegReject> {
  const { epochMs, event, callid, queue, agent, data } = row
  if (!(epochMs >= FIRST_DAY_MS && epochMs < LAST_DAY_MS)) {
    return err({ kind: 'implausible', reason: 'the time of the queue event is not a plausible one' })
  }
  const epoch = epochOf(callid)
  const openedAtMs = epoch === undefined ? Math.floor(epochMs / 1000) * 1000 : epoch * 1000
  const when = epoch === undefined ? `|${openedAtMs}|${data.join('|')}` : ''
  const identity = `${callid}|${event}|${queue}|${agent}${when}`
  return ok({
    callKey: callKeyOf(openedAtMs, context.sourceId, epoch === undefined ? `queue_log ${callid}` : callid),
    openedAtMs,
    eventKey: hashWithOccurrence(identity, context.queueSeen),
    happenedAtMs: epochMs,
    event,
    callid,
    queue,
    agent,
    data,
  })
}
