// One CDR as the PBX wrote it, before anyone gives it meaning. Not a leg: times are still local text without a zone.

/** A CDR from any door (file or AMI). Absent columns are empty strings; text is UTF-8, damaged bytes become U+FFFD. */
export type CdrRow = {
  readonly accountcode: string
  readonly src: string
  readonly dst: string
  readonly dcontext: string
  readonly clid: string
  readonly channel: string
  readonly dstchannel: string
  readonly lastapp: string
  readonly lastdata: string
  /** `YYYY-MM-DD HH:MM:SS` in the zone of the PBX (or UTC with usegmtime); checked to be a real date. */
  readonly start: string
  /** Like `start`; empty when nobody answered, or when `end` is empty. */
  readonly answer: string
  /** Empty only in a row of a table that has neither answer nor end: both follow from start, duration and billsec then. */
  readonly end: string
  /** Whole seconds, floored by Asterisk from microseconds: may be one less than end - start as printed. */
  readonly duration: number
  /** Whole seconds since the answer, floored likewise. */
  readonly billsec: number
  readonly disposition: string
  readonly amaflags: string
  readonly uniqueid: string
  readonly userfield: string
  readonly peeraccount: string
  readonly linkedid: string
  /** Number of the CDR since the PBX started; undefined when the PBX is not set up to write it. */
  readonly sequence: number | undefined
  /** First line in the file, from 1; 0 for a live event. */
  readonly line: number
  /** Columns of a table (or fields of a pushed record) that Asterisk's own CDR does not have, by their names. */
  readonly extras?: Readonly<Record<string, string>>
  /** The number dialled from outside, where a table has it (FreePBX). */
  readonly did?: string
  /** File name of the call's recording, where a table has it (FreePBX). */
  readonly recording?: string
  /** The exact bytes, so that a row refused later can be set aside whole. Lost by object spread. */
  readonly raw: Buffer | undefined
}

/** A piece of a file that is not a CDR, with its place and the reason in plain words. */
export type CdrReject = {
  readonly kind: 'reject'
  readonly line: number
  readonly reason: string
  readonly raw: Buffer
}

export type CdrItem = { readonly kind: 'row'; readonly row: CdrRow } | CdrReject
