// Table erasure: who had a number erased, when, and what it changed. The number itself is kept nowhere.

import { randomBytes } from 'node:crypto'
import type { Queryable } from '@tollbook/db'
import { timeFirstUuid } from '@tollbook/kernel'

export type ErasureNote = {
  readonly id: string
  readonly pseudonym: string
  readonly askedBy: string
  readonly rows: Readonly<Record<string, number>>
  readonly erasedAtMs: number
}

/** Long lists are for the database. */
const MOST = 200

export async function noteErasure(
  db: Queryable,
  tenantId: number,
  { pseudonym, askedBy, rows, erasedAtMs }: Omit<ErasureNote, 'id'>,
): Promise<string> {
  const id = timeFirstUuid(erasedAtMs, randomBytes(10))
  await db.q
    .insertInto('erasure')
    .values({
      ...{ erasure_id: id, tenant_id: tenantId, pseudonym, asked_by: askedBy },
      ...{ rows: JSON.stringify(rows), erased_at: new Date(erasedAtMs) },
    })
    .execute()
  return id
}

/** The latest, newest first. */
export async function listErasures(db: Queryable, tenantId: number): Promise<readonly ErasureNote[]> {
  const rows = await db.q
    .selectFrom('erasure')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .orderBy('erased_at', 'desc')
    .orderBy('erasure_id', 'desc')
    .limit(MOST)
    .execute()
  return rows.map((row) => ({
    id: row.erasure_id,
    pseudonym: row.pseudonym,
    askedBy: row.asked_by,
    rows: row.rows as Record<string, number>,
    erasedAtMs: row.erased_at.getTime(),
  }))
}
