// Roles of PostgreSQL for BI tools: each sees the views of schema bi, for one tenant, and nothing else. Writes bi_user; the
// roles belong to the server, so a name is taken for all databases on it.

import { type Db, type Queryable, type Tx, transaction } from '@tollbook/db'
import { err, ok, type Result } from '@tollbook/kernel'
import { newSecretToken } from './secret-token.ts'

/** What all of them have: granted once, changed in one place. */
const GROUP = 'tollbook_bi'
const NAME = /^[a-z][a-z0-9_]{0,62}$/
/** A report that takes longer is asked the wrong way; and no report may hold a table from us for long. */
const STATEMENT_MS = 300_000

export type NewBiUser = { readonly name: string; readonly tenantId: number; readonly showsNumbers: boolean }
export type BiUser = {
  readonly name: string
  readonly tenant: string
  readonly showsNumbers: boolean
  readonly createdAtMs: number
}
export type BiUserRefusal = { readonly kind: 'bad-name' | 'role-exists' | 'may-not-make-roles' }

/** Makes a role and answers with its password: the only time that anybody sees it. */
export async function createBiUser(db: Db, user: NewBiUser, nowMs: number): Promise<Result<string, BiUserRefusal>> {
  const { name, tenantId, showsNumbers } = user
  if (!NAME.test(name) || name === GROUP || name.startsWith('pg_')) return err({ kind: 'bad-name' })
  const password = newSecretToken()
  try {
    await transaction(db, async (tx) => {
      await ensureGroup(tx)
      await run(tx, 'create role %I login password %L in role tollbook_bi', name, password)
      await run(tx, 'alter role %I set default_transaction_read_only = on', name)
      await run(tx, `alter role %I set statement_timeout = ${STATEMENT_MS}`, name)
      await run(tx, 'alter role %I set search_path = bi', name)
      const row = { role_name: name, tenant_id: tenantId, shows_numbers: showsNumbers, created_at: new Date(nowMs) }
      await tx.q.insertInto('bi_user').values(row).execute()
    })
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === '42710') return err({ kind: 'role-exists' })
    if (code === '42501') return err({ kind: 'may-not-make-roles' })
    throw error
  }
  return ok(password)
}

/** The roles of all tenants, or of one. */
export async function listBiUsers(db: Queryable, tenantId?: number): Promise<readonly BiUser[]> {
  const rows = await db.q
    .selectFrom('bi_user as u')
    .innerJoin('tenant as t', 't.tenant_id', 'u.tenant_id')
    .select(['u.role_name', 't.slug', 'u.shows_numbers', 'u.created_at'])
    .$if(tenantId !== undefined, (s) => s.where('u.tenant_id', '=', tenantId!))
    .orderBy('u.role_name')
    .execute()
  return rows.map((row) => ({
    ...{ name: row.role_name, tenant: row.slug, showsNumbers: row.shows_numbers },
    createdAtMs: row.created_at.getTime(),
  }))
}

/** Takes a role away; true when it was one of the tenant's. A session of it that is open sees nothing any more. */
export async function dropBiUser(db: Db, tenantId: number, name: string): Promise<boolean> {
  return await transaction(db, async (tx) => {
    const gone = await tx.q
      .deleteFrom('bi_user')
      .where('role_name', '=', name)
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst()
    if (gone.numDeletedRows === 0n) return false
    await run(tx, 'drop role if exists %I', name)
    return true
  })
}

/** Granted anew each time: a migration may have added views. */
async function ensureGroup(tx: Tx): Promise<void> {
  const { rowCount } = await tx.client.query('select from pg_roles where rolname = $1', [GROUP])
  if (rowCount === 0) await tx.client.query(`create role ${GROUP} nologin`)
  await tx.client.query(
    `grant usage on schema bi to ${GROUP}; grant select on all tables in schema bi to ${GROUP};
     grant execute on all functions in schema bi to ${GROUP}`,
  )
  const { rows } = await tx.client.query<{ name: string }>('select current_database() as name')
  await run(tx, `grant connect on database %I to ${GROUP}`, rows[0]!.name)
}

/** Statements about roles take no parameters: PostgreSQL itself quotes what goes into them. */
async function run(tx: Tx, statement: string, ...values: readonly string[]): Promise<void> {
  const places = values.map((_, i) => `$${i + 2}::text`).join(', ')
  const { rows } = await tx.client.query<{ text: string }>(`select format($1, ${places}) as text`, [
    statement,
    ...values,
  ])
  await tx.client.query(rows[0]!.text)
}
