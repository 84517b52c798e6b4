export {
  CDR_TABLE_MAKES,
  type CdrTableMake,
  createCdrTable,
  insertCdrRows,
  type Run,
  type SqlEngine,
  type TabledCdr,
} from './cdr-tables.ts'
export { launchChromium, noChromiumReason } from './chromium.ts'
export { type ContainerPostgres, containerPostgres } from './container-postgres.ts'
export { type FakeAmi, fakeAmi } from './fake-ami.ts'

export { type FakeHttpAmi, fakeHttpAmi } from './fake-http-ami.ts'

export { describeForeignDatabases, type ForeignDatabase, foreignDatabase } from './foreign-database.ts'

export { insertRows } from './insert-rows.ts'
export { noRealAsterisk, type RealAsterisk, realAsterisk } from './real-asterisk.ts'
export { noRealMariadb, type RealMariadb, realMariadb } from './real-mariadb.ts'
export { recorded, recordedFiles, recordedScenarios } from './recorded.ts'
export { recordedArchive } from './recorded-archive.ts'
export { type Relay, relayTo } from './relay.ts'

export { type TestCertificate, testCertificate } from './test-certificate.ts'
export { testDatabase } from './test-database.ts'
export { untilTold } from './until-told.ts'
