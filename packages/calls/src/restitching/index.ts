export { type CallChange, type ChangeCause, type ChangedCall, changeOf } from '../call-changes.ts'
export { readSegments, type StoredSegments } from '../call-segments.ts'
export { finaliseCalls } from '../finality.ts'
export { type RezoneHow, rezoneNext } from '../rezoning/rezone-next.ts'
export { markReleased } from './release-call.ts'
export {
  claimRestitch,
  endRestitch,
  listRestitches,
  moveRestitch,
  orderRestitch,
  type RestitchCause,
  type RestitchJob,
  type RestitchOrder,
  type RestitchState,
  releaseRestitch,
  setRestitchTotal,
} from './restitch-jobs.ts'
export { BEFORE_ALL, countSpan, lookAtNext, type RestitchSpan, restitchNext } from './restitch-next.ts'
