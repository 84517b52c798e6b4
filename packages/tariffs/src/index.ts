export {
  type DeckImport,
  type DeckImportHooks,
  type DeckImportReport,
  type DeckRefusal,
  type DeckSide,
  type DraftImport,
  importDeck,
  importDraft,
  SIDE,
} from './import-deck.ts'
export { type DeckSummary, listDecks } from './list-decks.ts'
export { type ListedRate, listRates, type RatesPage, type RatesQuestion } from './list-rates.ts'
export { listPlans, planById, type StoredPlan, type StoredPlanDeck } from './plans/list-plans.ts'
export {
  deletePlan,
  type PlanDeck,
  type PlanInput,
  type PlanPackage,
  type PlanRefusal,
  savePlan,
} from './plans/save-plan.ts'
export { previewSheet, type SheetPreview } from './preview-sheet.ts'
export { SHEET_FIELDS, type SheetField, type SheetLayout, type SheetProblem } from './sheets/layout.ts'
export {
  type Activation,
  activateDue,
  activateVersion,
  discardDraft,
  type EffectiveFrom,
  rollBackTo,
  type VersionRefusal,
  withdrawVersion,
} from './versions/activate.ts'
export { type DeckTimeline, deckTimeline, loadDeck } from './versions/load-deck.ts'
