// The directory of one tenant as one immutable value: what a batch of calls is attributed with. Loaded whole, swapped
// whole; never changed in place.

import type { Queryable } from '@tollbook/db'
import { type AccountId, asAccountId, currencyLetters, type NumberPlan, type TenantId } from '@tollbook/kernel'
import { listTenants, type Tenant } from './tenants.ts'

/** Who pays us. */
export type Account = {
  readonly accountId: AccountId
  readonly code: string
  readonly name: string
  /** ISO 4217 letters and number. */
  readonly currency: string
  readonly currencyNumber: number
  /** 0 = the tenant's. */
  readonly sellDeckId: number
  /** 0 = none of its own: its deck, else what the tenant sells by. */
  readonly planId: number
}

/** Whom we pay. */
export type Carrier = {
  readonly carrierId: number
  readonly name: string
  readonly currencyNumber: number
  /** 0 = none: its calls cost nothing that we know of. */
  readonly buyDeckId: number
}

/** A line that leads out of the house. */
export type Trunk = {
  readonly trunkId: number
  readonly name: string
  readonly peer: string
  readonly carrierId: number
}

/** Everything of one tenant that attribution reads. */
export type Directory = {
  readonly tenant: Tenant
  readonly plan: NumberPlan
  /** The tenant's sell deck, 0 = none. */
  readonly sellDeckId: number
  readonly accountsByCode: ReadonlyMap<string, Account>
  readonly accountsById: ReadonlyMap<number, Account>
  readonly carriersById: ReadonlyMap<number, Carrier>
  /** By `trunkKey(peer)`: Asterisk compares names of peers without regard to case. */
  readonly trunksByPeer: ReadonlyMap<string, Trunk>
  readonly trunksById: ReadonlyMap<number, Trunk>
  /** ISO 3166-1 number of each destination, 0 = unknown. */
  readonly countryOfDestination: ReadonlyMap<number, number>
}

/** Loads the directory of a tenant. Throws when there is no such tenant. */
export async function loadDirectory(db: Queryable, tenantId: TenantId | number): Promise<Directory> {
  const tenant = (await listTenants(db)).find((t) => t.tenantId === tenantId)
  if (tenant === undefined) throw new Error(`no tenant ${tenantId}`)
  const accounts = await loadAccounts(db, tenantId)
  const trunks = await loadTrunks(db, tenantId)
  return Object.freeze({
    tenant,
    plan: tenant.plan,
    sellDeckId: tenant.sellDeckId,
    accountsByCode: new Map(accounts.map((a) => [a.code, a])),
    accountsById: new Map(accounts.map((a) => [a.accountId, a])),
    carriersById: await loadCarriers(db, tenantId),
    trunksByPeer: new Map(trunks.map((t) => [trunkKey(t.peer), t])),
    trunksById: new Map(trunks.map((t) => [t.trunkId, t])),
    countryOfDestination: await loadCountries(db, tenantId),
  })
}

/** How a peer is written as a key: "PJSIP/Northlink" and "pjsip/northlink" are one. */
export function trunkKey(peer: string): string {
  return peer.toLowerCase()
}

async function loadAccounts({ q }: Queryable, tenantId: number): Promise<readonly Account[]> {
  const rows = await q
    .selectFrom('account')
    .select(['account_id', 'code', 'name', 'currency', 'sell_deck_id', 'plan_id'])
    .where('tenant_id', '=', tenantId)
    .execute()
  return rows.map((row) => ({
    accountId: asAccountId(row.account_id),
    code: row.code,
    name: row.name,
    currency: currencyLetters(row.currency) ?? String(row.currency),
    currencyNumber: row.currency,
    sellDeckId: row.sell_deck_id,
    planId: row.plan_id,
  }))
}

async function loadCarriers({ q }: Queryable, tenantId: number): Promise<ReadonlyMap<number, Carrier>> {
  const rows = await q.selectFrom('carrier').selectAll().where('tenant_id', '=', tenantId).execute()
  return new Map(
    rows.map((row) => [
      row.carrier_id,
      {
        carrierId: row.carrier_id,
        name: row.name,
        currencyNumber: row.currency,
        buyDeckId: row.buy_deck_id,
      },
    ]),
  )
}

async function loadTrunks({ q }: Queryable, tenantId: number): Promise<readonly Trunk[]> {
  const rows = await q.selectFrom('trunk').selectAll().where('tenant_id', '=', tenantId).execute()
  return rows.map((row) => ({
    trunkId: row.trunk_id,
    name: row.name,
    peer: row.peer,
    carrierId: row.carrier_id,
  }))
}

async function loadCountries({ q }: Queryable, tenantId: number): Promise<ReadonlyMap<number, number>> {
  const rows = await q
    .selectFrom('destination')
    .select(['destination_id', 'country_id'])
    .where('tenant_id', '=', tenantId)
    .execute()
  return new Map(rows.map((row) => [row.destination_id, row.country_id]))
}
