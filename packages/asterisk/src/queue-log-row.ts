// One queue event in the words of queue_log, from a line of that file or from an AMI event; meaning is given by `calls`.

export type QueueLogRow = {
  /** Milliseconds since 1970 UTC: queue_log writes epoch seconds, AMI microseconds where `timestampevents = yes`. */
  readonly epochMs: number
  /** Uniqueid of the caller's channel; '' where queue_log says NONE. */
  readonly callid: string
  readonly queue: string
  /** ENTERQUEUE, CONNECT, RINGNOANSWER, ABANDON, EXITWITHTIMEOUT, COMPLETECALLER, … */
  readonly event: string
  /** Member name, interface or Agent/n; '' where queue_log says NONE. */
  readonly agent: string
  /** data1 to data5 as queue_log defines them for the event; trailing empty ones left out. */
  readonly data: readonly string[]
  /** The bytes it came from, where they were kept. */
  readonly raw: Buffer | undefined
  /** Line of the file, from 1; 0 from AMI. */
  readonly line: number
}
