// Server-sent events against a real NOTIFY. Proves 200 and 503, and that a broken connection is taken up again.

import { insertRows, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { liveFeed } from './live-feed.ts'
import { testApi } from './testing/test-api.ts'
import { makeWorld } from './testing/world.ts'

const db = testDatabase()
let api: ReturnType<typeof testApi>

beforeAll(async () => {
  await makeWorld((table, rows, defaults) => insertRows(db(), table, rows as never, defaults as never))
  api = testApi(db())
})
afterAll(() => api.feed.close())

const notify = (topic: string) => db().pool.query(`select pg_notify('tollbook', $1)`, [topic])

/** Reads until the text holds `wanted`. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: string): Promise<string> {
  let text = ''
  while (!text.includes(wanted)) {
    const { done, value } = await reader.read()
    if (done) break
    text += new TextDecoder().decode(value)
  }
  return text
}

describe('GET /events', () => {
  it('200: tells topics as they are announced, each once in a burst, and nothing it does not know', async () => {
    const response = await api.as('viewer', 'GET', '/events')
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const reader = response.body!.getReader()
    await readUntil(reader, ': hello')
    for (const topic of ['calls', 'calls', 'nonsense', 'imports']) await notify(topic)
    const text = await readUntil(reader, 'imports')
    expect(text.match(/data: .*/g)).toEqual(['data: {"topic":"calls"}', 'data: {"topic":"imports"}'])
    await reader.cancel()
  })

  it('503: when too many listen', async () => {
    const feed = liveFeed(db())
    const stops = await Promise.all(Array.from({ length: 500 }, () => feed.listen(() => undefined)))
    expect(await feed.listen(() => undefined)).toBeUndefined()
    stops[0]!()
    expect(await feed.listen(() => undefined)).toBeDefined()
    await feed.close()
  })
})

describe('liveFeed', () => {
  it('takes the connection up again when it is cut, and then tells everything once', async () => {
    const feed = liveFeed(db())
    const heard: string[] = []
    const all = new Promise<void>((resolve) => {
      void feed.listen((topic) => {
        heard.push(topic)
        if (heard.length === 4) resolve()
      })
    })
    await feed.listen(() => undefined)
    await db().pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query = 'listen tollbook' and pid <> pg_backend_pid()`,
    )
    await all
    expect(heard).toEqual(['calls', 'imports', 'sources', 'stats', 'decks', 'revaluations'])
    await feed.close()
  })
})
