// The trace of a call as it is charged: how its number was read, which deck the plan took and why, what a package gave,
// then the arithmetic. Pure; the steps are rating's, put in one order here.

import type { ReadNumber } from '@tollbook/kernel'
import {
  type CompiledPlan,
  choosePackage,
  deckAt,
  explainCall,
  explainPlan,
  explainPackage,
  rateByPlan,
  type TraceStep,
} from '@tollbook/rating'
import type { ChargeableCall } from './price-call.ts'

export type ToTell = {
  readonly call: ChargeableCall
  readonly read: ReadNumber
  /** The package that gives to the call, if one does. */
  readonly package: ReturnType<typeof choosePackage>
  readonly names: (destinationId: number) => string
}
