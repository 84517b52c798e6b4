export { type FakeAmi, fakeAmi } from './fake-ami.ts'
export { insertRows } from './insert-rows.ts'
export { recorded, recordedScenarios } from './recorded.ts'
export { testDatabase } from './test-database.ts'
