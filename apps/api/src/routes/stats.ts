// Figures: the query is read and answered by the stats room; this file only lends it HTTP.

import { createRoute, z } from '@hono/zod-openapi'
import {
  COMPARES,
  parseStatsQuery,
  queryStats,
  STATS_BY,
  STATS_SPLIT,
  type StatsQuery,
  type StatsTenant,
} from '@tollbook/stats'
import type { ApiDeps } from '../api-deps.ts'
import { boundedRead } from '../bounded-read.ts'
import { Refusal } from '../problem.ts'
import { access, json, newRouter } from '../router.ts'
import { StatsAnswer } from '../schemas/stats.ts'
import { SELECTION } from './calls.ts'

/** Text as it came: what is a date, a zone or a metric is for the stats room to say. */
const text = z.string().max(500).optional()

export const StatsQuestion = z.object({
  from: text.openapi({ example: '2026-11-01' }),
  to: text.openapi({ description: 'Exclusive' }),
  by: text.openapi({ description: STATS_BY.join(', ') }),
  split: text.openapi({
    description: `A second dimension; the eight largest and "other": ${STATS_SPLIT.join(', ')}`,
  }),
  metrics: text.openapi({ example: 'calls,minutes,asr,acd,revenue,margin' }),
  zone: text.openapi({ description: "Default: the tenant's" }),
  ...SELECTION,
  compare: text.openapi({
    description: `${COMPARES.join(', ')}: the period before, the same weekdays before, the same dates a year before. What is still to come is not compared`,
  }),
  limit: text.openapi({ description: 'Rows at most; the rest is added up in one row "other"' }),
})

export function statsRoutes({ db, columns, clock }: ApiDeps) {
  return newRouter().openapi(
    createRoute({
      ...access('viewer'),
      method: 'get',
      path: '/stats',
      tags: ['Statistics'],
      summary: 'Calls, minutes, ratios and money over a span, by time or by what they have in common',
      request: { query: StatsQuestion },
      responses: { 200: json(StatsAnswer, 'Rows and their total') },
    }),
    async (c) => {
      const query = statsQuestion(c.get('tenant'), c.req.valid('query'), clock.now())
      return c.json(await boundedRead(db, (tx) => queryStats(tx, query, columns)), 200)
    },
  )
}

/** The question in the address, or a refusal that names its faults. */
export function statsQuestion(
  tenant: StatsTenant,
  raw: Readonly<Record<string, string | undefined>>,
  nowMs?: number,
): StatsQuery {
  const query = parseStatsQuery(raw, tenant, nowMs)
  if (!query.ok) throw new Refusal('bad-request', undefined, query.error.fields)
  return query.value
}
