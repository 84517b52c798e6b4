export { type FrameFuzzReport, fuzzFrames } from './fuzz-frames.ts'
export { type FuzzedFile, type FuzzReport, fuzzRows } from './fuzz-rows.ts'
export { recordedFiles } from './recorded-files.ts'
export { recordedSessions } from './recorded-sessions.ts'
