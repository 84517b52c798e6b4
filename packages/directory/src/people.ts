// People who sign in, and what they may do where. Owns tables app_user and membership. Knows no session and no cookie;
// passwords arrive hashed.

import { randomBytes } from 'node:crypto'
import type { Queryable, Tx } from '@tollbook/db'
import { timeFirstUuid } from '@tollbook/kernel'

/** What a member may do: look; also import and run; also change rates, accounts and connections. */
export type Role = 'viewer' | 'operator' | 'admin'

/** A person who may sign in. */
export type User = {
  readonly userId: string
  readonly email: string
  readonly name: string
  /** '' = no password yet: one-time links only. */
  readonly passwordHash: string
  /** Every tenant, every right. */
  readonly isAdmin: boolean
  readonly locale: string
}

/** A person to have; what is absent stays. `memberships` are added or changed, never taken away. */
export type UserChange = {
  readonly email: string
  readonly name?: string
  readonly passwordHash?: string
  readonly isAdmin?: boolean
  readonly locale?: string
  readonly memberships?: readonly { readonly tenantId: number; readonly role: Role }[]
}

/** Makes or changes the person with this e-mail address, letters' case aside, and answers who it is. */
export async function saveUser(tx: Tx, change: UserChange, nowMs: number): Promise<User> {
  const email = change.email.trim().toLowerCase()
  await tx.client.query(
    `insert into app_user (user_id, email, name, password_hash, is_admin, locale, created_at)
     values ($1, $2, coalesce($3, $2), coalesce($4, ''), coalesce($5, false), coalesce($6, 'en'), $7)
     on conflict (email) do update set name = coalesce($3, app_user.name),
       password_hash = coalesce($4, app_user.password_hash), is_admin = coalesce($5, app_user.is_admin),
       locale = coalesce($6, app_user.locale)`,
    [
      timeFirstUuid(nowMs, randomBytes(10)),
      email,
      change.name ?? null,
      change.passwordHash ?? null,
      change.isAdmin ?? null,
      change.locale ?? null,
      new Date(nowMs),
    ],
  )
  const user = (await userByEmail(tx, email))!
  for (const { tenantId, role } of change.memberships ?? []) {
    await tx.q
      .insertInto('membership')
      .values({ user_id: user.userId, tenant_id: tenantId, role })
      .onConflict((c) => c.columns(['user_id', 'tenant_id']).doUpdateSet({ role }))
      .execute()
  }
  return user
}

/** The person with this e-mail address, letters' case aside. */
export async function userByEmail({ q }: Queryable, email: string): Promise<User | undefined> {
  const row = await q
    .selectFrom('app_user')
    .selectAll()
    .where('email', '=', email.trim().toLowerCase())
    .executeTakeFirst()
  if (!row) return undefined
  return {
    userId: row.user_id,
    email: row.email,
    name: row.name,
    passwordHash: row.password_hash,
    isAdmin: row.is_admin,
    locale: row.locale,
  }
}

/** In which tenants a person has which role; an admin of all has every tenant. */
export async function membershipsOf(
  { q }: Queryable,
  user: Pick<User, 'userId' | 'isAdmin'>,
): Promise<readonly { readonly tenantId: number; readonly role: Role }[]> {
  if (user.isAdmin) {
    const all = await q.selectFrom('tenant').select('tenant_id').orderBy('tenant_id').execute()
    return all.map((row) => ({ tenantId: row.tenant_id, role: 'admin' }))
  }
  const rows = await q
    .selectFrom('membership')
    .select(['tenant_id', 'role'])
    .where('user_id', '=', user.userId)
    .orderBy('tenant_id')
    .execute()
  return rows.map((row) => ({ tenantId: row.tenant_id, role: row.role as Role }))
}
