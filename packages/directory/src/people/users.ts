// People who may sign in, and what they may do where. Writes app_user and membership; sessions live in sessions.ts.

import { randomUUID } from 'node:crypto'
import type { Queryable, Tx } from '@tollbook/db'
import type { MaskNumbers } from '../tenants.ts'
import { hashPassword, verifyPassword } from './passwords.ts'

export type Role = 'viewer' | 'operator' | 'admin'

/** Email is compared as people mean it: without blanks around, in small letters. */
export function plainEmail(email: string): string {
  return email.trim().toLowerCase()
}

/** The user with this email and password; undefined for a wrong one of either, after the same time. */
export async function userByPassword(db: Queryable, email: string, password: string): Promise<string | undefined> {
  const row = await db.q
    .selectFrom('app_user')
    .select(['user_id', 'password_hash'])
    .where('email', '=', plainEmail(email))
    .executeTakeFirst()
  const right = await verifyPassword(password, row?.password_hash ?? '')
  return right ? row?.user_id : undefined
}

/** The user id for an email, made an administrator's when there is none yet. What the first start needs. */
export async function ensureAdmin(tx: Tx, user: { email: string; name: string }, nowMs: number): Promise<string> {
  const email = plainEmail(user.email)
  await tx.q
    .insertInto('app_user')
    .values({ user_id: randomUUID(), email, name: user.name, is_admin: true, created_at: new Date(nowMs) })
    .onConflict((c) => c.column('email').doNothing())
    .execute()
  const row = await tx.q.selectFrom('app_user').select('user_id').where('email', '=', email).executeTakeFirstOrThrow()
  return row.user_id
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
  readonly maskNumbers: MaskNumbers
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
    .select(['t.tenant_id', 't.slug', 't.name', 't.zone', 't.currency', 't.is_sample', 't.mask_numbers', 'm.role'])
    .orderBy('t.is_sample')
    .orderBy('t.tenant_id')
    .execute()
  return rows.flatMap((t) => {
    const role = user.isAdmin ? 'admin' : (t.role as Role | null)
    if (role === null) return []
    const { tenant_id: tenantId, slug, name, zone, currency, is_sample: isSample } = t
    const maskNumbers = t.mask_numbers as MaskNumbers
    return [{ tenantId, slug, name, zone, currency, isSample, maskNumbers, role }]
  })
}
