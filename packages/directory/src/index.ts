export { type AccountChange, ensureAccounts, saveAccount } from './accounts.ts'
export { countryOf } from './country-of.ts'
export { type DestinationSeed, ensureDestinations } from './destinations.ts'
export { type DirectionClues, directionOf, type Way } from './direction-of.ts'
export { type Account, type Carrier, type Directory, loadDirectory, type Trunk } from './directory.ts'
export {
  type AmiConnection,
  type AmiReach,
  amiConnections,
  ensureSource,
  removeAmiConnection,
  type Source,
  type SourceConnection,
  setAmiConnection,
  setZoneDetected,
} from './sources.ts'
export { setTenantCurrency } from './tenant-currency.ts'
export {
  type LegalDetails,
  saveTenantSettings,
  setDefaultDeck,
  setDefaultPlan,
  type TenantSettings,
} from './tenant-settings.ts'
export {
  adoptFirstDeck,
  ensureTenant,
  eraseTenantDirectory,
  type Legal,
  listTenants,
  type MaskNumbers,
  type NewTenant,
  type Tenant,
  tenantBySlug,
} from './tenants.ts'
export { type CarrierChange, changeCarrier, changeTrunk, ensureCarrier, saveTrunk, type TrunkChange } from './trunks.ts'
