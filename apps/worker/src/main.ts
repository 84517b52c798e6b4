// The worker process: configuration, wiring, start, stop.

import { join } from 'node:path'
import { connect, listen } from '@tollbook/db'
import { systemClock } from '@tollbook/kernel'
import { armFailPoint, createLog, loadConfig, takeLifecycle } from '@tollbook/runtime'
import { columnCopy } from '@tollbook/stats/columns'
import { startTasks } from './tasks.ts'
import { work } from './work.ts'

const config = loadConfig()
const log = createLog('worker', config.logLevel)
const life = takeLifecycle()
armFailPoint(config.failPoint)
if (config.databaseUrl === undefined) throw new Error('The worker needs DATABASE_URL; `npm start` sets it.')

const db = connect(config.databaseUrl, { max: 8, applicationName: 'tollbook worker' })
const columns = columnCopy(config.dataDir, (fault, what) => log.warn({ err: fault }, what))
const uploadDir = join(config.dataDir, 'uploads')
const tasks = startTasks(work({ db, clock: systemClock, log, uploadDir, columns }), log)
const listener = listen(db, (topic) => tasks.wake(topic))
log.info({}, 'working')
life.onStop(async () => {
  await tasks.stop()
  await listener.close()
  await db.close()
})
