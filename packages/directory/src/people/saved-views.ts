// Views that people keep under a name: a page and what stands in its address. Each sees his own. Writes saved_view.

import { lockInTransaction, type Queryable, type Tx } from '@tollbook/db'

/** What one person may keep in one tenant. */
const MOST = 200

export type SavedView = {
  readonly id: number
  readonly name: string
  /** "/calls" */
  readonly path: string
  /** "range=30d&direction=inbound", without its question mark. */
  readonly query: string
}

type Owner = { readonly tenantId: number; readonly userId: string }

/** By name. */
export function listSavedViews(db: Queryable, { tenantId, userId }: Owner): Promise<SavedView[]> {
  return db.q
    .selectFrom('saved_view')
    .select(['view_id as id', 'name', 'path', 'query'])
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .orderBy('name')
    .execute()
}

/** Keeps a view; one of the same name is replaced. Undefined when there are too many. */
export async function saveView(
  tx: Tx,
  { tenantId, userId }: Owner,
  view: Omit<SavedView, 'id'>,
  nowMs: number,
): Promise<SavedView | undefined> {
  await lockInTransaction(tx, `views of ${userId}`)
  const { rows } = await tx.client.query<{ id: number }>(
    `insert into saved_view (tenant_id, user_id, view_id, name, path, query, saved_at)
     select $1::int, $2::uuid, coalesce(max(view_id), 0) + 1, $3::text, $4::text, $5::text, $6::timestamptz
     from saved_view where tenant_id = $1 and user_id = $2
     having count(*) < ${MOST} or bool_or(name = $3)
     on conflict (tenant_id, user_id, name) do update set path = excluded.path, query = excluded.query,
       saved_at = excluded.saved_at
     returning view_id as id`,
    [tenantId, userId, view.name, view.path, view.query, new Date(nowMs)],
  )
  return rows[0] && { id: rows[0].id, ...view }
}

/** False when this person keeps none of this id. */
export async function removeView(tx: Tx, { tenantId, userId }: Owner, id: number): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    'delete from saved_view where tenant_id = $1 and user_id = $2 and view_id = $3',
    [tenantId, userId, id],
  )
  return rowCount === 1
}
