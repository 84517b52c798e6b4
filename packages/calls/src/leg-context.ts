// What reading the rows of one source has to remember from one to the next. One per file, or per live connection.

import type { CallKey, SourceId } from '@tollbook/kernel'
import { callKeyOf, type Occurrences, occurrences } from './leg-key.ts'
import { epochOf } from './uniqueid.ts'
import type { ZoneConverter } from './zone-converter.ts'

export type LegContext = {
  readonly sourceId: SourceId
  /** May be replaced between rows, when another zone is found to fit better. */
  zone: ZoneConverter
  /** Replaced where another connection begins, which may tell the same again. */
  seen: Occurrences
  /** Of queue events, apart: they are few, and equal ones lie minutes apart, thousands of channel events between. */
  queueSeen: Occurrences
  /** Number of the next channel event; whoever goes on with a source sets it to go on too. */
  arrivals: number
  readonly calls: (CallIdentity & { readonly id: string })[]
}

export type CallIdentity = { readonly callKey: CallKey; readonly openedAtMs: number }

/** A context for rows of this source, written in this zone. */
export function legContext(sourceId: SourceId, zone: ZoneConverter): LegContext {
  return { sourceId, zone, seen: occurrences(), queueSeen: occurrences(), arrivals: 1, calls: [] }
}

/** Places for calls seen lately, so that the legs of one call cost one digest. */
const REMEMBERED_CALLS = 1024

/**
 * Key and opening of the call a row belongs to: by linkedid, else by uniqueid. It opened at the epoch inside that id;
 * an id without one (another make of PBX) gives the row's own time.
 */
export function callIdentity(
  row: { readonly linkedid: string; readonly uniqueid: string },
  ownTimeMs: number,
  context: LegContext,
): CallIdentity {
  const id = row.linkedid === '' ? row.uniqueid : row.linkedid
  const place = placeOf(id)
  const known = context.calls[place]
  if (known?.id === id) return known
  const epoch = epochOf(id)
  const seconds = epoch ?? epochOf(row.uniqueid)
  const openedAtMs = seconds === undefined ? ownTimeMs : seconds * 1000
  const call = { id, callKey: callKeyOf(openedAtMs, context.sourceId, id), openedAtMs }
  if (epoch !== undefined) context.calls[place] = call
  return call
}

/** By the last digits of the channel counter: neighbours never push each other out, and nothing is hashed. */
function placeOf(id: string): number {
  const at = id.length - 3
  if (at < 0) return 0
  const digits = id.charCodeAt(at) * 100 + id.charCodeAt(at + 1) * 10 + id.charCodeAt(at + 2)
  return digits & (REMEMBERED_CALLS - 1)
}
