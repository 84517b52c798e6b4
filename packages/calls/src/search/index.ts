export { ENDING, type Ending } from '../call.ts'
export { type CallDetail, callDetail } from '../call-detail.ts'
export { type CallSpan, callSpan } from '../call-span.ts'
export { newestFirst, type Part } from '../newest-first.ts'
export {
  type CallFilter,
  type CallOrder,
  type CallPage,
  type CallPlace,
  countCalls,
  findPlaces,
  pageAt,
  searchCalls,
} from '../search.ts'
export { listTags, parseTag, type TagChange, tagCalls } from '../tags.ts'
