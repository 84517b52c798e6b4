// Sessions of people who signed in: who holds which token, until when. Knows no cookie and no HTTP.

import type { Queryable } from '@tollbook/db'
import { hashSecretToken, newSecretToken } from './secret-token.ts'

/** A session ends this long after it began, whatever happens. */
export const SESSION_MS = 30 * 24 * 3_600_000
/** "Last seen" is written at most this often, so that reading a page does not cost a write. */
const SEEN_EVERY_MS = 10 * 60_000

/** The person behind a session. */
export type SignedIn = {
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly locale: string
  readonly hasPassword: boolean
  /** May do everything in every tenant. */
  readonly isAdmin: boolean
  readonly expiresAtMs: number
}

/** Opens a session and returns its token, which is shown to nobody else and stored nowhere. Sweeps out ended ones. */
export async function startSession(db: Queryable, userId: string, nowMs: number): Promise<string> {
  const token = newSecretToken()
  const now = new Date(nowMs)
  await db.q.deleteFrom('session').where('expires_at', '<=', now).execute()
  await db.q
    .insertInto('session')
    .values({
      session_hash: hashSecretToken(token),
      user_id: userId,
      created_at: now,
      expires_at: new Date(nowMs + SESSION_MS),
      seen_at: now,
    })
    .execute()
  return token
}

/** Whose token this is; undefined when it is unknown or has ended. */
export async function findSession(db: Queryable, token: string, nowMs: number): Promise<SignedIn | undefined> {
  const hash = hashSecretToken(token)
  const row = await db.q
    .selectFrom('session as s')
    .innerJoin('app_user as u', 'u.user_id', 's.user_id')
    .select(['u.user_id', 'u.email', 'u.name', 'u.locale', 'u.password_hash', 'u.is_admin'])
    .select(['s.expires_at', 's.seen_at'])
    .where('s.session_hash', '=', hash)
    .where('s.expires_at', '>', new Date(nowMs))
    .executeTakeFirst()
  if (!row) return undefined
  if (nowMs - row.seen_at.getTime() >= SEEN_EVERY_MS) {
    await db.q
      .updateTable('session')
      .set({ seen_at: new Date(nowMs) })
      .where('session_hash', '=', hash)
      .execute()
  }
  return {
    userId: row.user_id,
    email: row.email,
    name: row.name,
    locale: row.locale,
    hasPassword: row.password_hash !== '',
    isAdmin: row.is_admin,
    expiresAtMs: row.expires_at.getTime(),
  }
}

/** Ends the session of this token; nothing happens when there is none. */
export async function endSession(db: Queryable, token: string): Promise<void> {
  await db.q.deleteFrom('session').where('session_hash', '=', hashSecretToken(token)).execute()
}

/** Ends every session of a user but the one of `keepToken`: what must follow a new password. */
export async function endOtherSessions(db: Queryable, userId: string, keepToken: string): Promise<void> {
  await db.q
    .deleteFrom('session')
    .where('user_id', '=', userId)
    .where('session_hash', '!=', hashSecretToken(keepToken))
    .execute()
}
