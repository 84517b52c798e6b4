export { cdrFromRecord, START_COLUMNS, type TableCdr } from './cdr-from-record.ts'
export { type CelNumbering, celFromRecord, celNumberingOf, type TableCel } from './cel-from-record.ts'
export { readRecord, recordBytes, type TableRecord } from './table-record.ts'
