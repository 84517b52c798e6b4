export { ENDING, type Ending } from '../call.ts'
export { type CallDetail, callDetail } from '../call-detail.ts'
export { type CallSpan, callSpan } from '../call-span.ts'
export { type CallFilter, type CallOrder, type CallPlace, countCalls, searchCalls } from '../search.ts'
