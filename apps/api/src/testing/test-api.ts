// The api with rooms that remember what they were asked, and a client for each person of the world.

import { randomUUID } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db } from '@tollbook/db'
import { startSession } from '@tollbook/directory/people'
import { err, fixedClock, ok } from '@tollbook/kernel'
import type { ApiConfig, ApiDeps } from '../api-deps.ts'
import { createApi } from '../create-api.ts'
import { liveFeed } from '../live-feed.ts'
import type { Rooms } from '../rooms.ts'
import { NOW_MS, type Person, userId } from './world.ts'

export const TEST_CONFIG: ApiConfig = {
  version: '0.1.0',
  uploadDir: mkdtempSync(join(tmpdir(), 'tollbook-uploads-')),
  maxUploadBytes: 1024 * 1024,
  webDir: '',
  latestMigration: '',
  loopbackOnly: true,
  hostNames: [],
  publicUrl: '',
  trustProxy: false,
}

/** `asked` lists the deeds of rooms as `[name, …arguments]`, without transactions. */
export function testApi(db: Db, config: Partial<ApiConfig> = {}, rooms: Partial<Rooms> = {}) {
  const asked: unknown[][] = []
  const logged: unknown[] = []
  const clock = fixedClock(NOW_MS)
  const feed = liveFeed(db)
  const log = { info: () => undefined, error: (...line: unknown[]) => logged.push(line) }
  const deps: ApiDeps = {
    db,
    clock,
    log,
    feed,
    config: { ...TEST_CONFIG, ...config },
    rooms: { ...fakeRooms(asked), ...rooms },
  }
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
  return { app, request, as, asked, logged, clock, feed }
}

function fakeRooms(asked: unknown[][]): Rooms {
  const note = (...what: unknown[]) => asked.push(what)
  return {
    answerStats: async (tenant, raw) => {
      note('answerStats', tenant.slug, raw)
      if (raw.by === 'moon') return err({ kind: 'bad-query', message: 'unknown: moon', field: 'by' })
      const at = new Date(NOW_MS).toISOString()
      const row = { key: 'answered', label: 'answered', calls: 31 }
      return ok({ from: at, to: at, zone: 'UTC', by: 'outcome', currency: 'EUR', rows: [row], total: { calls: 31 } })
    },
    explainCharge: async () => [{ kind: 'total', values: {}, amount: '0.254167' }],
    createAccount: async (_tx, tenantId, account) => {
      note('createAccount', tenantId, account)
      return account.code === 'acme' ? undefined : 8
    },
    changeAccount: async (_tx, tenantId, id, change) => void note('changeAccount', tenantId, id, change),
    ensureSource: async (_tx, tenantId, name) => {
      note('ensureSource', tenantId, name)
      return 1
    },
    setAmiConnection: async (_tx, sourceId, settings) => void note('setAmiConnection', sourceId, settings),
    removeAmiConnection: async (_tx, sourceId) => void note('removeAmiConnection', sourceId),
    checkAmi: async (sourceId, settings) => {
      note('checkAmi', sourceId, settings)
      return { ok: true, steps: [{ ok: true, kind: 'connect', detail: '' }] }
    },
    importDeck: async (tenantId, deck) => {
      note('importDeck', tenantId, { ...deck, text: deck.text.toString() })
      if (deck.name === 'Northlink')
        return err({ kind: 'other-side', message: 'Northlink is a buy deck.', field: 'side' })
      if (deck.text.length === 0) return err({ kind: 'empty', message: 'The file is empty.' })
      return ok({ deckId: 1, name: deck.name, version: 3, rates: 2, problems: [] })
    },
    sniffCdr: (head) =>
      head.includes('PJSIP/')
        ? ok({ name: 'cdr_csv-18' })
        : err({ kind: 'not-cdr', message: 'no column looks like a channel' }),
    createImport: async (tx, tenantId, file) => {
      note('createImport', tenantId, { ...file, storedPath: '' })
      const id = randomUUID()
      await tx.client.query(
        `insert into import (import_id, tenant_id, source_id, filename, stored_path, state, format, zone_asked, bytes_total, created_at)
         values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, $9)`,
        [
          id,
          tenantId,
          file.sourceId,
          file.filename,
          file.storedPath,
          file.format,
          file.zone,
          file.bytes,
          new Date(NOW_MS - 1),
        ],
      )
      return id
    },
    retryRejects: async (tenantId, keys) => {
      note('retryRejects', tenantId, keys)
      return { tried: 2, recovered: 1, stillRejected: 1 }
    },
    dismissRejects: async (_tx, tenantId, keys) => {
      note('dismissRejects', tenantId, keys)
      return keys.length
    },
    runInvoices: async (tenantId, month) => {
      note('runInvoices', tenantId, month)
      return { month, created: 0, unchanged: 0, invoices: [] }
    },
    getInvoice: async () => undefined,
    invoicePdf: async () => undefined,
    deleteTenant: async (tenantId) => void note('deleteTenant', tenantId),
  }
}
