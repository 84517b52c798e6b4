export { type CaptureBatch, type Captured, captureBatch } from './capture.ts'
export {
  type ImportFile,
  type ImportProgress,
  type ImportRefusal,
  type ImportReport,
  importCdrs,
} from './import-cdrs.ts'
export { type RetryReport, type RetryRequest, retryRejects } from './retry-rejects.ts'
