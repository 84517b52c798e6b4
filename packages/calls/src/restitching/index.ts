export { readSegments, type StoredSegments } from '../call-segments.ts'
