export { type ColumnCopy, type CopyStanding, columnCopy, copyStanding } from './copy.ts'
export { type Duck, type DuckHouse, openDuck, textOf } from './duck.ts'
export {
  type CallFinder,
  type FindQuestion,
  isFoundInCopy,
  isNumberInCopy,
  openFinder,
} from './find.ts'
export type { FoundPlace } from './find-files.ts'
export { keepColumns, tidyColumns } from './keep.ts'
export { keepMissed, type MadeMissed } from './keep-missed.ts'
export { lookAhead } from './look-ahead.ts'
export { forgetMonth } from './state.ts'
