// When a call is final: no more of it is to be expected. Channel events say so themselves (LINKEDID_END); CDR rows alone
// do not, so their call is final once it has been quiet for as long as the rules of its source say. What comes later all
// the same reopens it.

import { type Db, transaction } from '@tollbook/db'
import type { CallDraft } from './call.ts'
import type { LegBatch } from './leg-batch.ts'
import type { CallRules } from './rules/call-rules.ts'

/** A draft from rows that came long after it ended is final as it is: a file of last month is not waited for. */
export function withFinality(draft: CallDraft, batch: Pick<LegBatch, 'receivedAtMs' | 'rules'>): CallDraft {
  if (draft.final || batch.receivedAtMs - draft.endedAtMs < quietMs(batch.rules.rules)) return draft
  return { ...draft, final: true }
}

/** Calls a transaction: each is a small change of one row. */
const BATCH = 5_000

export type Finalise = {
  readonly tenantId: number
  readonly sourceId: number
  readonly rules: CallRules
  readonly nowMs: number
}

/**
 * Marks as final the calls of a source that ended, and were stitched last, longer ago than is waited; not those of which
 * a channel is still there by its events. Answers how many; batch by batch, in the order of keys.
 */
export async function finaliseCalls(db: Db, { tenantId, sourceId, rules, nowMs }: Finalise): Promise<number> {
  const before = new Date(nowMs - quietMs(rules))
  for (let sum = 0; ; ) {
    const done = await transaction(db, async (tx) => {
      const { rowCount } = await tx.client.query(
        `with quiet as (
           select call_key, opened_at from call c
           where not final and tenant_id = $1 and source_id = $2 and ended_at < $3 and stitched_at < $3
             and not exists (
               select from cel b where b.call_key = c.call_key and b.opened_at = c.opened_at and b.event = 'CHAN_START'
                 and not exists (select from cel e where e.call_key = b.call_key and e.opened_at = b.opened_at
                   and e.uniqueid = b.uniqueid and e.event = 'CHAN_END'))
           order by call_key limit ${BATCH} for update skip locked)
         update call c set final = true from quiet q where c.call_key = q.call_key and c.opened_at = q.opened_at`,
        [tenantId, sourceId, before],
      )
      return rowCount ?? 0
    })
    sum += done
    if (done < BATCH) return sum
  }
}

function quietMs({ finalAfterMinutes }: CallRules): number {
  return finalAfterMinutes * 60_000
}
