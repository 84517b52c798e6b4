// GET /metrics for Prometheus. Outside of /api: no session, but a token of its own, or loopback.

import { createHash, timingSafeEqual } from 'node:crypto'
import { type Durations, type MetricFamily, metricsText, processFamilies } from '@tollbook/runtime'
import { Hono } from 'hono'
import type { ApiConfig, ApiDeps } from '../api-deps.ts'
import { databaseFamilies } from '../metrics/database-families.ts'
import { Refusal } from '../problem.ts'

/** However often somebody asks, the database is asked this often. */
const FRESH_MS = 2_000

export function metricsRoutes({ db, clock, config }: ApiDeps, durations: Durations): Hono {
  let last: { readonly atMs: number; readonly families: Promise<MetricFamily[]> } | undefined
  const ofDatabase = (nowMs: number) => {
    if (last === undefined || nowMs - last.atMs >= FRESH_MS) {
      last = { atMs: nowMs, families: databaseFamilies(db, nowMs) }
      last.families.catch(() => {
        last = undefined
      })
    }
    return last.families
  }
  return new Hono().get('/metrics', async (c) => {
    refuseStranger(config, c.req.header('authorization'))
    const nowMs = clock.now()
    const build: MetricFamily = {
      name: 'tollbook_build_info',
      help: 'Always 1; the version is in the label.',
      kind: 'gauge',
      samples: [{ labels: { version: config.version }, value: 1 }],
    }
    const http = durations.family('tollbook_http_request_seconds', 'Durations of answers of the api.')
    const families = [build, ...(await ofDatabase(nowMs)), http, ...processFamilies(nowMs)]
    return c.text(metricsText(families), 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    })
  })
}

/** Without a token only what is bound to loopback answers, and not behind a proxy, where everybody comes from loopback. */
function refuseStranger({ metricsToken, loopbackOnly, httpsProxy }: ApiConfig, authorization = ''): void {
  if (metricsToken === undefined) {
    if (loopbackOnly && !httpsProxy) return
    throw new Refusal('signed-out', 'Set TOLLBOOK_METRICS_TOKEN and send it as a bearer token.')
  }
  const digest = (text: string) => createHash('sha256').update(text).digest()
  if (!timingSafeEqual(digest(authorization), digest(`Bearer ${metricsToken}`))) throw new Refusal('signed-out')
}
