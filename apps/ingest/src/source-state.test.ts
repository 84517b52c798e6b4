// The state of a connection reaches the table, its counters add up over restarts, and a change is announced.

import { listen, transaction } from '@tollbook/db'
import { ensureSource, ensureTenant } from '@tollbook/directory'
import { fixedClock, type SourceId } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { NOTHING_CAPTURED, type SourceStatus } from './capture-source.ts'
import { stateWriter } from './source-state.ts'

const db = testDatabase()
const NOW = Date.parse('2026-11-24T12:00:00Z')
const said: string[] = []
const log = { debug() {}, info() {}, warn: (_: object, m: string) => void said.push(m), error() {} }
let source: SourceId

beforeAll(async () => {
  source = await transaction(db(), async (tx) => {
    const tenant = await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, NOW)
    return (await ensureSource(tx, tenant.tenantId, 'pbx', NOW)).sourceId
  })
})

const live: SourceStatus = {
  ...NOTHING_CAPTURED,
  ...{ state: 'live', detail: '', version: '22 (AMI 11.0.0)', lastEventAtMs: NOW, legs: 3, cel: 20, rejected: 1 },
}

async function row() {
  return db().q.selectFrom('source_state').selectAll().where('source_id', '=', source).executeTakeFirst()
}

describe('stateWriter', () => {
  it('writes what it was told last, and adds the counters of one run to those of the run before', async () => {
    const first = stateWriter(db(), fixedClock(NOW), log)
    first.begin(source)
    first.set(source, { ...live, state: 'connecting', legs: 0, cel: 0, rejected: 0, version: '' })
    first.set(source, live)
    await first.close()
    expect(await row()).toMatchObject({ state: 'live', legs: '3', cel: '20', rejected: '1' })
    const second = stateWriter(db(), fixedClock(NOW + 5_000), log)
    second.begin(source)
    second.set(source, { ...live, state: 'reconnecting', detail: 'refused', version: '', legs: 2, cel: 0, rejected: 0 })
    await second.close()
    expect(await row()).toMatchObject({
      ...{ state: 'reconnecting', detail: 'refused', asterisk_version: '22 (AMI 11.0.0)', legs: '5', cel: '20' },
      ...{ changed_at: new Date(NOW + 5_000), last_event_at: new Date(NOW) },
    })
    expect(said).toEqual([])
  })

  it('announces a change', async () => {
    const heard = Promise.withResolvers<string>()
    const connected = Promise.withResolvers<void>()
    const listener = listen(db(), heard.resolve, connected.resolve)
    await connected.promise
    const states = stateWriter(db(), fixedClock(NOW + 9_000), log)
    states.begin(source)
    states.set(source, { ...live, state: 'stopped' })
    await states.close()
    expect(await heard.promise).toBe('sources')
    await listener.close()
  })

  it('goes on after seconds in which there was nothing to write', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const heard = Promise.withResolvers<string>()
      const connected = Promise.withResolvers<void>()
      const listener = listen(db(), heard.resolve, connected.resolve)
      await connected.promise
      const states = stateWriter(db(), fixedClock(NOW + 20_000), log)
      vi.advanceTimersByTime(1000)
      await Promise.resolve()
      states.set(source, { ...live, state: 'connecting' })
      vi.advanceTimersByTime(1000)
      expect(await heard.promise).toBe('sources')
      expect(await row()).toMatchObject({ state: 'connecting' })
      await states.close()
      await listener.close()
    } finally {
      vi.useRealTimers()
    }
  })
})
