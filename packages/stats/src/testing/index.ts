// The door for tests of others: figures computed a second time.

export { answersAndReferences } from './agreement.ts'
export { FACTS, type Fact } from './reference.ts'
