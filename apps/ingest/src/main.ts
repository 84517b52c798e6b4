// The ingest process: configuration, wiring, start, stop.

import { join } from 'node:path'
import { connect, listen } from '@tollbook/db'
import { amiConnections } from '@tollbook/directory'
import { listFeeds } from '@tollbook/intake'
import { systemClock } from '@tollbook/kernel'
import { armFailPoint, createLog, loadConfig, loadSecretKey, takeLifecycle } from '@tollbook/runtime'
import { followFile } from './files/follow-file.ts'
import { keepFeeds } from './keep-feeds.ts'
import { keepSources } from './keep-sources.ts'
import { readerThread } from './reader/reader-thread.ts'
import { stateWriter } from './source-state.ts'
import { startCapture } from './start-capture.ts'
import { followTable } from './tables/follow-table.ts'

const config = loadConfig()
const log = createLog('ingest', config.logLevel)
const life = takeLifecycle()
armFailPoint(config.failPoint)
if (config.databaseUrl === undefined) throw new Error('Ingest needs DATABASE_URL; `npm start` sets it.')

const db = connect(config.databaseUrl, { max: 6, applicationName: 'tollbook ingest' })
const states = stateWriter(db, systemClock, log)
const thread = readerThread(config.failPoint)
const spools = { spoolDir: join(config.dataDir, 'spool'), spoolBytesMax: config.spoolBytesMax }
const room = { db, clock: systemClock, log, states, key: loadSecretKey(config.dataDir), thread, ...spools }
const keeper = keepSources({
  read: () => amiConnections(db),
  start: (connection) => startCapture(connection, room),
  log,
})
const feeds = keepFeeds({
  read: () => listFeeds(db),
  start: { file: (feed) => followFile(feed, room), table: (feed) => followTable(feed, room) },
  log,
})
// Our own states are told on this topic too; a look costs one small query.
const listener = listen(db, (topic) => {
  if (topic !== 'sources') return
  void keeper.look()
  void feeds.look()
})
log.info({}, 'capturing')
life.onStop(async () => {
  await listener.close()
  await Promise.all([keeper.stop(), feeds.stop()])
  await thread.close()
  await states.close()
  await db.close()
})
