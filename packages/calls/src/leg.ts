// A leg is one CDR row after the door: times are instants, the key is computed, text stays as the PBX wrote it.

import type { CallKey } from '@tollbook/kernel'

/** What `disposition` says of this path only; the numbers are what the database keeps. */
export const DISPOSITION = {
  other: 0,
  ANSWERED: 1,
  'NO ANSWER': 2,
  BUSY: 3,
  FAILED: 4,
  CONGESTION: 5,
  CANCEL: 6,
} as const

export type Disposition = (typeof DISPOSITION)[keyof typeof DISPOSITION]

export type Leg = {
  readonly callKey: CallKey
  /** Milliseconds; the epoch in linkedid (else uniqueid), else the start. Decides the partition, never changes. */
  readonly openedAtMs: number
  /** Signed 64 bits: from (uniqueid, sequence), else from what every way tells of the row, and its occurrence. */
  readonly legKey: bigint
  readonly startedAtMs: number
  readonly answeredAtMs: number | undefined
  readonly endedAtMs: number
  /** Whole seconds as Asterisk computed them (floor of microseconds), not the difference of the printed times. */
  readonly durationS: number
  readonly billsec: number
  readonly sequence: number | undefined
  /** Line in the file it came from, 1-based. */
  readonly line: number | undefined
  readonly disposition: Disposition
  readonly amaflags: number
  readonly uniqueid: string
  readonly linkedid: string
  readonly channel: string
  readonly dstchannel: string
  readonly src: string
  readonly dst: string
  readonly clid: string
  readonly dcontext: string
  readonly lastapp: string
  readonly lastdata: string
  readonly accountcode: string
  readonly peeraccount: string
  readonly userfield: string
  /** What only some tables tell. */
  readonly did: string
  readonly recording: string
  readonly extras: Readonly<Record<string, string>> | undefined
}
