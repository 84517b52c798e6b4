// Accounts: who pays us. Owns table account. An accountcode that was never seen makes an account by itself.

import { nextId, type Tx } from '@tollbook/db'
import { type AccountId, asAccountId, type TenantId } from '@tollbook/kernel'
import { requireCurrency } from './currencies.ts'

/**
 * Makes accounts for those of `codes` that have none, in the tenant's currency and named after their code, and answers
 * the ids of all of them. Empty codes are ignored. Cheap when all are known: one query.
 */
export async function ensureAccounts(
  tx: Tx,
  tenantId: TenantId | number,
  codes: Iterable<string>,
  nowMs: number,
): Promise<ReadonlyMap<string, AccountId>> {
  const wanted = [...new Set(codes)].filter((code) => code !== '').sort()
  const known = await accountIds(tx, tenantId, wanted)
  const missing = wanted.filter((code) => !known.has(code))
  if (missing.length === 0) return known
  const first = await nextId(tx, 'account', missing.length)
  // The tenant is held until the commit: whoever changes its currency changes that of these accounts too, or comes first.
  await tx.client.query(
    `insert into account (account_id, tenant_id, code, name, currency, created_at)
     select $1 + (n - 1)::int, t.tenant_id, code, code, t.currency, $2
     from (select tenant_id, currency from tenant where tenant_id = $4 for share) t,
       unnest($3::text[]) with ordinality as missing (code, n)
     on conflict (tenant_id, code) do nothing`,
    [first, new Date(nowMs), missing, tenantId],
  )
  return accountIds(tx, tenantId, wanted)
}

async function accountIds(
  tx: Tx,
  tenantId: TenantId | number,
  codes: readonly string[],
): Promise<ReadonlyMap<string, AccountId>> {
  if (codes.length === 0) return new Map()
  const { rows } = await tx.client.query<{ code: string; account_id: number }>(
    'select code, account_id from account where tenant_id = $1 and code = any($2::text[])',
    [tenantId, codes],
  )
  return new Map(rows.map((row) => [row.code, asAccountId(row.account_id)]))
}

/** What may be set of an account; what is absent stays (or takes the tenant's value in a new one). */
export type AccountChange = {
  readonly code: string
  readonly name?: string
  /** ISO 4217 letters. Only a new account takes it: an old one has money counted in its own. */
  readonly currency?: string
  /** Its own sell deck; 0 = the tenant's. */
  readonly sellDeckId?: number
  /** Its own plan, which goes before any deck; 0 = none. */
  readonly planId?: number
  readonly locale?: string
  readonly email?: string
  readonly address?: string
}

/** Makes or changes the account of this code and answers its id. */
export async function saveAccount(
  tx: Tx,
  tenantId: TenantId | number,
  change: AccountChange,
  nowMs: number,
): Promise<AccountId> {
  const before = (await accountIds(tx, tenantId, [change.code])).get(change.code)
  const accountId = before ?? (await ensureAccounts(tx, tenantId, [change.code], nowMs)).get(change.code)!
  const columns = {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.sellDeckId === undefined ? {} : { sell_deck_id: change.sellDeckId }),
    ...(change.planId === undefined ? {} : { plan_id: change.planId }),
    ...(change.locale === undefined ? {} : { locale: change.locale }),
    ...(change.email === undefined ? {} : { email: change.email }),
    ...(change.address === undefined ? {} : { address: change.address }),
    ...(before !== undefined || change.currency === undefined ? {} : { currency: requireCurrency(change.currency) }),
  }
  if (Object.keys(columns).length > 0) {
    await tx.q.updateTable('account').set(columns).where('account_id', '=', accountId).execute()
  }
  return accountId
}
