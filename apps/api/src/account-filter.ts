// The account a filter means: named by its code, as figures, files and people do; its id is understood as well.

import type { Db } from '@tollbook/db'

/** What the stats rooms and this one call "has none". */
const NONE = 'none'

/**
 * The account of this tenant with that code, else with that id. "none" is account 0, which no account has; what is
 * neither matches nothing: an unknown name must never silently mean "all".
 */
export async function accountFilter(db: Db, tenantId: number, text: string): Promise<{ id: number; code: string }> {
  if (text === NONE) return { id: 0, code: NONE }
  const id = /^\d{1,9}$/.test(text) ? Number(text) : -1
  const rows = await db.q
    .selectFrom('account')
    .select(['account_id as id', 'code'])
    .where('tenant_id', '=', tenantId)
    .where((e) => e.or([e('account_id', '=', id), e('code', '=', text)]))
    .limit(2)
    .execute()
  return rows.find((a) => a.code === text) ?? rows[0] ?? { id: -1, code: text }
}
