export { recorded, recordedScenarios } from './recorded.ts'
export { testDatabase } from './test-database.ts'
