// A stored charge told step by step, computed again from what it was computed from: the call, the deck's version, the
// number plan. Reads only.

import type { Queryable } from '@tollbook/db'
import { listTenants } from '@tollbook/directory'
import { readNumber } from '@tollbook/kernel'
import { explainCall, type TraceStep } from '@tollbook/rating'
import { loadDeck } from '@tollbook/tariffs'

/** What is needed of the charge row. */
export type ExplainableCharge = {
  readonly tenantId: number
  readonly deckId: number
  readonly deckVersion: number
  readonly prefix: string
  /** Name of its destination. */
  readonly destination: string
  readonly seconds: number
  readonly billedS: number
  /** Decimal with six places, as stored. */
  readonly amount: string
}

/** What is needed of the call. */
export type ExplainableCall = {
  readonly toNumber: string
  readonly startedAtMs: number
  readonly answeredAtMs: number | undefined
}

/**
 * The trace of a charge. When the steps do not lead to the stored amount (the number plan was changed since, or the row
 * takes another one back), only what is stored is told: match, seconds, total. The last step always is the stored amount.
 */
export async function explainCharge(
  db: Queryable,
  charge: ExplainableCharge,
  call: ExplainableCall,
): Promise<readonly TraceStep[]> {
  const deck = await loadDeck(db, charge.deckId, charge.deckVersion)
  const tenant = (await listTenants(db)).find((t) => t.tenantId === charge.tenantId)
  const read = tenant && readNumber(call.toNumber, tenant.plan)
  if (deck && read !== undefined && charge.seconds >= 0) {
    const trace = explainCall(deck, {
      digits: read.digits,
      atMs: call.answeredAtMs ?? call.startedAtMs,
      seconds: charge.seconds,
      dialled: call.toNumber,
      rule: read.rule,
      destinationName: () => charge.destination,
    })
    if (trace.at(-1)?.amount === charge.amount) return trace
  }
  return asStored(charge, deck?.name ?? '')
}

function asStored(charge: ExplainableCharge, deck: string): readonly TraceStep[] {
  const { prefix, destination, deckVersion, seconds, billedS, amount } = charge
  return [
    { kind: 'match', values: { prefix, destination, deck, version: String(deckVersion) }, amount: null },
    { kind: 'seconds', values: { talked: String(seconds), billed: String(billedS) }, amount: null },
    { kind: 'total', values: {}, amount },
  ]
}
