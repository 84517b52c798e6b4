export {
  type DeckImport,
  type DeckImportHooks,
  type DeckImportReport,
  type DeckRefusal,
  type DeckSide,
  importDeck,
  SIDE,
} from './import-deck.ts'
export { type DeckSummary, listDecks } from './list-decks.ts'
export { type ListedRate, listRates, type RatesPage, type RatesQuestion } from './list-rates.ts'
export { loadDeck } from './load-deck.ts'
export type { SheetProblem } from './sheet.ts'
