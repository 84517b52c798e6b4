export { type FakeAmi, fakeAmi } from './fake-ami.ts'
export { recorded, recordedScenarios } from './recorded.ts'
export { testDatabase } from './test-database.ts'
