// Refuses requests addressed to a name that is not ours. A page elsewhere can point its own name at 127.0.0.1 and then
// read a local server as "same origin" (DNS rebinding); the Host header gives it away.

import type { MiddlewareHandler } from 'hono'
import type { ApiConfig } from './api-deps.ts'
import { Refusal } from './problem.ts'

const LOCAL = ['localhost', '127.0.0.1', '[::1]']

export function hostCheck(config: ApiConfig): MiddlewareHandler {
  // Bound to the network without any name configured, every name is as good as another.
  const checks = config.loopbackOnly || config.hostNames.length > 0
  const known = new Set([...LOCAL, ...config.hostNames].map((n) => n.toLowerCase()))
  return async (c, next) => {
    const { hostname } = new URL(c.req.url)
    if (checks && !known.has(hostname)) {
      throw new Refusal('unknown-host', 'Use localhost, or set the name this server is reached by.')
    }
    await next()
  }
}
