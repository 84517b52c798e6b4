export { type FuzzedFile, type FuzzReport, fuzzRows } from './fuzz-rows.ts'
export { recordedFiles } from './recorded-files.ts'
