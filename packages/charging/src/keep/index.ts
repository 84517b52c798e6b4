export { type ErasureOrder, eraseSubscriber } from './erase-number.ts'
