// What an administrator may change of a tenant: name, zone, how it dials, what stands on its invoices, which deck or plan
// it sells by. Does not make or delete tenants; the currency is apart (tenant-currency.ts).

import type { Queryable } from '@tollbook/db'
import type { MaskNumbers } from './tenants.ts'

/** What is printed about the issuer of an invoice. */
export type LegalDetails = {
  readonly address: readonly string[]
  readonly taxId: string
  /** A fraction as decimal text: "0.23". */
  readonly taxRate: string
  readonly iban: string
}

/** Absent = leave as it is. */
export type TenantSettings = {
  readonly name?: string | undefined
  readonly zone?: string | undefined
  readonly countryCode?: string | undefined
  readonly internationalPrefixes?: readonly string[] | undefined
  readonly nationalPrefix?: string | undefined
  readonly stripPrefixes?: readonly string[] | undefined
  readonly legal?: LegalDetails | undefined
  readonly maskNumbers?: MaskNumbers | undefined
}

/** Writes what is given. Calls and charges that are there already keep what they were given then. */
export async function saveTenantSettings(db: Queryable, tenantId: number, change: TenantSettings): Promise<void> {
  const set = {
    ...(change.name !== undefined && { name: change.name }),
    ...(change.zone !== undefined && { zone: change.zone }),
    ...(change.countryCode !== undefined && { country_code: change.countryCode }),
    ...(change.internationalPrefixes !== undefined && { international_prefixes: [...change.internationalPrefixes] }),
    ...(change.nationalPrefix !== undefined && { national_prefix: change.nationalPrefix }),
    ...(change.stripPrefixes !== undefined && { strip_prefixes: [...change.stripPrefixes] }),
    ...(change.maskNumbers !== undefined && { mask_numbers: change.maskNumbers }),
    ...(change.legal !== undefined && { legal: JSON.stringify(change.legal) }),
  }
  if (Object.keys(set).length === 0) return
  await db.q.updateTable('tenant').set(set).where('tenant_id', '=', tenantId).execute()
}

/** Makes a sell deck the one that accounts without their own are charged by; false when it is no sell deck of theirs. */
export async function setDefaultDeck(db: Queryable, tenantId: number, deckId: number): Promise<boolean> {
  const done = await db.q
    .updateTable('tenant as t')
    .set({ sell_deck_id: deckId })
    .where('t.tenant_id', '=', tenantId)
    .where((e) =>
      e.exists(
        e
          .selectFrom('rate_deck as d')
          .select('d.deck_id')
          .where('d.deck_id', '=', deckId)
          .where('d.tenant_id', '=', tenantId)
          .where('d.side', '=', 1),
      ),
    )
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

/**
 * Makes a plan what accounts without plan and deck of their own are sold; 0 = none, the default deck alone. False when it
 * is no plan of theirs.
 */
export async function setDefaultPlan(db: Queryable, tenantId: number, planId: number): Promise<boolean> {
  const done = await db.q
    .updateTable('tenant as t')
    .set({ plan_id: planId })
    .where('t.tenant_id', '=', tenantId)
    .$if(planId !== 0, (update) =>
      update.where((e) =>
        e.exists(
          e
            .selectFrom('tariff_plan as p')
            .select('p.plan_id')
            .where('p.plan_id', '=', planId)
            .where('p.tenant_id', '=', tenantId),
        ),
      ),
    )
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}
