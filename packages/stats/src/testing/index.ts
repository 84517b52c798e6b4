// The door for tests of others: figures computed a second time.

export { type Channel, naiveRow } from '../load/testing/naive-load.ts'
export { answersAndReferences } from './agreement.ts'
export { FACTS, type Fact } from './reference.ts'
