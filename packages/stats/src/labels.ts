// Names for ids: the key a row is addressed by and the label a person reads. Reads the directory's tables.

import type { Queryable } from '@tollbook/db'
import { type ColumnDimension, DIRECTIONS, NONE_KEY, OUTCOMES } from './dimensions.ts'

export type Name = { readonly key: string; readonly label: string }

/** The name of each id. Ids that the directory no longer has are their own label. */
export async function namesOf(
  q: Queryable,
  dimension: ColumnDimension,
  tenantId: number,
  ids: readonly number[],
): Promise<(id: number) => Name> {
  const known = await knownNames(q, dimension, tenantId, ids)
  return (id) => {
    const found = known.get(id)
    if (found) return found
    if (id === 0) return { key: NONE_KEY, label: NONE_KEY }
    return { key: String(id), label: String(id) }
  }
}

async function knownNames(
  q: Queryable,
  dimension: ColumnDimension,
  tenantId: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Name>> {
  const named = (rows: readonly { id: number; key: string; label: string }[]) => new Map(rows.map((r) => [r.id, r]))
  if (ids.length === 0) return new Map()
  switch (dimension) {
    case 'direction':
      return named(DIRECTIONS.map((name, id) => ({ id, key: name, label: name })))
    case 'outcome':
      return named(OUTCOMES.map((name, i) => ({ id: i + 1, key: name, label: name })))
    case 'country':
      return new Map()
    case 'account': {
      const rows = await q.q
        .selectFrom('account')
        .select(['account_id as id', 'code as key', 'name as label'])
        .where('tenant_id', '=', tenantId)
        .execute()
      return named(rows)
    }
    case 'destination': {
      const rows = await q.q
        .selectFrom('destination')
        .select(['destination_id as id', 'name as label'])
        .where('tenant_id', '=', tenantId)
        .execute()
      return named(rows.map((r) => ({ ...r, key: String(r.id) })))
    }
    case 'trunk': {
      const rows = await q.q
        .selectFrom('trunk')
        .select(['trunk_id as id', 'name as label'])
        .where('tenant_id', '=', tenantId)
        .execute()
      return named(rows.map((r) => ({ ...r, key: String(r.id) })))
    }
  }
}
