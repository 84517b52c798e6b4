// A channel event (CEL) after the door: the time is an instant, the keys are computed. Kept as it came; it refines calls later.

import type { CallKey } from '@tollbook/kernel'

export type Cel = {
  readonly callKey: CallKey
  /** The epoch in linkedid, ms; decides the partition. */
  readonly openedAtMs: number
  /** Signed 64 bits: from the event and its occurrence. */
  readonly eventKey: bigint
  /** With a fraction where the source has one. */
  readonly happenedAtMs: number
  /** Order of arrival, for events of one second whose times have no fraction. */
  readonly arrival: number
  /** "CHAN_START", "HANGUP", …; a user event keeps the name its dialplan gave it. */
  readonly event: string
  readonly uniqueid: string
  readonly linkedid: string
  readonly channel: string
  readonly exten: string
  readonly context: string
  readonly app: string
  readonly appdata: string
  readonly cidNum: string
  readonly cidName: string
  readonly peer: string
  readonly accountcode: string
  readonly userfield: string
  /** JSON as Asterisk wrote it, or ''. */
  readonly extra: string
}
