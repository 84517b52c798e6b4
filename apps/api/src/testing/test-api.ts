// The api on a test's database, with a client for each person of the world.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db } from '@tollbook/db'
import { startSession } from '@tollbook/directory/people'
import { fixedClock } from '@tollbook/kernel'
import { columnCopy } from '@tollbook/stats/columns'
import { afterAll } from 'vitest'
import type { ApiConfig, ApiDeps } from '../api-deps.ts'
import { createApi } from '../create-api.ts'
import { liveFeed } from '../live-feed.ts'
import { NOW_MS, type Person, userId } from './world.ts'

export const TEST_CONFIG: ApiConfig = {
  version: '0.1.0',
  uploadDir: mkdtempSync(join(tmpdir(), 'tollbook-uploads-')),
  maxUploadBytes: 1024 * 1024,
  webDir: '',
  latestMigration: '',
  loopbackOnly: true,
  hostNames: [],
  httpsProxy: false,
}

afterAll(() => rmSync(TEST_CONFIG.uploadDir, { recursive: true, force: true }))

export type TestApi = ReturnType<typeof testApi>

export function testApi(db: Db, config: Partial<ApiConfig> = {}) {
  const logged: unknown[] = []
  const clock = fixedClock(NOW_MS)
  const feed = liveFeed(db)
  const log = { error: (...line: unknown[]) => logged.push(line) }
  const secretKey = Buffer.alloc(32, 7)
  const columns = columnCopy(TEST_CONFIG.uploadDir, (fault) => logged.push(fault))
  const deps: ApiDeps = { db, clock, log, feed, secretKey, columns, config: { ...TEST_CONFIG, ...config } }
  const app = createApi(deps)
  const request = async (path: string, init: RequestInit = {}) =>
    app.request(path.startsWith('http') ? path : `http://localhost${path}`, init)
  /** Asks as a person, by bearer token; a body that is no form goes as JSON. */
  async function as(person: Person, method: string, path: string, body?: unknown): Promise<Response> {
    const token = await startSession(db, userId(person), clock.now())
    const headers: Record<string, string> = { authorization: `Bearer ${token}` }
    if (body !== undefined && !(body instanceof FormData)) headers['content-type'] = 'application/json'
    const sent = body === undefined || body instanceof FormData ? body : JSON.stringify(body)
    return request(`/api/v1${path}`, { method, headers, ...(sent !== undefined && { body: sent }) })
  }
  return { app, request, as, logged, clock, feed, secretKey }
}
