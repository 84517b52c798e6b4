// What is known of calls: legs and channel events, those of calls that were joined with them included.

import type { Tx } from '@tollbook/db'
import { asCallKey, type CallKey, millisOfUuid } from '@tollbook/kernel'
import type { Cel } from './cel.ts'
import type { Leg } from './leg.ts'
import { openedRange } from './leg-batch.ts'
import { celOf } from './stored-cel.ts'
import { legsOf } from './stored-legs.ts'

export type KnownCall = { readonly callKey: CallKey; readonly alsoKeys: readonly string[] | null }

export type Facts = { readonly legs: readonly Leg[]; readonly cel: readonly Cel[] }

/** Legs and events of stored calls, by the key of the call. */
export async function factsOf(tx: Tx, calls: readonly KnownCall[]): Promise<Map<CallKey, Facts>> {
  const facts = new Map<CallKey, Facts>()
  if (calls.length === 0) return facts
  const keysOf = ({ callKey, alsoKeys }: KnownCall) => [callKey, ...(alsoKeys ?? []).map(asCallKey)]
  const keys = new Set(calls.flatMap(keysOf))
  const range = openedRange([...keys].map((key) => ({ openedAtMs: millisOfUuid(key) })))
  const legs = await legsOf(tx, keys, range)
  const cel = await celOf(tx, keys, range)
  for (const call of calls) {
    const own = keysOf(call)
    facts.set(call.callKey, {
      legs: own.length === 1 ? (legs.get(call.callKey) ?? []) : own.flatMap((key) => legs.get(key) ?? []),
      cel: own.length === 1 ? (cel.get(call.callKey) ?? []) : own.flatMap((key) => cel.get(key) ?? []),
    })
  }
  return facts
}
