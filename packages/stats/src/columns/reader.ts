// When the copy is asked, and opening it no sooner than that and once for a question.

import type { Queryable } from '@tollbook/db'
import { isFoundByNumber } from '@tollbook/selection'
import { RETURN_WITHIN_MS } from '../alone.ts'
import { CARRIED_MS } from '../concurrency.ts'
import type { Interval } from '../grain.ts'
import { METRICS } from '../metrics.ts'
import type { Asked } from '../parse.ts'
import type { ColumnCopy } from './copy.ts'
import { type OpenCopy, openCopy } from './read.ts'

/** The calls of fewer days than these PostgreSQL reads as quickly. */
export const FROM_MS = 3 * 24 * 3_600_000

/** True for a question of which so many single calls would have to be read that the copy is quicker. */
export function isForColumns(query: Asked, raw: readonly Interval[]): boolean {
  const byIndex = isFoundByNumber(query.selection) && query.selection.search?.kind !== 'prefix'
  return raw.reduce((ms, i) => ms + i.toMs - i.fromMs, 0) > FROM_MS && !byIndex
}

export type CopyReader = {
  /** Undefined where the tables must answer. */
  readonly open: () => Promise<OpenCopy | undefined>
  readonly isOpen: () => boolean
  readonly close: () => Promise<void>
}

export function copyReader(copy: ColumnCopy | undefined, q: Queryable, query: Asked): CopyReader {
  let opened: ReturnType<typeof openCopy> | undefined
  const ended = async () => opened?.catch(() => undefined)
  return {
    open: async () => {
      if (copy === undefined) return undefined
      const carries = query.metrics.some((m) => METRICS[m].alone === 'concurrent' || METRICS[m].alone === 'carried')
      const beforeMs = carries ? CARRIED_MS : 0
      opened ??= openCopy(copy, q, query, {
        fromMs: query.fromMs - beforeMs,
        toMs: query.toMs + RETURN_WITHIN_MS,
      })
      return await opened
    },
    isOpen: () => opened !== undefined,
    close: async () => (await ended())?.close(),
  }
}
