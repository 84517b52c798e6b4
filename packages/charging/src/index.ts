export { type ChargingBook, freshBook } from './book.ts'
export { type CaptureBatch, type Captured, captureBatch } from './capture.ts'
export { type BelowCost, type Coverage, coverage, type UnratedGroup } from './coverage.ts'
export { eraseTenantCharges } from './erase.ts'
export { type ExplainableCall, type ExplainableCharge, explainCharge } from './explain-charge.ts'
export {
  type ImportFile,
  type ImportProgress,
  type ImportRefusal,
  type ImportReport,
  importCdrs,
} from './import-cdrs.ts'
export {
  activateRateDeck,
  importRateDeck,
  importRateDraft,
  type RateDeckActivation,
  type RateDeckImport,
  type RateDeckRefusal,
  type RateDeckReport,
} from './import-rate-deck.ts'
export { type KeptRated, keepRated } from './keep-rated.ts'
export { type PackageDifference, verifyPackageUse } from './package-use.ts'
export { placeAndRate } from './place-and-rate.ts'
export { type RetryReport, type RetryRequest, retryRejects } from './retry-rejects.ts'
export { type CreditProposal, dismissCreditProposal, listCreditProposals } from './revaluation/credit-proposals.ts'
export {
  applyRevaluation,
  cancelRevaluation,
  listRevaluations,
  type Revaluation,
  type RevaluationOrder,
  type RevaluationScope,
  revaluationById,
  startRevaluation,
} from './revaluation/revaluations.ts'
export { runRevaluation } from './revaluation/run-revaluation.ts'
export { type RevaluationLine, revaluationLines, type SumPart } from './revaluation/value-sums.ts'
export type { RouteOffer } from './route-offers.ts'
export type { Settled } from './settle.ts'
export { type Simulation, type SimulationOutcome, type SimulationRequest, simulate, type Talk } from './simulate.ts'
export { touchAllHours } from './touched-hours.ts'
