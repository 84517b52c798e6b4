// Calls and figures as files, of any length: what the lists answer, in the format asked for.

import { createRoute, z } from '@hono/zod-openapi'
import { CALL_COLUMNS, callTable, columnsNamed, EXPORT_FORMATS, statsTable } from '@tollbook/exports'
import { ok } from '@tollbook/kernel'
import { queryStats } from '@tollbook/stats'
import type { ApiDeps } from '../api-deps.ts'
import { boundedRead } from '../bounded-read.ts'
import { newestOf } from '../newest-of.ts'
import { Refusal } from '../problem.ts'
import { access, newRouter } from '../router.ts'
import { sendTable, tableSeenBy } from '../send-table.ts'
import { CallFilters, filterOf } from './calls.ts'
import { StatsQuestion, statsQuestion } from './stats.ts'

const format = z.enum(EXPORT_FORMATS).default('csv')
const file = {
  description: 'The file',
  content: {
    'text/csv': { schema: z.string() },
    'application/x-ndjson': { schema: z.string() },
    'application/json': { schema: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))) },
    'application/vnd.apache.parquet': { schema: z.string() },
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { schema: z.string() },
  },
}

const exportCalls = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/calls/export',
  tags: ['Calls'],
  summary: 'The calls of a search as a file, newest first',
  request: {
    query: CallFilters.extend({
      format,
      columns: z
        .string()
        .max(1_000)
        .optional()
        .openapi({ description: `Some of ${CALL_COLUMNS.map((c) => c.name).join(',')}; default: all` }),
    }),
  },
  responses: { 200: file },
})

const exportStats = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/stats/export',
  tags: ['Statistics'],
  summary: 'An answer of /stats as a file',
  request: { query: StatsQuestion.extend({ format }) },
  responses: { 200: file },
})

export function exportRoutes(deps: ApiDeps) {
  const { db, columns: copy, clock } = deps
  return newRouter()
    .openapi(exportCalls, async (c) => {
      const { format, columns, ...filters } = c.req.valid('query')
      const chosen = columns === undefined ? ok(CALL_COLUMNS) : columnsNamed(columns)
      if (!chosen.ok) throw unknown('columns', `there is no column "${chosen.error}"`)
      const filter = await filterOf(db, c.get('tenant'), filters)
      const table = callTable(newestOf(deps), filter, chosen.value, filters.zone)
      return sendTable(c, deps, 'calls', format, tableSeenBy(c, table))
    })
    .openapi(exportStats, async (c) => {
      const { format, ...question } = c.req.valid('query')
      const query = statsQuestion(c.get('tenant'), question, clock.now())
      const result = await boundedRead(db, (tx) => queryStats(tx, query, copy))
      return sendTable(c, deps, 'stats', format, statsTable(result))
    })
}

function unknown(field: string, message: string): Refusal {
  return new Refusal('bad-request', undefined, [{ field, message }])
}
