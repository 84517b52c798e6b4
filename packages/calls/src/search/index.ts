export { type CallDetail, callDetail } from '../call-detail.ts'
export { type CallSpan, callSpan } from '../call-span.ts'
export { type CallSearch, parseCallSearch } from '../number-search.ts'
export { type CallFilter, searchCalls } from '../search.ts'
