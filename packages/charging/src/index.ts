export { attribute } from './attribute.ts'
export { type ChargingBook, freshBook, loadBook } from './book.ts'
export { eraseTenantCharges } from './erase.ts'
export { type ExplainableCall, type ExplainableCharge, explainCharge } from './explain-charge.ts'
export {
  importRateDeck,
  type RateDeckImport,
  type RateDeckRefusal,
  type RateDeckReport,
} from './import-rate-deck.ts'
export { UNRATED, type UnratedReason } from './price-call.ts'
export { rateUnrated } from './rate-unrated.ts'
export { type SettleContext, type Settled, settleCalls } from './settle.ts'
