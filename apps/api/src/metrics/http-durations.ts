// How long answers take, by route pattern, method and status. Addresses themselves are not told: they hold numbers and keys.

import type { Durations } from '@tollbook/runtime'
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'

/** Streams of events never end by themselves and would count as slow. */
const ENDLESS = '/api/v1/events'

export function httpDurations(durations: Durations): MiddlewareHandler {
  return async (c, next) => {
    const from = performance.now()
    await next()
    // Middleware and static pages match whatever there is; the pattern that is nobody else's is the route.
    const route = matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))?.path ?? '/*'
    if (route === ENDLESS) return
    const labels = { method: c.req.method, route, status: String(c.res.status) }
    durations.observe(labels, (performance.now() - from) / 1000)
  }
}
