// /livez: the process answers. /readyz: it can also work: the database is there and has the tables this code knows.

import { Hono } from 'hono'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'

export function healthRoutes({ db, config }: ApiDeps): Hono {
  return new Hono()
    .get('/livez', (c) => c.text('ok\n', 200, { 'cache-control': 'no-store' }))
    .get('/readyz', async (c) => {
      const { rows } = await db.pool.query<{ migrated: boolean }>(
        `select to_regclass('migration') is not null as migrated`,
      )
      if (rows[0]?.migrated !== true) throw new Refusal('not-ready', 'The database has no tables yet.')
      if (config.latestMigration !== '') {
        const found = await db.pool.query('select 1 from migration where name = $1', [config.latestMigration])
        if (found.rowCount !== 1) throw new Refusal('not-ready', 'The database is not migrated yet.')
      }
      return c.text('ok\n', 200, { 'cache-control': 'no-store' })
    })
}
