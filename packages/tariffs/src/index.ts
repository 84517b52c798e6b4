export {
  changeDeckSettings,
  type DeckDetail,
  type DeckSettings,
  type DeckVersion,
  deckDetail,
  type SettingsRefusal,
} from './deck-detail.ts'
export {
  type DeckImport,
  type DeckImportHooks,
  type DeckImportReport,
  type DeckRefusal,
  type DeckSide,
  type DraftImport,
  importDeck,
  importDraft,
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
export { type PreviewInput, previewSheet, type SheetPreview } from './preview-sheet.ts'
export { type PriceLine, type PriceList, type PriceListQuestion, priceList, priceListCsv } from './price-list.ts'
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
export {
  type DiffQuestion,
  diffVersions,
  type RateChange,
  type RateChangeKind,
  type VersionDiff,
} from './versions/diff-versions.ts'
export { type EditRefusal, editRates, type RateEditInput, type RateSet } from './versions/edit-rates.ts'
export { exportVersion } from './versions/export-version.ts'
export { deckTimeline, loadDeck } from './versions/load-deck.ts'
