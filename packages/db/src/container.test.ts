// The same schema on the official image: migrations, partitions and COPY where Docker runs it. Skips, with its reason,
// where no container runtime answers.

import { containerPostgres } from '@tollbook/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { connect, copyLines, ensureMonths, migrate, transaction } from './index.ts'

const server = await containerPostgres()
if ('absent' in server) console.log(`not tested on the official image: ${server.absent}`)

describe.skipIf('absent' in server)('PostgreSQL from the official image', () => {
  afterAll(async () => {
    if ('stop' in server) await server.stop()
  })

  it('takes the migrations, a month and a COPY', async () => {
    if (!('url' in server)) return
    const db = connect(server.url)
    const { applied } = await migrate(db, new URL('../../../migrations', import.meta.url).pathname)
    expect(applied.length).toBeGreaterThan(0)
    await ensureMonths(db, ['2026-11'])
    await transaction(db, (tx) => copyLines(tx, 'counter', ['name', 'value'], [['thing', 7]]))
    const { rows } = await db.pool.query('select value from counter')
    expect(rows).toEqual([{ value: 7 }])
    await db.close()
  })
})
