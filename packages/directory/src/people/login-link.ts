// One-time sign-in links: printed on the terminal by whoever owns the machine, good for one use within the hour.
// Makes and uses tokens; the address they are put into is the caller's.

import type { Queryable } from '@tollbook/db'
import { type Clock, err, ok, type Result } from '@tollbook/kernel'
import { hashSecretToken, newSecretToken } from './secret-token.ts'

/** Long enough to walk over to a browser, short enough for a line that stays in a terminal's history. */
export const LOGIN_LINK_MS = 60 * 60_000

/** A new token for `/signin?token=…`. Earlier unused links of the user stay good until they expire. */
export async function createLoginLink(db: Queryable, userId: string, clock: Clock): Promise<string> {
  const token = newSecretToken()
  const nowMs = clock.now()
  // A day after its end a link is of no use even for telling "used" from "unknown".
  await db.q
    .deleteFrom('login_link')
    .where('expires_at', '<', new Date(nowMs - 24 * 3_600_000))
    .execute()
  await db.q
    .insertInto('login_link')
    .values({ link_hash: hashSecretToken(token), user_id: userId, expires_at: new Date(nowMs + LOGIN_LINK_MS) })
    .execute()
  return token
}

/** Why a link opens nothing. */
export type DeadLink = { readonly kind: 'unknown-link' | 'used-link' | 'expired-link' }

/** Uses the link up and says whose it was. Of two requests with one token exactly one succeeds. */
export async function useLoginLink(db: Queryable, token: string, nowMs: number): Promise<Result<string, DeadLink>> {
  const hash = hashSecretToken(token)
  const now = new Date(nowMs)
  const used = await db.q
    .updateTable('login_link')
    .set({ used_at: now })
    .where('link_hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('user_id')
    .executeTakeFirst()
  if (used) return ok(used.user_id)
  const known = await db.q.selectFrom('login_link').select('used_at').where('link_hash', '=', hash).executeTakeFirst()
  if (!known) return err({ kind: 'unknown-link' })
  return err({ kind: known.used_at ? 'used-link' : 'expired-link' })
}
