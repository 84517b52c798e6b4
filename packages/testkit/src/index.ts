export { launchChromium, noChromiumReason } from './chromium.ts'
export { type ContainerPostgres, containerPostgres } from './container-postgres.ts'
export { type FakeAmi, fakeAmi } from './fake-ami.ts'
export { insertRows } from './insert-rows.ts'
export { noRealAsterisk, type RealAsterisk, realAsterisk } from './real-asterisk.ts'
export { recorded, recordedScenarios } from './recorded.ts'

export { testDatabase } from './test-database.ts'
export { untilTold } from './until-told.ts'
