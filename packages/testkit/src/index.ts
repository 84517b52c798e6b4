export { launchChromium, noChromiumReason } from './chromium.ts'
export { testDatabase } from './test-database.ts'
