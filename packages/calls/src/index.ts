export type { Attribution, Call, CallDraft, Direction, Outcome } from './call.ts'
export { DIRECTION, OUTCOME } from './call.ts'
