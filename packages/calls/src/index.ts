export {
  type Attribution,
  type Call,
  type CallDraft,
  type CallSegment,
  type ChargedSegment,
  DIRECTION,
  type Direction,
  OUTCOME,
  type Outcome,
} from './call.ts'
export type { CallDetail } from './call-detail.ts'
export type { CallSummary } from './call-summary.ts'
export { type Cel, celFromRow } from './cel-from-row.ts'
export { eraseTenantCalls } from './erase.ts'
export {
  type ClaimedImport,
  claimImport,
  createImport,
  type ImportCounts,
  type ImportRequest,
  type ImportStanding,
  updateImport,
} from './imports.ts'
export { DISPOSITION, type Disposition, type Leg } from './leg.ts'
export { type LegContext, legContext } from './leg-context.ts'
export { type LegReject, legFromCdr } from './leg-from-cdr.ts'
export { type PlacedCalls, placeCalls } from './place-calls.ts'
export type { QueueEvent } from './queue-event.ts'
export { queueEventFromRow } from './queue-event-from-row.ts'
export {
  closeRejects,
  listOpenRejects,
  type OpenReject,
  type Reject,
  type RejectOrigin,
  type RejectRef,
  setAside,
} from './rejects.ts'
export { rereadRows } from './reread-rows.ts'
export { type Attribute, type LegBatch, type StoredLegs, storeLegs } from './store-legs.ts'
export { UNRATED, UNRATED_WORDS, type Unrated, type UnratedWord, unratedWord } from './unrated.ts'
export { INSTANTS, type ZoneConverter, zoneConverter } from './zone-converter.ts'
export { type ZoneDetector, type ZoneEvidence, zoneDetector } from './zone-detector.ts'
