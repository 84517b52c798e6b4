export { type LegalDetails, saveTenantSettings, setDefaultDeck, type TenantSettings } from './tenant-settings.ts'
