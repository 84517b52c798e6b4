export { type Push, type PushOutcome, pushCdrs } from './push-cdrs.ts'
