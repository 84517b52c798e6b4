// Figures: the query is read and answered by the stats room; this file only lends it HTTP.

import { createRoute, z } from '@hono/zod-openapi'
import { parseStatsQuery, queryStats } from '@tollbook/stats'
import { accountFilter } from '../account-filter.ts'
import type { ApiDeps } from '../api-deps.ts'
import { boundedRead } from '../bounded-read.ts'
import { Refusal } from '../problem.ts'
import { access, json, newRouter } from '../router.ts'
import { StatsAnswer } from '../schemas/stats.ts'

/** Text as it came: what is a date, a zone or a metric is for the stats room to say. */
const text = z.string().max(500).optional()

const Query = z.object({
  from: text.openapi({ example: '2026-11-01' }),
  to: text.openapi({ description: 'Exclusive' }),
  by: text.openapi({
    description: 'none, hour, day, week, month, destination, account, outcome, direction, country, trunk',
  }),
  metrics: text.openapi({ example: 'calls,minutes,asr,acd,revenue,margin' }),
  zone: text.openapi({ description: "Default: the tenant's" }),
  account: text,
  destination: text,
  trunk: text,
  country: text,
  direction: text,
  outcome: text,
  limit: text.openapi({ description: 'Rows at most; the rest is added up in one row "other"' }),
})

export function statsRoutes({ db }: ApiDeps) {
  return newRouter().openapi(
    createRoute({
      ...access('viewer'),
      method: 'get',
      path: '/stats',
      tags: ['Statistics'],
      summary: 'Calls, minutes, ratios and money over a span, by time or by what they have in common',
      request: { query: Query },
      responses: { 200: json(StatsAnswer, 'Rows and their total') },
    }),
    async (c) => {
      const tenant = c.get('tenant')
      const raw = c.req.valid('query')
      // The stats room knows accounts by their code.
      const account = raw.account && (await accountFilter(db, tenant.tenantId, raw.account)).code
      const query = parseStatsQuery({ ...raw, account }, tenant)
      if (!query.ok) throw new Refusal('bad-request', undefined, query.error.fields)
      return c.json(await boundedRead(db, (tx) => queryStats(tx, query.value)), 200)
    },
  )
}
