// The legs of a batch grouped into their calls, in the order in which everything is written: of call keys, then leg keys.

import type { CallKey } from '@tollbook/kernel'
import { NO_ORIGINS } from './known-leg.ts'
import type { Leg } from './leg.ts'
import { mergeLegs, sameValues } from './merge-legs.ts'

export type LegsOfCall = { readonly callKey: CallKey; readonly openedAtMs: number; readonly legs: readonly Leg[] }

/** Each leg once; `twice` is called with one that came before in the batch. Its values are not lost where they are richer. */
export function legsByCall(legs: readonly Leg[], twice: (leg: Leg) => void): LegsOfCall[] {
  const calls: LegsOfCall[] = []
  let current: { callKey: CallKey; openedAtMs: number; legs: Leg[] } | undefined
  for (const leg of [...legs].sort(byKey)) {
    if (current?.callKey !== leg.callKey) {
      current = { callKey: leg.callKey, openedAtMs: leg.openedAtMs, legs: [leg] }
      calls.push(current)
      continue
    }
    const last = current.legs.at(-1)!
    if (last.legKey !== leg.legKey) current.legs.push(leg)
    else {
      twice(leg)
      if (!sameValues(last, leg)) current.legs[current.legs.length - 1] = richerOf(last, leg)
    }
  }
  return calls
}

/** A call key begins with the time: most pairs are told apart by a number, before any text is compared. */
function byKey(a: Leg, b: Leg): number {
  if (a.openedAtMs !== b.openedAtMs) return a.openedAtMs - b.openedAtMs
  if (a.callKey !== b.callKey) return a.callKey < b.callKey ? -1 : 1
  return a.legKey < b.legKey ? -1 : a.legKey > b.legKey ? 1 : 0
}

/** One way told both, so it does not matter which. */
const HERE = { batchId: '', receivedAtMs: 0, seenIn: 1, origins: NO_ORIGINS }

function richerOf(a: Leg, b: Leg): Leg {
  return mergeLegs({ leg: a, from: HERE }, { leg: b, from: HERE }).leg
}
