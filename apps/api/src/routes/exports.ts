// Calls and figures as files, of any length: what the lists answer, in the format asked for.

import { createRoute, z } from '@hono/zod-openapi'
import { queryStats } from '@tollbook/stats'
import type { ApiDeps } from '../api-deps.ts'
import { boundedRead } from '../bounded-read.ts'
import { CALL_COLUMNS, type CallColumn, callTable } from '../exports/call-table.ts'
import { refuseUnmaskable, sendTable } from '../exports/send-table.ts'
import { statsTable } from '../exports/stats-table.ts'
import { EXPORT_FORMATS } from '../exports/written.ts'
import { isZone } from '../exports/zoned-instant.ts'
import { Refusal } from '../problem.ts'
import { access, newRouter } from '../router.ts'
import { CallFilters, filterOf } from './calls.ts'
import { StatsQuestion, statsQuestion } from './stats.ts'

const format = z.enum(EXPORT_FORMATS).default('csv')
const file = {
  description: 'The file',
  content: {
    'text/csv': { schema: z.string() },
    'application/x-ndjson': { schema: z.string() },
    'application/json': { schema: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))) },
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
      zone: z.string().max(64).optional().openapi({ description: 'Of the times; default: UTC' }),
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

export function exportRoutes({ db, log }: ApiDeps) {
  return newRouter()
    .openapi(exportCalls, async (c) => {
      const { format, columns, zone, ...filters } = c.req.valid('query')
      refuseUnmaskable(c, format)
      if (zone !== undefined && !isZone(zone)) throw unknown('zone', `there is no time zone "${zone}"`)
      const filter = await filterOf(db, c.get('tenant'), filters)
      return sendTable(c, log, 'calls', format, callTable(db, filter, columnsAsked(columns), zone))
    })
    .openapi(exportStats, async (c) => {
      const { format, ...question } = c.req.valid('query')
      const query = statsQuestion(c.get('tenant'), question)
      const result = await boundedRead(db, (tx) => queryStats(tx, query))
      return sendTable(c, log, 'stats', format, statsTable(result))
    })
}

function columnsAsked(names: string | undefined): readonly CallColumn[] {
  if (names === undefined) return CALL_COLUMNS
  return [...new Set(names.split(',').map((name) => name.trim()))].map((name) => {
    const column = CALL_COLUMNS.find((one) => one.name === name)
    if (column === undefined) throw unknown('columns', `there is no column "${name}"`)
    return column
  })
}

function unknown(field: string, message: string): Refusal {
  return new Refusal('bad-request', undefined, [{ field, message }])
}
