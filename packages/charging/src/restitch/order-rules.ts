// Rules are saved, and the stored calls ordered to be made anew by them: in one transaction, so that neither is without
// the other.

import { randomBytes } from 'node:crypto'
import { orderRestitch } from '@tollbook/calls/restitching'
import { type CallRules, saveRules } from '@tollbook/calls/rules'
import { type Db, notifyStatement, type Tx, transaction } from '@tollbook/db'
import { type TenantId, timeFirstUuid } from '@tollbook/kernel'

export type RulesOrder = {
  readonly tenantId: TenantId
  /** 0 = the tenant's. */
  readonly sourceId: number
  /** Undefined: the own ones go, and those of the tenant, else the default ones, are in force. */
  readonly rules: CallRules | undefined
  readonly by: string
  readonly nowMs: number
}

/** Saves rules and orders the restitch; answers with its id and the rules' revision. */
export async function orderRules(
  db: Db,
  order: RulesOrder,
): Promise<{ readonly id: string; readonly revision: number }> {
  const { tenantId, sourceId, rules, by, nowMs } = order
  return await transaction(db, async (tx) => {
    const revision = await saveRules(tx, tenantId, sourceId, rules, nowMs)
    const span = { tenantId, sourceId, fromMs: undefined, toMs: undefined }
    return { id: await orderSpan(tx, { ...span, cause: 'rules', revision, createdBy: by }, nowMs), revision }
  })
}

export type SpanOrder = {
  readonly tenantId: TenantId
  /** 0 = all sources of the tenant. */
  readonly sourceId: number
  readonly fromMs: number | undefined
  readonly toMs: number | undefined
  readonly by: string
  readonly nowMs: number
}

/** Orders that the calls of a span are made anew: after a change of trunks or accounts. Answers with its id. */
export async function orderAgain(db: Db, { by, nowMs, ...span }: SpanOrder): Promise<string> {
  return await transaction(db, (tx) => orderSpan(tx, { ...span, cause: 'asked', revision: 0, createdBy: by }, nowMs))
}

async function orderSpan(
  tx: Tx,
  order: Omit<Parameters<typeof orderRestitch>[1], 'id'>,
  nowMs: number,
): Promise<string> {
  const id = timeFirstUuid(nowMs, randomBytes(10))
  await orderRestitch(tx, { ...order, id }, nowMs)
  const { text, values } = notifyStatement('restitches')
  await tx.client.query(text, values)
  return id
}
