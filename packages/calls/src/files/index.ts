export { openRecordFile, type RecordFile } from './record-file.ts'
export { type RecordBatch, type RecordTaker, recordTaker } from './record-taker.ts'
export { type FileRefusal, unreadable } from './unreadable.ts'
