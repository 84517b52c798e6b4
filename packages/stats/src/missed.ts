// Missed callers: one row for each person whose inbound calls nobody took, and when he was spoken with afterwards, as
// `return_rate` counts it. From the copy by columns where it can answer, else from the tables.

import type { Queryable } from '@tollbook/db'
import { resolveFilters } from '@tollbook/selection'
import type { ColumnCopy } from './columns/copy.ts'
import type { MissedCallers, MissedOptions } from './missed-callers.ts'
import { missedInCopy } from './missed-copy.ts'
import { missedInTables } from './missed-tables.ts'
import type { Asked, StatsQuery } from './parse.ts'

/**
 * Who called in vain in the span and under the filters of `query`, the last to call first. Its `by` is not looked at. The answer
 * is the same with a copy and without.
 */
export async function queryMissed(
  q: Queryable,
  query: StatsQuery,
  options: MissedOptions,
  copy?: ColumnCopy,
): Promise<MissedCallers> {
  const selection = await resolveFilters(q, query.tenant.tenantId, query, query)
  const asked: Asked = { ...query, by: 'none', split: 'none', selection }
  const found = copy === undefined ? undefined : await fromCopy(copy, q, asked, options)
  return found ?? (await missedInTables(q, asked, options))
}

async function fromCopy(
  copy: ColumnCopy,
  q: Queryable,
  query: Asked,
  options: MissedOptions,
): Promise<MissedCallers | undefined> {
  try {
    return await missedInCopy(copy, q, query, options)
  } catch (fault) {
    // What PostgreSQL refused it would refuse again; so with what took too long.
    if ((fault as { code?: string }).code !== undefined) throw fault
    copy.onFault(fault, 'the copy by columns did not tell missed callers')
    return undefined
  }
}
