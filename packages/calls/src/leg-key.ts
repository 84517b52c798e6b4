// Keys computed from the event, so that the same row gets the same key from whichever door and however often it comes.

import { hash } from 'node:crypto'
import { asCallKey, type CallKey, type SourceId, timeFirstUuid } from '@tollbook/kernel'
import type { Leg } from './leg.ts'
import { epochOf } from './uniqueid.ts'

/** The call key: time first, then the digest of (source, linkedid). */
export function callKeyOf(openedAtMs: number, sourceId: SourceId, linkedid: string): CallKey {
  return asCallKey(timeFirstUuid(openedAtMs, digest(`${sourceId}|${linkedid}`)))
}

/** Signed 64 bits of sha256: what a leg or an event is told apart by inside its call. */
export function hash64(text: string): bigint {
  digest(text)
  return FIRST_EIGHT.getBigInt64(0)
}

/** As many bytes as a key needs. One array for all: a digest is used up before the next is made. */
const DIGEST = new Uint8Array(10)
const FIRST_EIGHT = new DataView(DIGEST.buffer)

/** By way of a string: a Buffer for each digest would cost the collector more than the digest itself. */
function digest(text: string): Uint8Array {
  const bytes = hash('sha256', text, 'latin1')
  for (let i = 0; i < DIGEST.length; i++) DIGEST[i] = bytes.charCodeAt(i)
  return DIGEST
}

export type Occurrences = {
  /** 0 for a text (or a digest of one) seen the first time, 1 the second, … */
  next(text: string | bigint): number
}

/** Texts remembered per generation. Rows that are equal to the last letter lie close together in a file. */
const GENERATION = 50_000

/**
 * Counts how often a text came by, to tell truly equal rows apart. Bounded: it remembers at least the last 50,000
 * different texts and at most twice as many; an equal row further away counts as the first again.
 */
export function occurrences(): Occurrences {
  let young = new Map<string | bigint, number>()
  let old = new Map<string | bigint, number>()
  return {
    next(text) {
      const seen = young.get(text) ?? old.get(text) ?? 0
      young.set(text, seen + 1)
      if (young.size >= GENERATION) {
        old = young
        young = new Map()
      }
      return seen
    },
  }
}

/** The text with its number among equal ones. */
export function withOccurrence(text: string, seen: Occurrences): string {
  return `${text}|${seen.next(text)}`
}

/** As hash64 of `withOccurrence`. Remembers digests: 100,000 long texts of channel events would take 50 MB. */
export function hashWithOccurrence(text: string, seen: Occurrences): bigint {
  const first = hash64(`${text}|0`)
  const n = seen.next(first)
  return n === 0 ? first : hash64(`${text}|${n}`)
}

/** Asterisk's cdr_csv cuts texts here; cdr_mysql and most tables at one more. */
const CUT_AT = 79

/**
 * What tells rows of one channel apart when there is no sequence: what every way has, AMI, any CSV, and the oldest table
 * with neither answer nor end. The start counts only modulo 15 minutes from the channel's epoch: every zone is a
 * multiple of that, so a row is the same row from a CSV in UTC and from AMI in local time.
 */
export function rowIdentity(
  leg: Pick<
    Leg,
    'uniqueid' | 'startedAtMs' | 'durationS' | 'billsec' | 'dst' | 'dstchannel' | 'lastapp' | 'disposition'
  >,
): string {
  const start = withoutZone(Math.floor(leg.startedAtMs / 1000) * 1000, (epochOf(leg.uniqueid) ?? 0) * 1000)
  const times = `${start}|${leg.durationS}|${leg.billsec}`
  return `${leg.uniqueid}|${times}|${plain(leg.dst)}|${plain(leg.dstchannel)}|${plain(leg.lastapp)}|${leg.disposition}`
}

/** As short as the shortest way cuts it, and without what is not ASCII: a table in Latin-1 spells that otherwise. */
function plain(text: string): string {
  const cut = text.length > CUT_AT ? text.slice(0, CUT_AT) : text
  return NOT_ASCII.test(cut) ? cut.replaceAll(ALL_NOT_ASCII, '') : cut
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are ASCII too
const NOT_ASCII = /[^\x00-\x7f]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const ALL_NOT_ASCII = /[^\x00-\x7f]/g

/** Key of the row that is the `occurrence`-th (from 0) of its identity. */
export function keyWithoutSequence(identity: string, occurrence: number): bigint {
  return hash64(`${identity}|${occurrence}`)
}

/** More equal rows of one channel than this are no PBX's. */
const MOST_EQUAL = 64

/** Which of the equal rows a key without a sequence stands for; undefined when it was made another way. */
export function occurrenceOf(legKey: bigint, identity: string): number | undefined {
  for (let i = 0; i < MOST_EQUAL; i++) if (keyWithoutSequence(identity, i) === legKey) return i
  return undefined
}

const QUARTER_MS = 900_000

/**
 * A local time since the channel's epoch, modulo 15 minutes. Every zone is a multiple of that away from UTC, so this is
 * the same whether a row came from a file in UTC or over AMI in local time.
 */
export function withoutZone(localMs: number, epochMs: number): number {
  return (((localMs - epochMs) % QUARTER_MS) + QUARTER_MS) % QUARTER_MS
}
