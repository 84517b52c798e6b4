// When the copy is asked, and opening it no sooner than that and once for the same times.

import type { Queryable } from '@tollbook/db'
import { isFoundByNumber } from '@tollbook/selection'
import { asksAlone, RETURN_WITHIN_MS } from '../alone/alone.ts'
import { CARRIED_MS } from '../alone/concurrency.ts'
import { gaps, type Interval } from '../grain.ts'
import { sumsFor } from '../metrics.ts'
import type { Asked } from '../parse.ts'
import { SEIZURE_SUMS } from '../sums.ts'
import type { ColumnCopy } from './copy.ts'
import { FILE_KINDS } from './layout.ts'
import { type OpenCopy, openCopy } from './read.ts'

/** Lists of calls of fewer days than these PostgreSQL reads as quickly. */
export const FROM_MS = 3 * 24 * 3_600_000

/** Of less time PostgreSQL reads all calls sooner than the copy is asked how many it has: a busy hour is fifteen thousand. */
const SHORT_MS = 6 * 3_600_000

export type CopyReader = {
  /**
   * For the calls of these times, read one by one; those of `touched` hours are the tables' in any case. Undefined where the
   * tables must answer all, or do sooner.
   */
  readonly open: (raw: readonly Interval[], touched: readonly Interval[]) => Promise<OpenCopy | undefined>
  readonly isOpen: () => boolean
  readonly close: () => Promise<void>
}

export function copyReader(copy: ColumnCopy | undefined, q: Queryable, query: Asked): CopyReader {
  const opened = new Map<string, ReturnType<typeof openCopy>>()
  return {
    open: async (raw, touched) => {
      const left = raw.flatMap((i) => gaps(i, touched))
      if (copy === undefined || !isForColumns(query, left)) return undefined
      const key = JSON.stringify(raw)
      const open = opened.get(key) ?? openFor(copy, q, query, raw)
      opened.set(key, open)
      return await open
    },
    isOpen: () => opened.size > 0,
    close: async () => {
      for (const open of opened.values()) (await open.catch(() => undefined))?.close()
    },
  }
}

/** True for a question of which so many single calls may have to be read that the copy is quicker. */
function isForColumns(query: Asked, raw: readonly Interval[]): boolean {
  const byIndex = isFoundByNumber(query.selection) && query.selection.search?.kind !== 'prefix'
  return raw.reduce((ms, i) => ms + i.toMs - i.fromMs, 0) > SHORT_MS && !byIndex
}

function openFor(copy: ColumnCopy, q: Queryable, query: Asked, raw: readonly Interval[]) {
  const beforeMs = query.metrics.includes('peak_concurrent') ? CARRIED_MS : 0
  const afterMs = asksAlone(query) ? RETURN_WITHIN_MS : 0
  const span = { fromMs: raw[0]!.fromMs - beforeMs, toMs: raw.at(-1)!.toMs + afterMs }
  const kinds = sumsFor(query.metrics).some((n) => SEIZURE_SUMS.includes(n)) ? FILE_KINDS : (['calls'] as const)
  return openCopy(copy, q, query, span, kinds, { raw, calls: copy.fewestCalls })
}
