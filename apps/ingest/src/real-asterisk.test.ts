// A call placed on a real Asterisk 22 arrives, and is the row that its Master.csv has. TOLLBOOK_TEST_ASTERISK=1 turns it on.

import { readFileSync } from 'node:fs'
import { type CdrRow, cdrReader, sniffCdr } from '@tollbook/asterisk'
import { asSourceId, systemClock } from '@tollbook/kernel'
import { noRealAsterisk, type RealAsterisk, realAsterisk } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaptureBatchItem } from './batch-queue.ts'
import { captureSource, type SourceCapture, type SourceStatus } from './capture-source.ts'

const why = noRealAsterisk()
if (why !== undefined) console.log(`no real Asterisk in this run: ${why}`)

const MINUTES = 60_000
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

describe.skipIf(why !== undefined)('a real Asterisk', () => {
  let asterisk: RealAsterisk
  let capture: SourceCapture | undefined
  const items: CaptureBatchItem[] = []
  const waiting: { readonly condition: () => boolean; readonly resolve: () => void }[] = []
  let status: SourceStatus | undefined
  const changed = () => {
    for (const w of waiting) if (w.condition()) w.resolve()
  }
  const until = (condition: () => boolean) =>
    condition() ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ condition, resolve }))

  beforeAll(async () => {
    asterisk = await realAsterisk()
    capture = captureSource({
      source: { sourceId: asSourceId(1), name: 'lab', zone: 'auto' },
      target: asterisk,
      capture: async (batch) => {
        items.push(...batch)
        changed()
      },
      setAside: async () => undefined,
      onChange: (now) => {
        status = now
        changed()
      },
      clock: systemClock,
      log: quiet,
    })
  }, 12 * MINUTES)

  afterAll(async () => {
    await capture?.stop()
    await asterisk?.stop()
  }, MINUTES)

  const legs = () => items.flatMap((i) => (i.kind === 'leg' ? [i.leg] : []))
  const cel = () => items.flatMap((i) => (i.kind === 'cel' ? [i.cel] : []))

  test('logs in and learns the version', { timeout: MINUTES }, async () => {
    await until(() => status?.state === 'live' && /^22\b/.test(status.version))
  })

  test('an answered call comes with all its legs and events', { timeout: 2 * MINUTES }, async () => {
    await until(() => status?.state === 'live')
    await asterisk.call('answered')
    await until(() => legs().length >= 3 && cel().some((e) => e.event === 'LINKEDID_END'))
    const callKeys = new Set(legs().map((l) => l.callKey))
    expect(callKeys.size).toBe(1)
    expect(cel().every((e) => callKeys.has(e.callKey))).toBe(true)
    expect(legs().map((l) => l.billsec)).toEqual([2, 2, 2])
    expect(Math.abs(legs()[0]!.endedAtMs - Date.now())).toBeLessThan(30_000)
  })

  test('its rows in Master.csv are the same', { timeout: MINUTES }, async () => {
    const file = masterRows(asterisk.masterCsv)
    const known = new Map(file.map((row) => [`${row.uniqueid}|${row.sequence}`, row]))
    for (const leg of legs()) {
      const row = known.get(`${leg.uniqueid}|${leg.sequence}`)
      const { src, dst, clid, channel, dstchannel, linkedid, billsec } = leg
      expect(row).toMatchObject({ src, dst, clid, channel, dstchannel, linkedid, billsec })
    }
  })
})

function masterRows(path: string): CdrRow[] {
  const bytes = readFileSync(path)
  const format = sniffCdr(bytes, { complete: true })
  if (!format.ok) throw new Error(format.error.reason)
  const reader = cdrReader(format.value)
  return [...reader.push(bytes), ...reader.end()].flatMap((i) => (i.kind === 'row' ? [i.row] : []))
}
