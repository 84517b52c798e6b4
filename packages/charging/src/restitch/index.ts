export { releaseCall } from './release-call.ts'
