// What the copy does not hold of a call because people change it without touching one: read when a question asks for it.

import type { Queryable } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import type { Interval } from '../grain.ts'
import type { Asked } from '../parse.ts'
import { anyOf } from '../priced-calls.ts'
import type { Duck } from './duck.ts'

/** What the copy must know of a question: whose calls, of which time, and what of its lists is asked for. */
export type CopyQuestion = Pick<Asked, 'fromMs' | 'toMs' | 'by' | 'split' | 'selection'> & {
  readonly tenant: { readonly tenantId: number; readonly currency: number }
}

/** What people may change at any time: tags, and who belongs to which department. Read at the moment of asking. */
export async function furnishLists(duck: Duck, q: Queryable, query: CopyQuestion, span: Interval): Promise<void> {
  const { tenantId } = query.tenant
  const list = async (name: string, columns: string, rows: RawBuilder<unknown>) => {
    const { rows: found } = await sql<{ all: unknown }>`select json_agg(r) as all from (${rows}) r`.execute(q.q)
    await duck.run(
      `create temp table ${name} as select ${tenantId} as tenant_id, unnest(from_json($1::json, '[{${columns}}]'), recursive := true)`,
      [JSON.stringify(found[0]?.all ?? [])],
    )
  }
  if (asksFor(query, 'tag')) {
    const rows = sql`select call_key, opened_at at time zone 'UTC' as opened_at, tag from call_tag
      where tenant_id = ${tenantId} and ${anyOf([span])}`
    await list('call_tag', '"call_key": "uuid", "opened_at": "timestamp", "tag": "varchar"', rows)
  }
  if (asksFor(query, 'department')) {
    const phones = sql`select value, department_id from department_member where tenant_id = ${tenantId} and kind = 1 and value <> ''`
    await list('phone', '"value": "varchar", "department_id": "integer"', phones)
    const payers = sql`select a.account_id, m.department_id from department_member m
      join account a on a.tenant_id = m.tenant_id and a.code = m.value where m.tenant_id = ${tenantId} and m.kind = 2`
    await list('payer', '"account_id": "integer", "department_id": "integer"', payers)
  }
}

export function asksFor(query: CopyQuestion, name: 'tag' | 'department'): boolean {
  return query.by === name || query.split === name || query.selection.chosen[name] !== undefined
}
