// People at the door: who a password belongs to, what one changes of oneself, which tenants one may enter.
// Making people and memberships is in ../people.ts, sessions are in sessions.ts.

import type { Queryable, Tx } from '@tollbook/db'
import { type Role, saveUser, userByEmail } from '../people.ts'
import { hashPassword, verifyPassword } from './passwords.ts'

/** The user with this email and password; undefined for a wrong one of either, after the same time. */
export async function userByPassword(db: Queryable, email: string, password: string): Promise<string | undefined> {
  const user = await userByEmail(db, email)
  const right = await verifyPassword(password, user?.passwordHash ?? '')
  return right ? user?.userId : undefined
}

/** The user id for an email, made an administrator's when there is none yet. What the first start needs. */
export async function ensureAdmin(tx: Tx, user: { email: string; name: string }, nowMs: number): Promise<string> {
  const known = (await userByEmail(tx, user.email)) ?? (await saveUser(tx, { ...user, isAdmin: true }, nowMs))
  return known.userId
}

/** What a person may change of themselves; absent = leave. A password comes in clear and is hashed here. */
export type ProfileChange = {
  readonly name?: string | undefined
  readonly locale?: string | undefined
  readonly password?: string | undefined
}

export async function saveProfile(db: Queryable, userId: string, change: ProfileChange): Promise<void> {
  const set = {
    ...(change.name !== undefined && { name: change.name }),
    ...(change.locale !== undefined && { locale: change.locale }),
    ...(change.password !== undefined && { password_hash: await hashPassword(change.password) }),
  }
  if (Object.keys(set).length === 0) return
  await db.q.updateTable('app_user').set(set).where('user_id', '=', userId).execute()
}

/** A tenant as one user sees it. Ordered: real ones by id, the sample last. */
export type TenantAccess = {
  readonly tenantId: number
  readonly slug: string
  readonly name: string
  readonly zone: string
  /** ISO 4217 number. */
  readonly currency: number
  readonly isSample: boolean
  readonly role: Role
}

/** The tenants a user may enter, each with the role held there. An administrator holds `admin` everywhere. */
export async function tenantsOf(
  db: Queryable,
  user: { userId: string; isAdmin: boolean },
): Promise<readonly TenantAccess[]> {
  const rows = await db.q
    .selectFrom('tenant as t')
    .leftJoin('membership as m', (j) => j.onRef('m.tenant_id', '=', 't.tenant_id').on('m.user_id', '=', user.userId))
    .select(['t.tenant_id', 't.slug', 't.name', 't.zone', 't.currency', 't.is_sample', 'm.role'])
    .orderBy('t.is_sample')
    .orderBy('t.tenant_id')
    .execute()
  return rows.flatMap((t) => {
    const role = user.isAdmin ? 'admin' : (t.role as Role | null)
    if (role === null) return []
    const { tenant_id: tenantId, slug, name, zone, currency, is_sample: isSample } = t
    return [{ tenantId, slug, name, zone, currency, isSample, role }]
  })
}
