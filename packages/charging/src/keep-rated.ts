// Looks after calls that wait for a price, whoever changed what they wait for and whether or not that process lived to
// rate them: a deck set for an account, another default deck, a number plan, an import of a deck that was cut off.

import type { Db } from '@tollbook/db'
import { listTenants } from '@tollbook/directory'
import type { TenantId } from '@tollbook/kernel'
import { sql } from 'kysely'
import { placeAndRate } from './place-and-rate.ts'
import { rateUnrated } from './rate-unrated.ts'

/** Calls that were charged by this look. */
export type KeptRated = { readonly rated: number }

/**
 * A function to be called every few seconds. For each tenant: the first time, calls are rated that could be (a process
 * was cut off); afterwards, everything is placed and rated once what prices depend on has changed and then stood still
 * from one look to the next, so that whoever changed it can do so first. Cheap while nothing changes: one small query.
 */
export function keepRated(db: Db): (nowMs: number) => Promise<KeptRated> {
  const done = new Map<number, string>()
  const seen = new Map<number, string>()
  return async (nowMs) => {
    let rated = 0
    for (const { tenantId } of await listTenants(db)) {
      const terms = await termsOf(db, tenantId)
      const first = !done.has(tenantId)
      const settled = first || (terms !== done.get(tenantId) && terms === seen.get(tenantId))
      seen.set(tenantId, terms)
      if (!settled) continue
      rated += first ? await mend(db, tenantId, nowMs) : (await placeAndRate(db, tenantId, nowMs)).rated
      done.set(tenantId, terms)
    }
    return { rated }
  }
}

/** Where there was something to rate, somebody was cut off before all calls were placed. */
async function mend(db: Db, tenantId: TenantId, nowMs: number): Promise<number> {
  const { rated } = await rateUnrated(db, tenantId, nowMs)
  return rated === 0 ? 0 : rated + (await placeAndRate(db, tenantId, nowMs)).rated
}

/**
 * A digest of what decides prices and whose calls are. Accounts that have nothing of their own are left out: capturing
 * makes them, and prices their calls itself. So are packages: what they give, no call waits for.
 */
async function termsOf({ q }: Db, tenantId: TenantId): Promise<string> {
  const of = sql`where tenant_id = ${tenantId}`
  const rowsOf = (text: string, from: string, more = sql``) =>
    sql`(select sum(hashtextextended(concat_ws(' ', ${sql.raw(text)}), 0)) from ${sql.raw(from)} ${of} ${more})`
  const particular = sql`and (sell_deck_id <> 0 or a.plan_id <> 0
    or currency <> (select t.currency from tenant t where t.tenant_id = a.tenant_id))`
  const digits = 'country_code, international_prefixes, national_prefix, strip_prefixes'
  const { rows } = await sql<{ terms: string }>`select concat_ws(' ',
    ${rowsOf(`currency, sell_deck_id, plan_id, ${digits}`, 'tenant')},
    ${rowsOf('account_id, currency, sell_deck_id, plan_id', 'account a', particular)},
    ${rowsOf('carrier_id, currency, buy_deck_id', 'carrier')},
    ${rowsOf('trunk_id, peer, carrier_id', 'trunk')},
    ${rowsOf('deck_id, live_version, rounding, places, changed_at', 'rate_deck')},
    ${rowsOf('deck_id, version, effective_from', 'deck_version v join rate_deck using (deck_id)', sql`and v.state = 'active'`)},
    ${rowsOf('plan_id, choice, expected_s, changed_at', 'tariff_plan')},
    ${rowsOf('plan_id, position, d.*::text', 'plan_deck d join tariff_plan using (plan_id)')},
    ${rowsOf('plan_id, prefix', 'plan_block join tariff_plan using (plan_id)')}) as terms`.execute(q)
  return rows[0]!.terms
}
