// The whole HTTP application, put together: what every request passes, in order, and where the resources are mounted.
// Testable without a socket through `app.request()`.

import { OpenAPIHono } from '@hono/zod-openapi'
import { createDurations } from '@tollbook/runtime'
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ApiDeps, ApiEnv } from './api-deps.ts'
import { hostCheck } from './host-check.ts'
import { maskNumbers } from './masking.ts'
import { httpDurations } from './metrics/http-durations.ts'
import { type OpenApiDocument, openapiDocument } from './openapi-document.ts'
import { isUnexpected, problemResponse, Refusal, refusalOf } from './problem.ts'
import { accountRoutes } from './routes/accounts.ts'
import { callRoutes } from './routes/calls.ts'
import { cdrRoutes } from './routes/cdrs.ts'
import { dataHealthRoutes } from './routes/data-health.ts'
import { deckSheetRoutes } from './routes/deck-sheets.ts'
import { deckVersionRoutes } from './routes/deck-versions.ts'
import { deckRoutes } from './routes/decks.ts'
import { departmentRoutes } from './routes/departments.ts'
import { erasureRoutes } from './routes/erasures.ts'
import { eventRoutes } from './routes/events.ts'
import { exportRoutes } from './routes/exports.ts'
import { feedRoutes } from './routes/feeds.ts'
import { healthRoutes } from './routes/health.ts'
import { importRoutes } from './routes/imports.ts'
import { invoiceRoutes } from './routes/invoices.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { missedRoutes } from './routes/missed.ts'
import { planRoutes } from './routes/plans.ts'
import { priceListRoutes } from './routes/price-lists.ts'
import { pushTokenRoutes } from './routes/push-tokens.ts'
import { rejectRoutes } from './routes/rejects.ts'
import { revaluationRoutes } from './routes/revaluations.ts'
import { rulesRoutes } from './routes/rules.ts'
import { sessionRoutes } from './routes/session.ts'
import { signInLink } from './routes/sign-in-link.ts'
import { simulateRoutes } from './routes/simulate.ts'
import { sourceRoutes } from './routes/sources.ts'
import { statsRoutes } from './routes/stats.ts'
import { tagRoutes } from './routes/tags.ts'
import { tenantRoutes } from './routes/tenants.ts'
import { trunkLoadRoutes } from './routes/trunk-load.ts'
import { trunkRoutes } from './routes/trunks.ts'
import { viewRoutes } from './routes/views.ts'
import { securityHeaders } from './security-headers.ts'
import { PUSH_PATH, requireSession } from './session-guard.ts'
import { staticPages } from './static-pages.ts'

/** No JSON of ours is longer; forms with files have their own bounds (multipart.ts). */
const MAX_JSON_BYTES = 256 * 1024

const RESOURCES = [
  sessionRoutes,
  tenantRoutes,
  exportRoutes,
  callRoutes,
  statsRoutes,
  accountRoutes,
  deckRoutes,
  deckSheetRoutes,
  deckVersionRoutes,
  priceListRoutes,
  planRoutes,
  simulateRoutes,
  revaluationRoutes,
  invoiceRoutes,
  importRoutes,
  rejectRoutes,
  cdrRoutes,
  pushTokenRoutes,
  sourceRoutes,
  dataHealthRoutes,
  feedRoutes,
  trunkRoutes,
  trunkLoadRoutes,
  rulesRoutes,
  erasureRoutes,
  departmentRoutes,
  tagRoutes,
  viewRoutes,
  missedRoutes,
  eventRoutes,
] as const

export type Api = OpenAPIHono<ApiEnv>

/** The application. Everything it needs of the world is in `deps`. */
export function createApi(deps: ApiDeps): Api {
  const { log, config } = deps
  const app: Api = new OpenAPIHono<ApiEnv>()
  app.onError((error, c) => {
    const refusal = refusalOf(error)
    if (isUnexpected(refusal)) log.error({ method: c.req.method, path: c.req.path, err: error }, 'request failed')
    return problemResponse(refusal)
  })
  app.notFound(() => problemResponse(new Refusal('not-found')))
  const durations = createDurations()
  app.use(httpDurations(durations))
  app.use(securityHeaders)
  app.use(hostCheck(config))
  app.use('/api/v1/*', noNul)
  app.use('/api/v1/*', requireSession(deps))
  app.use('/api/v1/*', boundedJson)
  app.use('/api/v1/*', maskNumbers)
  for (const routes of RESOURCES) app.route('/api/v1', routes(deps))
  let document: OpenApiDocument | undefined
  app.get('/api/openapi.json', (c) => {
    document ??= openapiDocument(app, config.version)
    return c.json(document)
  })
  app.route('/', healthRoutes(deps))
  app.route('/', metricsRoutes(deps, durations))
  app.route('/', signInLink(deps))
  app.use(staticPages(config.webDir))
  return app
}

/** No text of PostgreSQL holds one, and an answer that has begun to stream can no longer be refused. */
const noNul: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (c.req.url.includes('%00')) throw new Refusal('bad-request', 'The address holds a NUL character.')
  await next()
}

const limitJson = bodyLimit({
  maxSize: MAX_JSON_BYTES,
  onError: () => {
    throw new Refusal('too-large', `At most ${MAX_JSON_BYTES} bytes.`)
  },
})

const boundedJson: typeof limitJson = async (c, next) => {
  if (c.req.path === PUSH_PATH) return next() // has a bound of its own (routes/cdrs.ts)
  const isForm = c.req.header('content-type')?.startsWith('multipart/form-data')
  return isForm ? next() : limitJson(c, next)
}
