export { countErasure, type Erased, type ErasureRefusal, eraseNumber } from './erase-stored.ts'
export { type ErasureNote, listErasures, noteErasure } from './erasures.ts'
