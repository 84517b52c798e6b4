export { type ColumnCopy, type CopyStanding, columnCopy, copyStanding } from './copy.ts'
export { type Duck, type DuckHouse, openDuck } from './duck.ts'
export { keepColumns, tidyColumns } from './keep.ts'
export { forgetMonth } from './state.ts'
