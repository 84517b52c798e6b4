// A span looked through in parts from its newest end, so that who wants the newest of many need not find them all.
// Knows no filter: what is found in a part is the caller's.

import type { Queryable } from '@tollbook/db'
import { callSpan } from './call-span.ts'

/** Of `opened_at`, milliseconds, `toMs` exclusive; absent = without end. */
export type Part = { readonly fromMs?: number | undefined; readonly toMs?: number | undefined }

/** At 30 M calls a year some twenty thousand calls, which the index of numbers points into in a few milliseconds. */
const FIRST_MS = 6 * 3_600_000
/** A part where nothing was found says that there is little: a month is looked through in three parts then, a year in four. */
const MOST_WIDER = 16
/** More than would be needed if calls were as frequent further back, so that most pages are full with the second part. */
const SPARE = 1.5

/**
 * Calls `look` for one part after another until what it found adds up to `need`, or the span is through. The parts are
 * disjoint, cover the span, and come newest first; each is as wide as what was found so far lets expect.
 */
export async function newestFirst(
  db: Queryable,
  { tenantId, fromMs, toMs }: Part & { readonly tenantId: number },
  need: number,
  look: (part: Part, missing: number) => Promise<number>,
  firstMs = FIRST_MS,
): Promise<void> {
  const known = await callSpan(db, tenantId)
  // Known by what is rolled up, so a hint only: the newest and the oldest part reach as far as the span does.
  const first = Math.max(fromMs ?? 0, known?.firstMs ?? 0)
  let high = toMs
  let at = Math.min(toMs ?? Number.MAX_SAFE_INTEGER, known === undefined ? first : known.lastMs + 1)
  let missing = need
  for (let width = firstMs; ; ) {
    const low = Math.floor(at - width)
    const isLast = low <= first
    const found = await look({ fromMs: isLast ? fromMs : low, toMs: high }, missing)
    missing -= found
    if (isLast || missing <= 0) return
    high = low
    at = low
    width *= found === 0 ? MOST_WIDER : Math.min(MOST_WIDER, Math.max(1, (SPARE * missing) / found))
  }
}
