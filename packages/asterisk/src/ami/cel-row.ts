// One channel event (CEL) as the PBX sent it. Time is local text without a zone; meaning is given by the room `calls`.

export type CelRow = {
  /** CHAN_START, ANSWER, BRIDGE_ENTER, HANGUP, LINKEDID_END, … or a user's own name. */
  readonly event: string
  readonly accountcode: string
  readonly cidNum: string
  readonly cidName: string
  readonly exten: string
  readonly context: string
  readonly channel: string
  readonly app: string
  readonly appdata: string
  /** `YYYY-MM-DD HH:MM:SS`, whole seconds, in the zone of the PBX (in UTC where `exactMs` is there). */
  readonly eventTime: string
  /** The instant itself, milliseconds since 1970 with their fraction: cel_custom writes epochs of microseconds. */
  readonly exactMs?: number | undefined
  /** Milliseconds with their fraction past the whole second of a local time. */
  readonly pastSecondMs?: number | undefined
  /** When the PBX sent it, milliseconds since 1970 UTC; undefined unless `timestampevents = yes`. */
  readonly sentAtMs: number | undefined
  readonly amaflags: string
  readonly uniqueid: string
  readonly linkedid: string
  readonly userfield: string
  readonly peer: string
  readonly peeraccount: string
  /** JSON or empty: causes, bridges, transfer targets. */
  readonly extra: string
  readonly raw: Buffer | undefined
  /** First line in the file, from 1; absent for a live event. */
  readonly line?: number
}
