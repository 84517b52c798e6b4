// The stored calls of a span made anew, a batch at a time in the order of their keys: after a change of rules, trunks or
// zones. Or only looked at: what they would become.

import type { Tx } from '@tollbook/db'
import { asCallKey, asSourceId, type CallKey, type SourceId, type TenantId, timeFirstUuid } from '@tollbook/kernel'
import type { Call } from '../call.ts'
import type { ChangeCause, ChangedCall } from '../call-changes.ts'
import type { Attribute } from '../leg-batch.ts'
import { type RestitchBatch, replaceRestitched, restitched } from '../restitch.ts'
import type { CompiledRules } from '../rules/compile-rules.ts'

export type RestitchSpan = {
  readonly tenantId: TenantId
  /** 0 = all sources of the tenant. */
  readonly sourceId: number
  /** On `opened_at`, milliseconds; undefined = without bound. `toMs` is exclusive. */
  readonly fromMs: number | undefined
  readonly toMs: number | undefined
}

export type RestitchHow = {
  readonly rulesOf: (sourceId: number) => CompiledRules
  readonly attribute: Attribute
  readonly batchId: string
  readonly nowMs: number
}

/** `seen`: calls looked at; `last`: the last of them, after which to go on. */
export type RestitchedBatch<T> = { readonly seen: number; readonly changed: readonly T[]; readonly last: CallKey }

/** Makes the next `limit` calls after a key anew and keeps what changed; undefined when there are no more. */
export async function restitchNext(
  tx: Tx,
  span: RestitchSpan,
  from: { readonly after: CallKey; readonly limit: number },
  how: RestitchHow & { readonly cause: ChangeCause },
): Promise<RestitchedBatch<Call> | undefined> {
  return await nextBatch(tx, span, { ...from, hold: true }, how, async (batch, keys) => {
    const found = await restitched(tx, batch, keys, how.attribute, { hold: true, attributionToo: true })
    return await replaceRestitched(tx, batch, found, how.cause)
  })
}

/** As `restitchNext`, but nothing is held and nothing written: what would change. */
export async function lookAtNext(
  tx: Tx,
  span: RestitchSpan,
  from: { readonly after: CallKey; readonly limit: number },
  how: RestitchHow,
): Promise<RestitchedBatch<ChangedCall> | undefined> {
  return await nextBatch(tx, span, { ...from, hold: false }, how, async (batch, keys) => {
    const found = await restitched(tx, batch, keys, how.attribute, { hold: false, attributionToo: true })
    return found.changed
  })
}

/** How many calls there are in a span. */
export async function countSpan(tx: Tx, span: RestitchSpan): Promise<number> {
  const { where, values } = condition(span, BEFORE_ALL)
  const { rows } = await tx.client.query<{ n: number }>(`select count(*)::int as n from call where ${where}`, values)
  return rows[0]!.n
}

export const BEFORE_ALL = asCallKey('00000000-0000-0000-0000-000000000000')

async function nextBatch<T extends Call | ChangedCall>(
  tx: Tx,
  span: RestitchSpan,
  { after, limit, hold }: { readonly after: CallKey; readonly limit: number; readonly hold: boolean },
  how: RestitchHow,
  restitch: (batch: RestitchBatch, keys: ReadonlySet<CallKey>) => Promise<readonly T[]>,
): Promise<RestitchedBatch<T> | undefined> {
  const { where, values } = condition(span, after)
  const { rows } = await tx.client.query<{ call_key: string; source_id: number }>(
    `select call_key, source_id from call where ${where} order by call_key limit ${Math.trunc(limit)}
     ${hold ? 'for update' : ''}`,
    values,
  )
  if (rows.length === 0) return undefined
  const bySource = new Map<SourceId, Set<CallKey>>()
  for (const row of rows) {
    const sourceId = asSourceId(row.source_id)
    const keys = bySource.get(sourceId)
    if (keys) keys.add(asCallKey(row.call_key))
    else bySource.set(sourceId, new Set([asCallKey(row.call_key)]))
  }
  const changed: T[] = []
  for (const [sourceId, keys] of bySource) {
    const { batchId, nowMs: receivedAtMs } = how
    const batch = { tenantId: span.tenantId, sourceId, batchId, receivedAtMs, rules: how.rulesOf(sourceId) }
    changed.push(...(await restitch(batch, keys)))
  }
  return { seen: rows.length, changed: changed.sort(byKey), last: asCallKey(rows.at(-1)!.call_key) }
}

function byKey(a: Call | ChangedCall, b: Call | ChangedCall): number {
  return keyOf(a) < keyOf(b) ? -1 : 1
}

function keyOf(call: Call | ChangedCall): CallKey {
  return 'after' in call ? call.after.callKey : call.callKey
}

function condition({ tenantId, sourceId, fromMs, toMs }: RestitchSpan, after: CallKey) {
  const values: unknown[] = [tenantId, after]
  const parts = ['tenant_id = $1', 'call_key > $2::uuid']
  const also = (text: (place: string) => string, value: unknown) => parts.push(text(`$${values.push(value)}`))
  if (sourceId !== 0) also((at) => `source_id = ${at}`, sourceId)
  // Said twice: opened_at prunes partitions, and the key, which begins with the same time, bounds the index.
  if (fromMs !== undefined) {
    also((at) => `opened_at >= ${at}`, new Date(fromMs))
    also((at) => `call_key >= ${at}::uuid`, timeFirstUuid(fromMs, new Uint8Array(10)))
  }
  if (toMs !== undefined) {
    also((at) => `opened_at < ${at}`, new Date(toMs))
    also((at) => `call_key < ${at}::uuid`, timeFirstUuid(toMs, new Uint8Array(10)))
  }
  return { where: parts.join(' and '), values }
}
