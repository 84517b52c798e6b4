// Names for ids: the key a row is addressed by and the label a person reads. Reads the directory's tables.

import type { Queryable } from '@tollbook/db'
import { type ColumnDimension, DIRECTIONS, DISPOSITIONS, NONE_KEY, OUTCOMES } from '@tollbook/selection'
import { sql } from 'kysely'

export type Name = { readonly key: string; readonly label: string }

/** The name of each value as the database spells it. Ids that the directory no longer has are their own label. */
export async function namesOf(
  q: Queryable,
  dimension: ColumnDimension,
  tenantId: number,
): Promise<(value: string) => Name> {
  const known = await knownNames(q, dimension, tenantId)
  return (value) => {
    const found = known.get(value)
    if (found) return found
    if (value === '' || value === '0') return { key: NONE_KEY, label: NONE_KEY }
    return { key: value, label: value }
  }
}

async function knownNames(
  q: Queryable,
  dimension: ColumnDimension,
  tenantId: number,
): Promise<ReadonlyMap<string, Name>> {
  switch (dimension) {
    case 'direction':
      return new Map(DIRECTIONS.map((name, id) => [String(id), { key: name, label: name }]))
    case 'outcome':
      return new Map(OUTCOMES.map((name, i) => [String(i + 1), { key: name, label: name }]))
    case 'disposition':
      return new Map(DISPOSITIONS.map((name, id) => [String(id), { key: name, label: name }]))
    case 'country':
    case 'cause':
    case 'prefix':
    case 'did':
    case 'extension':
    case 'tag':
      return new Map()
    case 'account': {
      const rows = await q.q
        .selectFrom('account')
        .select(['account_id as id', 'code as key', 'name as label'])
        .where('tenant_id', '=', tenantId)
        .execute()
      return new Map(rows.map((r) => [String(r.id), { key: r.key, label: r.label }]))
    }
    case 'department':
    case 'source':
    case 'carrier':
    case 'trunk':
    case 'destination': {
      const { rows } = await sql<{
        id: number
        label: string
      }>`select ${sql.ref(`${dimension}_id`)} as id, name as label
        from ${sql.table(dimension)} where tenant_id = ${tenantId}`.execute(q.q)
      return new Map(rows.map((r) => [String(r.id), { key: String(r.id), label: r.label }]))
    }
  }
}
