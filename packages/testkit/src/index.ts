export { insertRows } from './insert-rows.ts'
export { testDatabase } from './test-database.ts'
