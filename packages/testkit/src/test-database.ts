// A fresh, migrated database for one test file.

import { randomBytes } from 'node:crypto'
import { connect, type Db } from '@tollbook/db'
import { afterAll, beforeAll, inject } from 'vitest'
import { TEMPLATE, withDatabase } from './global-setup.ts'

/**
 * Call at the top of a test file: clones the migrated template before the first test and drops it after the last.
 * The returned function gives the database; `url()` on it is for code that connects by itself.
 */
export function testDatabase(): { (): Db; url(): string } {
  const name = `t_${randomBytes(6).toString('hex')}`
  const server = () => inject('postgresUrl')
  let db: Db | undefined
  beforeAll(async () => {
    await cloneTemplate(server(), name)
    db = connect(withDatabase(server(), name), { max: 10 })
  })
  afterAll(async () => {
    await db?.close()
    const admin = connect(server(), { max: 1 })
    // An autovacuum at work there may not be ended by us; then the database goes with the whole server, a moment later.
    await admin.pool.query(`drop database if exists ${name} with (force)`).catch((error: { code?: string }) => {
      if (error.code !== '42501') throw error
    })
    await admin.close()
  })
  const get = () => {
    if (!db) throw new Error('the test database is there only inside tests')
    return db
  }
  return Object.assign(get, { url: () => withDatabase(server(), name) })
}

/** Somebody may look at the template for a moment (autovacuum does); PostgreSQL then refuses to copy it. */
async function cloneTemplate(server: string, name: string): Promise<void> {
  const admin = connect(server, { max: 1 })
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await admin.pool.query(`create database ${name} template ${TEMPLATE} strategy file_copy`)
        return
      } catch (error) {
        const inUse = (error as { code?: string }).code === '55006'
        if (!inUse || attempt === CLONE_TRIES) throw error
      }
    }
  } finally {
    await admin.close()
  }
}

/** PostgreSQL itself waits five seconds in each try. */
const CLONE_TRIES = 5
