// The api process: configuration, wiring, start, stop.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import { connect } from '@tollbook/db'
import { systemClock } from '@tollbook/kernel'
import { type Config, createLog, loadConfig, loadSecretKey, takeLifecycle } from '@tollbook/runtime'
import { columnCopy, lookAhead } from '@tollbook/stats/columns'
import packageJson from '../package.json' with { type: 'json' }
import type { ApiConfig } from './api-deps.ts'
import { createApi } from './create-api.ts'
import { liveFeed } from './live-feed.ts'

/** A request may take this long to arrive: 4 GiB over a thin line. Node's own five minutes would cut it off. */
const UPLOAD_MS = 6 * 3_600_000

const config = loadConfig()
const log = createLog('api', config.logLevel)
const life = takeLifecycle()
if (config.databaseUrl === undefined) throw new Error('The api needs DATABASE_URL; `npm start` sets it.')

const db = connect(config.databaseUrl, { max: 12, applicationName: 'tollbook api' })
const feed = liveFeed(db)
const secretKey = loadSecretKey(config.dataDir)
const columns = columnCopy(config.dataDir, (fault, what) => log.warn({ err: fault }, what))
const app = createApi({ db, clock: systemClock, log, feed, secretKey, columns, config: apiConfig(config) })
const server = serve(
  { fetch: app.fetch, hostname: config.host, port: config.port, serverOptions: { requestTimeout: UPLOAD_MS } },
  ({ address, port }) => log.info({ address, port }, 'listening'),
)
server.on('error', (error) => {
  log.error({ err: error }, 'cannot listen')
  life.stop(1)
})
const ending = new AbortController()
const looking = lookAhead(db, columns, ending.signal).catch((fault) =>
  log.warn({ err: fault }, 'the copy by columns was not looked through'),
)
life.onStop(async () => {
  ending.abort()
  await looking
  await closed(server)
  await feed.close()
  await db.close()
})

function apiConfig(config: Config): ApiConfig {
  const { rootDir, dataDir, host, allowedHosts, secureCookies, uploadBytesMax, metricsToken } = config
  return {
    metricsToken,
    version: packageJson.version,
    uploadDir: join(dataDir, 'uploads'),
    maxUploadBytes: uploadBytesMax,
    webDir: join(rootDir, 'apps/web/dist'),
    latestMigration: readdirSync(join(rootDir, 'migrations'))
      .filter((f) => f.endsWith('.sql'))
      .sort()
      .at(-1)!,
    loopbackOnly: ['127.0.0.1', '::1', 'localhost'].includes(host),
    hostNames: allowedHosts,
    httpsProxy: secureCookies,
  }
}

/** Answers under way are finished; streams of events, which would never end by themselves, are cut. */
async function closed(listening: ServerType): Promise<void> {
  const done = new Promise((resolve) => listening.close(resolve))
  // Ends what waits for its next request; what is left after this long is a stream or a client that hangs.
  if ('closeIdleConnections' in listening) {
    listening.closeIdleConnections()
    setTimeout(() => listening.closeAllConnections(), 2_000).unref()
  }
  await done
}
