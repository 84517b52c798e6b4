export { type ErasureOrder, eraseSubscriber } from './erase-number.ts'
export {
  type DetachedMonth,
  type DueMonth,
  detachNext,
  dropMonths,
  type RetentionStanding,
  retentionStanding,
  setRetention,
} from './retention.ts'
