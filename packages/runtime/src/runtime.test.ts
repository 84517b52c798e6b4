// Configuration faults, sealed secrets, back-off.

import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { backoffMs, loadConfig, loadSecretKey, openSecret, pause, sealSecret } from './index.ts'

const dir = mkdtempSync(join(tmpdir(), 'tollbook-runtime-'))
afterAll(() => rmSync(dir, { recursive: true }))

describe('loadConfig', () => {
  it('listens on loopback, port 8080, with the embedded database, when nothing is said', () => {
    const config = loadConfig({})
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, databaseUrl: undefined, logLevel: 'info' })
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('lists every fault at once', () => {
    const bad = () => loadConfig({ PORT: '80a', DATABASE_URL: 'mysql://x', TOLLBOOK_LOG: 'loud' })
    expect(bad).toThrow(/PORT is "80a"/)
    expect(bad).toThrow(/DATABASE_URL must start/)
    expect(bad).toThrow(/TOLLBOOK_LOG is "loud"/)
  })
})

describe('secrets', () => {
  it('are opened by the same key only, and the key file is its owner’s', () => {
    const key = loadSecretKey(dir)
    expect(statSync(join(dir, 'secret.key')).mode & 0o077).toBe(0)
    const sealed = sealSecret(key, 'grüße')
    expect(openSecret(loadSecretKey(dir), sealed)).toBe('grüße')
    expect(() => openSecret(Buffer.alloc(32), sealed)).toThrow()
    sealed[sealed.length - 1]! ^= 1
    expect(() => openSecret(key, sealed)).toThrow()
  })
})

describe('backoffMs', () => {
  it('doubles to a bound and stays within half of it', () => {
    expect([1, 2, 3, 20].map((n) => backoffMs(n, () => 1))).toEqual([200, 400, 800, 30_000])
    expect(backoffMs(3, () => 0)).toBe(400)
  })
})

describe('pause', () => {
  it('ends at once when the process stops', async () => {
    const stop = new AbortController()
    const waiting = pause(60_000, stop.signal)
    stop.abort()
    await waiting
  })
})
