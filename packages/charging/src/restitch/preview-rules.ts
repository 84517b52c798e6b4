// What rules would make of the calls of the last days: how many would change, in what, and some of them. Nothing is
// written; trunks, accounts and decks are those of today.

import { BEFORE_ALL, type ChangedCall, changeOf, lookAtNext, type RestitchSpan } from '@tollbook/calls/restitching'
import { type CallRules, DEFAULT_RULES } from '@tollbook/calls/rules'
import { type Db, transaction } from '@tollbook/db'
import type { TenantId } from '@tollbook/kernel'
import { attributeBy } from '../attribute.ts'
import { type ChargingBook, loadBook, rulesOf } from '../book.ts'

const BATCH = 1_000
/** A preview answers while somebody waits for it; what it did not look at it says. */
const MOST_CALLS = 20_000
const EXAMPLES = 20

export type RulesPreview = {
  readonly fromMs: number
  readonly seen: number
  readonly changed: number
  /** True when every call since `fromMs` was looked at. */
  readonly complete: boolean
  /** How many calls change in which field, most first. */
  readonly fields: readonly { readonly field: string; readonly calls: number }[]
  readonly examples: readonly PreviewedCall[]
}

export type PreviewedCall = {
  readonly callKey: string
  readonly startedAtMs: number
  readonly from: string
  readonly to: string
  /** Only what changes; instants in milliseconds, null = none. */
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
}

export type PreviewRequest = {
  readonly tenantId: TenantId
  /** Whose rules: 0 = the tenant's, which its sources go by that have none of their own. */
  readonly sourceId: number
  /** Undefined: as if it had none of its own. */
  readonly rules: CallRules | undefined
  readonly fromMs: number
  readonly nowMs: number
}

export async function previewRules(db: Db, request: PreviewRequest): Promise<RulesPreview> {
  const { tenantId, sourceId, fromMs, nowMs } = request
  const book = withRules(await transaction(db, (tx) => loadBook(tx, tenantId)), request)
  const span: RestitchSpan = { tenantId, sourceId, fromMs, toMs: undefined }
  const how = { rulesOf: (id: number) => rulesOf(book, id), attribute: attributeBy(book), batchId: '', nowMs }
  const sum = previewSums()
  let after = BEFORE_ALL
  let seen = 0
  let complete = false
  while (!complete && seen < MOST_CALLS) {
    const found = await transaction(db, (tx) => lookAtNext(tx, span, { after, limit: BATCH }, how))
    if (found === undefined) complete = true
    else {
      for (const call of found.changed) sum.add(call)
      seen += found.seen
      after = found.last
    }
  }
  return { fromMs, seen, complete, ...sum.told() }
}

/** The book with these rules in place of those that are saved. */
function withRules(book: ChargingBook, { sourceId, rules }: PreviewRequest): ChargingBook {
  const bySource = new Map(book.rules.bySource)
  if (rules === undefined) bySource.delete(sourceId)
  else bySource.set(sourceId, rules)
  return { ...book, rules: { tenant: bySource.get(0) ?? DEFAULT_RULES, bySource }, compiledRules: new Map() }
}

function previewSums() {
  const fields = new Map<string, number>()
  const examples: PreviewedCall[] = []
  let changed = 0
  return {
    add(call: ChangedCall): void {
      const change = changeOf(call)
      if (change === undefined) return
      changed++
      for (const field of Object.keys(change.after)) fields.set(field, (fields.get(field) ?? 0) + 1)
      const { callKey, startedAtMs, fromNumber, toNumber } = call.after
      if (examples.length < EXAMPLES) examples.push({ callKey, startedAtMs, from: fromNumber, to: toNumber, ...change })
    },
    told() {
      const byCalls = [...fields].map(([field, calls]) => ({ field, calls }))
      return { changed, examples, fields: byCalls.sort((a, b) => b.calls - a.calls || (a.field < b.field ? -1 : 1)) }
    },
  }
}
