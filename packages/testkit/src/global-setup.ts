// One PostgreSQL for a whole test run, with a migrated template that each test file clones in milliseconds.
// Uses TEST_DATABASE_URL when it is set, else the embedded server in a directory that is thrown away.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, migrate } from '@tollbook/db'
import { startEmbedded } from '@tollbook/db/embedded'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

/** Name of the migrated, empty database that `testDatabase` clones. */
export const TEMPLATE = 'tollbook_template'

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await serverForTests()
  const admin = connect(server.url, { max: 1 })
  await admin.pool.query(`drop database if exists ${TEMPLATE}`)
  await admin.pool.query(`create database ${TEMPLATE}`)
  await admin.close()
  const template = connect(withDatabase(server.url, TEMPLATE), { max: 2 })
  await migrate(template, new URL('../../../migrations', import.meta.url).pathname)
  await template.close()
  project.provide('postgresUrl', server.url)
  return server.stop
}

async function serverForTests(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL
  if (given !== undefined && given !== '') return { url: given, stop: async () => undefined }
  const dir = mkdtempSync(join(tmpdir(), 'tollbook-test-'))
  chmodSync(dir, 0o711) // the server may run as another user
  const server = await startEmbedded({
    dataDir: dir,
    // A test database may lose everything at a power cut; a real one must not.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  })
  return {
    url: server.url(),
    stop: async () => {
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

export function withDatabase(url: string, database: string): string {
  const u = new URL(url)
  u.pathname = `/${database}`
  return u.href
}
