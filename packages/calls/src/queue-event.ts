// A queue event after the door, in the words of queue_log, from the file or from AMI. Keyed by the caller's channel: the
// file knows no linkedid, so a call looks for the events of all its channels.

import type { CallKey } from '@tollbook/kernel'

export type QueueEvent = {
  /** As of a call whose linkedid is `callid`. */
  readonly callKey: CallKey
  /** The epoch in `callid`, ms; decides the partition. */
  readonly openedAtMs: number
  /** Signed 64 bits: of (callid, event, queue, agent) and the how-manieth such event it is. */
  readonly eventKey: bigint
  readonly happenedAtMs: number
  /** ENTERQUEUE, CONNECT, RINGNOANSWER, ABANDON, EXITWITHTIMEOUT, COMPLETECALLER, … */
  readonly event: string
  /** Uniqueid of the caller's channel. */
  readonly callid: string
  readonly queue: string
  /** Member name, interface or Agent/n; '' where queue_log says NONE. */
  readonly agent: string
  /** data1 to data5 as queue_log defines them for the event. */
  readonly data: readonly string[]
}
