export { readSegments, type StoredSegments } from '../call-segments.ts'
export { markReleased } from './release-call.ts'
