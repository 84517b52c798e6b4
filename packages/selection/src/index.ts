export { type CallColumns, type ColumnOf, columnOfCall, columnsOfCall, isWithin } from './call-columns.ts'
export { type Clock, clockFault, type Stretch } from './clock.ts'
export { callConditions, dimensionConditions, isFoundByNumber } from './conditions.ts'
export {
  COLUMN,
  COLUMN_DIMENSIONS,
  type ColumnDimension,
  DIRECTIONS,
  DISPOSITIONS,
  ENDINGS,
  NONE_KEY,
  OUTCOMES,
  TEXT_DIMENSIONS,
} from './dimensions.ts'
export { type CallSearch, parseCallSearch } from './number-search.ts'
export { type Choice, FILTER_NAMES, type Filters, needsSingleCalls, parseFilters } from './parse-filters.ts'
export { type Chosen, resolveFilters, type Selection, spellingsOfTag } from './resolve.ts'
export { lowestKey, searchCondition } from './search-condition.ts'
