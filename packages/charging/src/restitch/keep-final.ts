// Calls that have been quiet for as long as the rules of their source say are final; a function for the worker's clock.

import { finaliseCalls } from '@tollbook/calls/restitching'
import { loadRules, rulesOfSource } from '@tollbook/calls/rules'
import type { Db } from '@tollbook/db'

/** Makes final what is; answers how many calls. Cheap when there is nothing: calls that are not final are indexed. */
export async function keepFinal(db: Db, nowMs: number): Promise<number> {
  const sources = await db.q.selectFrom('source').select(['source_id', 'tenant_id']).orderBy('source_id').execute()
  let done = 0
  for (const { source_id: sourceId, tenant_id: tenantId } of sources) {
    const rules = rulesOfSource(await loadRules(db, tenantId), sourceId)
    done += await finaliseCalls(db, { tenantId, sourceId, rules, nowMs })
  }
  return done
}
