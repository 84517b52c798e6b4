import type { Feed } from '@tollbook/intake'
import { asSourceId, asTenantId } from '@tollbook/kernel'
import { expect, test } from 'vitest'
import { keepFeeds } from './keep-feeds.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const feed = (feedId: number, change: Partial<Feed> = {}): Feed => ({
  feedId,
  tenantId: asTenantId(1),
  sourceId: asSourceId(1),
  sourceName: 'pbx',
  kind: 'file',
  name: `/var/log/${feedId}`,
  settings: {},
  secretSealed: undefined,
  zone: 'auto',
  enabled: true,
  changedAtMs: 0,
  ...change,
})

test('each kind by its starter: new, changed, disabled, removed; what nobody follows is left alone', async () => {
  let stored: readonly Feed[] = [feed(1), feed(2, { kind: 'table', name: 'cdr' })]
  let away = false
  const log: string[] = []
  const keeper = keepFeeds({
    read: async () => {
      if (away) throw new Error('connection refused')
      return stored
    },
    start: {
      file: ({ name, zone }) => {
        log.push(`start ${name} ${zone}`)
        return { stop: async () => void log.push(`stop ${name}`) }
      },
    },
    log: quiet,
  })
  const after = async () => {
    await keeper.look()
    return log.splice(0)
  }
  expect(await after()).toEqual(['start /var/log/1 auto'])
  expect(await after()).toEqual([])
  stored = [feed(1, { zone: 'UTC' }), feed(3)]
  expect(await after()).toEqual(['stop /var/log/1', 'start /var/log/1 UTC', 'start /var/log/3 auto'])
  away = true
  expect(await after()).toEqual([])
  away = false
  stored = [feed(1, { zone: 'UTC', enabled: false }), feed(3)]
  expect(await after()).toEqual(['stop /var/log/1'])
  await keeper.stop()
  expect(log).toEqual(['stop /var/log/3'])
})
