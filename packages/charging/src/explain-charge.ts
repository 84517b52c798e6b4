// A stored charge told step by step, computed again from what it was computed from: the call, the deck's version, the
// plan, the number plan. Reads only.

import type { Queryable } from '@tollbook/db'
import { type ReadNumber, readNumber } from '@tollbook/kernel'
import {
  type CompiledPlan,
  compilePlan,
  markedUp,
  type PackageState,
  rateByPlan,
  type TraceStep,
} from '@tollbook/rating'
import { loadDeck } from '@tollbook/tariffs'
import { type ChargingBook, loadBook } from './book.ts'
import { type CallToTell, tellCall } from './tell-call.ts'

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
  /** 0, 0, 0 and '' when neither plan nor package had a part in it. */
  readonly planId: number
  readonly freeS: number
  readonly packageId: number
  readonly packageFrom: string
}

/** What is needed of the call. */
export type ExplainableCall = {
  readonly toNumber: string
  readonly startedAtMs: number
  readonly answeredAtMs: number | undefined
}

/**
 * The trace of a charge. A plan is told as it is today when it still leads to the charge, else the deck alone. When no
 * steps lead to the stored amount (the number plan was changed since, or the row takes another one back), only what is
 * stored is told: match, seconds, total. The last step always is the stored amount.
 */
export async function explainCharge(
  db: Queryable,
  charge: ExplainableCharge,
  call: ExplainableCall,
): Promise<readonly TraceStep[]> {
  const atMs = call.answeredAtMs ?? call.startedAtMs
  const book = await loadBook(db, charge.tenantId, { fromMs: atMs, toMs: atMs + 1 })
  const read = readNumber(call.toNumber, book.directory.plan)
  const told =
    read === undefined || charge.seconds < 0
      ? undefined
      : (byPlan(book, charge, call, read) ?? (await byDeck(db, book, charge, call, read)))
  return told ?? asStored(charge, (await loadDeck(db, charge.deckId, charge.deckVersion))?.name ?? '')
}

function toTell(
  plan: CompiledPlan | undefined,
  charge: ExplainableCharge,
  call: ExplainableCall,
  read: ReadNumber,
): CallToTell {
  return {
    atMs: call.answeredAtMs ?? call.startedAtMs,
    seconds: charge.seconds,
    dialled: call.toNumber,
    read,
    package: packageOf(plan, charge),
    destinationName: () => charge.destination,
  }
}

/** What the package gave; how much of it was used before is no longer known. */
function packageOf(plan: CompiledPlan | undefined, charge: ExplainableCharge): CallToTell['package'] {
  if (charge.freeS === 0) return undefined
  const known = plan?.packages.find((pkg) => pkg.packageId === charge.packageId)
  const named = known ?? { ...GONE, packageId: charge.packageId }
  const state: PackageState = { package: named, periodStart: charge.packageFrom, usedSeconds: 0, usedCalls: 0 }
  return { state, allowance: { freeSeconds: charge.freeS, freeCall: false } }
}

const GONE = {
  name: '',
  kind: 'unlimited',
  amount: 0,
  period: 'month',
  startDay: 1,
  prefixes: [],
  validFromMs: 0,
} as const

/** Undefined when the plan would charge by another deck or version by now, or another amount. */
function byPlan(
  book: ChargingBook,
  charge: ExplainableCharge,
  call: ExplainableCall,
  read: ReadNumber,
): readonly TraceStep[] | undefined {
  const plan = book.plans.get(charge.planId)?.plan
  if (plan === undefined) return undefined
  const tell = toTell(plan, charge, call, read)
  const rated = rateByPlan(plan, { digits: read.digits, atMs: tell.atMs, seconds: 0 })
  if (!rated.ok || rated.value.deck.deckId !== charge.deckId) return undefined
  if (rated.value.deck.version !== charge.deckVersion) return undefined
  return matching(tellCall(plan, tell), charge)
}

/** By the very version that charged it, with the markup the plan has for it today if that leads to the amount. */
async function byDeck(
  db: Queryable,
  book: ChargingBook,
  charge: ExplainableCharge,
  call: ExplainableCall,
  read: ReadNumber,
): Promise<readonly TraceStep[] | undefined> {
  const bare = await loadDeck(db, charge.deckId, charge.deckVersion)
  if (bare === undefined) return undefined
  const plan = book.plans.get(charge.planId)?.plan
  const markup = plan?.entries.find((entry) => entry.sell.deckId === charge.deckId)?.markup
  const deck = markup === undefined ? bare : markedUp(bare, markup)
  const spans = [{ fromMs: Number.NEGATIVE_INFINITY, deck }]
  const single = compilePlan({
    ...{ planId: 0, name: '', choice: 'order', expectedSeconds: 1, blocked: [], packages: [] },
    entries: [{ deck: { deckId: deck.deckId, name: deck.name, spans } }],
    zone: book.directory.tenant.zone,
  })
  return matching(tellCall(single, toTell(plan, charge, call, read)), charge)
}

function matching(trace: readonly TraceStep[], charge: ExplainableCharge): readonly TraceStep[] | undefined {
  if (trace.at(-1)?.amount !== charge.amount) return undefined
  if (charge.packageId === 0) return trace
  return trace.map((step) => {
    if (step.kind !== 'package') return step
    const { usedBefore: _, ...values } = step.values
    return { ...step, values }
  })
}

function asStored(charge: ExplainableCharge, deck: string): readonly TraceStep[] {
  const { prefix, destination, deckVersion, seconds, billedS, amount } = charge
  return [
    { kind: 'match', values: { prefix, destination, deck, version: String(deckVersion) }, amount: null },
    { kind: 'seconds', values: { talked: String(seconds), billed: String(billedS) }, amount: null },
    { kind: 'total', values: {}, amount },
  ]
}
