import type { SourceConnection } from '@tollbook/directory'
import { asSourceId, asTenantId } from '@tollbook/kernel'
import { expect, test } from 'vitest'
import type { SourceCapture } from './capture-source.ts'
import { keepSources } from './keep-sources.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const connection = (id: number, change: Partial<SourceConnection> = {}): SourceConnection => ({
  sourceId: asSourceId(id),
  tenantId: asTenantId(1),
  name: `pbx${id}`,
  zone: 'auto',
  host: '127.0.0.1',
  port: 5038,
  username: 'tollbook',
  ...{ transport: 'tcp', auth: 'auto', caPem: '', serverName: '', httpPath: '' },
  secretSealed: Buffer.from('sealed'),
  enabled: true,
  changedAtMs: 0,
  seenAtMs: undefined,
  ...change,
})

test('what runs follows what is stored: new, changed, disabled, removed', async () => {
  let stored: readonly SourceConnection[] = [connection(1)]
  let away = false
  const log: string[] = []
  const keeper = keepSources({
    read: async () => {
      if (away) throw new Error('connection refused')
      return stored
    },
    start: (c) => {
      log.push(`start ${c.name} ${c.host}`)
      return { status: () => ({}), stop: async () => void log.push(`stop ${c.name}`) } as SourceCapture
    },
    log: quiet,
  })
  const after = async () => {
    await keeper.look()
    return log.splice(0)
  }
  expect(await after()).toEqual(['start pbx1 127.0.0.1'])
  expect(await after()).toEqual([])
  stored = [connection(1), connection(2)]
  expect(await after()).toEqual(['start pbx2 127.0.0.1'])
  stored = [connection(1, { host: '10.0.0.9' }), connection(2)]
  expect(await after()).toEqual(['stop pbx1', 'start pbx1 10.0.0.9'])
  stored = [connection(1, { host: '10.0.0.9', seenAtMs: 5 }), connection(2, { transport: 'tls' })]
  expect(await after()).toEqual(['stop pbx2', 'start pbx2 127.0.0.1'])
  away = true
  expect(await after()).toEqual([])
  away = false
  stored = [connection(1, { host: '10.0.0.9', enabled: false }), connection(2, { transport: 'tls' })]
  expect(await after()).toEqual(['stop pbx1'])
  stored = [connection(1, { host: '10.0.0.9' })]
  expect(await after()).toEqual(['stop pbx2', 'start pbx1 10.0.0.9'])
  await keeper.stop()
  expect(log).toEqual(['stop pbx1'])
})
