// Tokens of programs that push CDRs: each belongs to one source and opens one door. Writes push_token.

import { timingSafeEqual } from 'node:crypto'
import { nextId, type Queryable, type Tx } from '@tollbook/db'
import { asSourceId, type SourceId, type TenantId } from '@tollbook/kernel'
import type { MaskNumbers } from '../tenants.ts'
import { hashSecretToken, newSecretToken } from './secret-token.ts'
import type { TenantAccess } from './users.ts'

/** What a push token looks like: it says of itself which it is, so that only its hash need be compared. */
const SHAPE = /^tbp_(\d{1,9})_([A-Za-z0-9_-]{43})$/
/** "Last used" is written at most this often. */
const USED_EVERY_MS = 10 * 60_000

export type PushToken = {
  readonly tokenId: number
  readonly source: string
  /** What people call it. */
  readonly name: string
  readonly createdAtMs: number
  readonly usedAtMs: number | undefined
}

/** Who holds a token, and what it is for. */
export type PushHolder = {
  readonly tokenId: number
  readonly tenant: Omit<TenantAccess, 'role'>
  readonly sourceId: SourceId
  readonly source: string
}

/** Makes a token and answers with it: the only time that anybody sees it. */
export async function createPushToken(
  tx: Tx,
  holder: { readonly tenantId: TenantId; readonly sourceId: SourceId; readonly name: string },
  nowMs: number,
): Promise<{ readonly tokenId: number; readonly token: string }> {
  const tokenId = await nextId(tx, 'push_token')
  const secret = newSecretToken()
  const { tenantId: tenant_id, sourceId: source_id, name } = holder
  const row = { token_id: tokenId, tenant_id, source_id, name, created_at: new Date(nowMs) }
  await tx.q
    .insertInto('push_token')
    .values({ ...row, token_hash: hashSecretToken(secret) })
    .execute()
  return { tokenId, token: `tbp_${tokenId}_${secret}` }
}

/** True for what claims to be a push token, valid or not. */
export function isPushToken(token: string): boolean {
  return token.startsWith('tbp_')
}

/** Whose token this is; undefined when it is none of ours or was revoked. */
export async function findPushToken(db: Queryable, token: string, nowMs: number): Promise<PushHolder | undefined> {
  const shape = SHAPE.exec(token)
  if (!shape) return undefined
  const tokenId = Number(shape[1])
  const row = await db.q
    .selectFrom('push_token as p')
    .innerJoin('source as s', 's.source_id', 'p.source_id')
    .innerJoin('tenant as t', 't.tenant_id', 'p.tenant_id')
    .select(['p.token_hash', 'p.used_at', 'p.source_id', 's.name as source'])
    .select(['t.tenant_id', 't.slug', 't.name', 't.zone', 't.currency', 't.is_sample', 't.mask_numbers'])
    .where('p.token_id', '=', tokenId)
    .executeTakeFirst()
  if (!row || !timingSafeEqual(row.token_hash, hashSecretToken(shape[2]!))) return undefined
  if (row.used_at === null || nowMs - row.used_at.getTime() >= USED_EVERY_MS) {
    await db.q
      .updateTable('push_token')
      .set({ used_at: new Date(nowMs) })
      .where('token_id', '=', tokenId)
      .execute()
  }
  const { tenant_id: tenantId, slug, name, zone, currency, is_sample: isSample, source } = row
  const tenant = { tenantId, slug, name, zone, currency, isSample, maskNumbers: row.mask_numbers as MaskNumbers }
  return { tokenId, tenant, sourceId: asSourceId(row.source_id), source }
}

/** The tokens of a tenant, oldest first; none of them in clear. */
export async function listPushTokens(db: Queryable, tenantId: TenantId): Promise<PushToken[]> {
  const rows = await db.q
    .selectFrom('push_token as p')
    .innerJoin('source as s', 's.source_id', 'p.source_id')
    .select(['p.token_id', 'p.name', 'p.created_at', 'p.used_at', 's.name as source'])
    .where('p.tenant_id', '=', tenantId)
    .orderBy('p.token_id')
    .execute()
  return rows.map(({ token_id: tokenId, source, name, created_at, used_at }) => ({
    ...{ tokenId, source, name },
    ...{ createdAtMs: created_at.getTime(), usedAtMs: used_at?.getTime() },
  }))
}

/** Whoever holds it is refused from now on; true when there was one. */
export async function revokePushToken(db: Queryable, tenantId: TenantId, tokenId: number): Promise<boolean> {
  const gone = await db.q
    .deleteFrom('push_token')
    .where('tenant_id', '=', tenantId)
    .where('token_id', '=', tokenId)
    .executeTakeFirst()
  return gone.numDeletedRows > 0n
}
