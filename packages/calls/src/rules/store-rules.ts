// Table call_rules: the rules of a tenant (source 0) and of those of its sources that have their own. Who saves rules
// asks for a restitch too (restitch-jobs.ts); until that is done, stored calls are as the rules of before made them.

import type { Queryable, Tx } from '@tollbook/db'
import type { CallRules } from './call-rules.ts'
import { DEFAULT_RULES } from './default-rules.ts'

/** Rules of a tenant: those of a source that has its own, else `tenant`'s. */
export type RulesInForce = {
  readonly tenant: CallRules
  readonly bySource: ReadonlyMap<number, CallRules>
}

/** How rules stand. `own`: false when a source goes by its tenant's, or a tenant by the default rules. */
export type RulesStanding = {
  /** 0 = of the tenant. */
  readonly sourceId: number
  readonly rules: CallRules
  readonly own: boolean
  /** 0 = never saved. Behind `revision`, stored calls are still being stitched again. */
  readonly revision: number
  readonly appliedRevision: number
}

export async function loadRules({ q }: Queryable, tenantId: number): Promise<RulesInForce> {
  const rows = await q
    .selectFrom('call_rules')
    .select(['source_id', 'rules'])
    .where('tenant_id', '=', tenantId)
    .execute()
  const own = new Map(rows.flatMap((row) => (row.rules === null ? [] : [[row.source_id, asRules(row.rules)]])))
  return { tenant: own.get(0) ?? DEFAULT_RULES, bySource: own }
}

/** The rules of a source: its own, else the tenant's, else the default ones. */
export function rulesOfSource(rules: RulesInForce, sourceId: number): CallRules {
  return rules.bySource.get(sourceId) ?? rules.tenant
}

export async function rulesStanding(db: Queryable, tenantId: number, sourceId: number): Promise<RulesStanding> {
  const inForce = await loadRules(db, tenantId)
  const row = await db.q
    .selectFrom('call_rules')
    .select(['revision', 'applied_revision'])
    .where('tenant_id', '=', tenantId)
    .where('source_id', '=', sourceId)
    .executeTakeFirst()
  return {
    sourceId,
    rules: rulesOfSource(inForce, sourceId),
    own: inForce.bySource.has(sourceId),
    revision: row?.revision ?? 0,
    appliedRevision: row?.applied_revision ?? 0,
  }
}

/** Keeps rules; undefined takes the own ones away. Answers the revision, which is one more each time. */
export async function saveRules(
  tx: Tx,
  tenantId: number,
  sourceId: number,
  rules: CallRules | undefined,
  nowMs: number,
): Promise<number> {
  const { rows } = await tx.client.query<{ revision: number }>(
    `insert into call_rules as r (tenant_id, source_id, rules, revision, changed_at) values ($1, $2, $3::jsonb, 1, $4)
     on conflict (tenant_id, source_id) do update set rules = excluded.rules, revision = r.revision + 1,
       changed_at = excluded.changed_at
     returning revision`,
    [tenantId, sourceId, JSON.stringify(rules ?? null), new Date(nowMs)],
  )
  return rows[0]!.revision
}

/** The stored calls are as this revision makes them. */
export async function markApplied(tx: Tx, tenantId: number, sourceId: number, revision: number): Promise<void> {
  await tx.client.query(
    `update call_rules set applied_revision = greatest(applied_revision, $3) where tenant_id = $1 and source_id = $2`,
    [tenantId, sourceId, revision],
  )
}

/** What was stored had passed the door; a version that knew fewer lists wrote fewer. */
function asRules(stored: unknown): CallRules {
  return { ...EMPTY, ...(stored as Partial<CallRules>) }
}

const EMPTY: CallRules = {
  ...{ channels: [], contexts: [], closedHours: [], voicemail: [], conference: [], ringGroup: [], ivr: [], queue: [] },
  ...{ dids: [], reviewAfterHours: 4, finalAfterMinutes: 10 },
}
