// The short form of `npm run torture`: the process killed once at every place, PostgreSQL ended at once, the connection
// cut at a byte; nothing may be lost, doubled or out of balance afterwards.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FAIL_POINTS } from '@tollbook/kernel'
import { loadSecretKey } from '@tollbook/runtime'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type CrashCluster, crashCluster } from './testing/crash-cluster.ts'
import { type Crash, crashRun, forget } from './testing/crash-run.ts'

// Some seconds each, and many times that beside other tests on few cores.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const dir = mkdtempSync(join(tmpdir(), 'tollbook-torture-'))
let cluster: CrashCluster
beforeAll(async () => {
  chmodSync(dir, 0o711)
  cluster = await crashCluster(join(dir, 'server'))
})
afterAll(async () => {
  await cluster.stop()
  rmSync(dir, { recursive: true, force: true })
})

async function comesThrough(crash: Crash, seed: number): Promise<void> {
  const room = { cluster, dir, key: loadSecretKey(dir) }
  const run = await crashRun(crash, seed, room)
  expect(run.reached).toBe(true)
  expect(run.differences).toEqual([])
  expect(run.legs).toBeGreaterThan(0)
  await forget(run, room)
}

describe('killed', () => {
  test.concurrent.each(FAIL_POINTS)('at %s, all is there once', async (name) => comesThrough(`point:${name}`, 1))
})

test.each([1, 2, 3])('PostgreSQL ended at once (%i), all is there once', async (seed) => comesThrough('shutdown', seed))
test.each([1, 2, 3, 4, 5])('the connection cut at a byte (%i), all is there once', async (seed) =>
  comesThrough('cut', seed),
)
