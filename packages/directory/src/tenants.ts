// Tenants: whose calls, in which zone, currency and number plan. Owns table tenant.

import type { Queryable, Schema, Tx } from '@tollbook/db'
import { nextId } from '@tollbook/db'
import { asTenantId, currencyLetters, type NumberPlan, type TenantId } from '@tollbook/kernel'
import type { Selectable } from 'kysely'
import { requireCurrency } from './currencies.ts'

/** For whom numbers are masked: nobody, viewers, everybody but administrators. */
export type MaskNumbers = 'none' | 'viewers' | 'all-but-admin'

/** A tenant as everybody reads it. */
export type Tenant = {
  readonly tenantId: TenantId
  readonly slug: string
  readonly name: string
  /** IANA name; days and months of reports and invoices are this zone's. */
  readonly zone: string
  /** ISO 4217 letters and number. */
  readonly currency: string
  readonly currencyNumber: number
  readonly isSample: boolean
  readonly plan: NumberPlan
  /** The sell deck of accounts that have none of their own; 0 = none yet. */
  readonly sellDeckId: number
  /** The plan of accounts that have neither plan nor deck of their own; 0 = none: they are sold by the deck. */
  readonly planId: number
  readonly legal: Legal
  readonly maskNumbers: MaskNumbers
}

/** What stands on the tenant's invoices; all of it may be missing. */
export type Legal = {
  readonly address?: readonly string[]
  readonly taxId?: string
  /** Decimal fraction: "0.23". */
  readonly taxRate?: string
  readonly iban?: string
}

/** What makes a tenant. `currency` is ISO 4217 letters. */
export type NewTenant = {
  readonly slug: string
  readonly name: string
  readonly zone?: string
  readonly currency: string
  readonly isSample?: boolean
  readonly plan?: NumberPlan
  readonly legal?: Legal
}

/**
 * The tenant with this slug, made if it is missing; one that exists is returned as it is. Throws for a currency nobody
 * knows.
 */
export async function ensureTenant(tx: Tx, wanted: NewTenant, nowMs: number): Promise<Tenant> {
  const existing = await tenantBySlug(tx, wanted.slug)
  if (existing) return existing
  await tx.q
    .insertInto('tenant')
    .values({
      tenant_id: await nextId(tx, 'tenant'),
      slug: wanted.slug,
      name: wanted.name,
      zone: wanted.zone ?? 'UTC',
      currency: requireCurrency(wanted.currency),
      is_sample: wanted.isSample ?? false,
      ...(wanted.plan ? planColumns(wanted.plan) : {}),
      legal: JSON.stringify(wanted.legal ?? {}),
      created_at: new Date(nowMs),
    })
    .onConflict((c) => c.column('slug').doNothing())
    .execute()
  return (await tenantBySlug(tx, wanted.slug))!
}

/** The tenant with this slug, if there is one. */
export async function tenantBySlug({ q }: Queryable, slug: string): Promise<Tenant | undefined> {
  const row = await q.selectFrom('tenant').selectAll().where('slug', '=', slug).executeTakeFirst()
  return row && toTenant(row)
}

/** All tenants, the oldest first. */
export async function listTenants({ q }: Queryable): Promise<readonly Tenant[]> {
  const rows = await q.selectFrom('tenant').selectAll().orderBy('tenant_id').execute()
  return rows.map(toTenant)
}

/**
 * Makes `deckId` what accounts are sold by default if the tenant has no such deck yet; true when it did. The first sell
 * deck also sets the currency of the tenant and of its accounts: until there is one, nothing can have been charged.
 */
export async function adoptFirstDeck(
  tx: Tx,
  tenantId: TenantId | number,
  deck: { readonly deckId: number; readonly currency: string },
): Promise<boolean> {
  const currency = requireCurrency(deck.currency)
  const adopted = await tx.q
    .updateTable('tenant')
    .set({ sell_deck_id: deck.deckId, currency })
    .where('tenant_id', '=', tenantId)
    .where('sell_deck_id', '=', 0)
    .executeTakeFirst()
  if (adopted.numUpdatedRows === 0n) return false
  await tx.q
    .updateTable('account')
    .set({ currency })
    .where('tenant_id', '=', tenantId)
    .where('sell_deck_id', '=', 0)
    .where('currency', '!=', currency)
    .execute()
  return true
}

/**
 * Deletes the tenant with all of the directory that hangs on it, and through foreign keys its decks, imports and
 * connections. Calls, charges, entries, invoices and rollups are erased by their own rooms before.
 */
export async function eraseTenantDirectory(tx: Tx, tenantId: TenantId | number): Promise<void> {
  await tx.q.deleteFrom('tenant').where('tenant_id', '=', tenantId).execute()
}

function planColumns(plan: NumberPlan) {
  return {
    country_code: plan.countryCode,
    international_prefixes: [...plan.internationalPrefixes],
    national_prefix: plan.nationalPrefix,
    strip_prefixes: [...(plan.stripPrefixes ?? [])],
  }
}

function toTenant(row: Selectable<Schema['tenant']>): Tenant {
  return {
    tenantId: asTenantId(row.tenant_id),
    slug: row.slug,
    name: row.name,
    zone: row.zone,
    currency: currencyLetters(row.currency) ?? String(row.currency),
    currencyNumber: row.currency,
    isSample: row.is_sample,
    plan: {
      countryCode: row.country_code,
      internationalPrefixes: row.international_prefixes,
      nationalPrefix: row.national_prefix,
      stripPrefixes: row.strip_prefixes,
    },
    sellDeckId: row.sell_deck_id,
    planId: row.plan_id,
    legal: row.legal as Legal,
    maskNumbers: row.mask_numbers as MaskNumbers,
  }
}
