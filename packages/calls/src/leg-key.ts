// Keys computed from the event, so that the same row gets the same key from whichever door and however often it comes.

import { hash } from 'node:crypto'
import { asCallKey, type CallKey, type SourceId, timeFirstUuid } from '@tollbook/kernel'

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
  /** 0 for a text seen the first time, 1 the second, … */
  next(text: string): number
}

/** Texts remembered per generation. Rows that are equal to the last letter lie close together in a file. */
const GENERATION = 50_000

/**
 * Counts how often a text came by, to tell truly equal rows apart. Bounded: it remembers at least the last 50,000
 * different texts and at most twice as many; an equal row further away counts as the first again.
 */
export function occurrences(): Occurrences {
  let young = new Map<string, number>()
  let old = new Map<string, number>()
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

const QUARTER_MS = 900_000

/**
 * A local time since the channel's epoch, modulo 15 minutes. Every zone is a multiple of that away from UTC, so this is
 * the same whether a row came from a file in UTC or over AMI in local time.
 */
export function withoutZone(localMs: number, epochMs: number): number {
  return (((localMs - epochMs) % QUARTER_MS) + QUARTER_MS) % QUARTER_MS
}
