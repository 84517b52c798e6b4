// The trace of a call as it is charged: how its number was read, which deck the plan took and why, what a package gave,
// then the arithmetic. Pure; the steps are rating's, put in one order here.

import type { ReadNumber } from '@tollbook/kernel'
import {
  type CallToExplain,
  type CompiledPlan,
  type choosePackage,
  deckAt,
  explainCall,
  explainPackage,
  explainPlan,
  rateByPlan,
  type TraceStep,
} from '@tollbook/rating'

export type CallToTell = {
  readonly atMs: number
  readonly seconds: number
  readonly dialled: string
  readonly read: ReadNumber
  /** The package that gives to the call, if one does. */
  readonly package: ReturnType<typeof choosePackage>
  readonly destinationName: (destinationId: number) => string
}

/** The steps of a call under a plan. Without a price they end where it is clear why. */
export function tellCall(plan: CompiledPlan, call: CallToTell): readonly TraceStep[] {
  const { digits, rule, stripped } = call.read
  const { atMs, seconds, dialled, destinationName } = call
  const asked = { digits, atMs, seconds, ...(call.package && { allowance: call.package.allowance }) }
  const words: CallToExplain = { ...asked, dialled, rule, destinationName }
  const read = { dialled, read: digits, rule, ...(stripped !== '' && { stripped }) }
  const number: TraceStep = { kind: 'number', values: read, amount: null }
  const chosen = explainPlan(plan, digits, atMs)
  const [ofPlan, markup] = [chosen.filter((s) => s.kind === 'plan'), chosen.filter((s) => s.kind === 'markup')]
  const rated = rateByPlan(plan, asked)
  if (!rated.ok) {
    // Of one deck its match step says what was looked at; of several the plan's step does.
    const single = plan.planId === 0 && rated.error.kind !== 'blocked' ? deckAt(plan.entries[0]!.sell, atMs) : undefined
    return [number, ...ofPlan, ...(single === undefined ? [] : explainCall(single, words).slice(1))]
  }
  const steps = explainCall(rated.value.deck, words).slice(1)
  const given = call.package && explainPackage(call.package, rated.value)
  return [
    number,
    ...ofPlan,
    ...steps.flatMap((step): readonly TraceStep[] => {
      if (step.kind === 'match') return [step, ...markup]
      return [step.kind === 'package' && given ? { ...step, values: { ...given.values, ...step.values } } : step]
    }),
  ]
}
