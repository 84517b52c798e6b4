// Whatever is begun anew and wherever it is interrupted, every record comes out once, with the same keys.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AmiMessage, AmiParser } from '@tollbook/asterisk/ami'
import { zoneConverter, zoneDetector } from '@tollbook/calls'
import { asSourceId } from '@tollbook/kernel'
import { recorded } from '@tollbook/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { spoolView } from '../reader/spool-view.ts'
import { openSpool } from '../spool/spool.ts'
import type { CaptureBatchItem } from '../store-batch.ts'
import { type LaneSpool, openLanes } from './lanes.ts'
import { positionOf, type Range } from './position.ts'
import type { SourceView } from './row-reader.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const dir = mkdtempSync(join(tmpdir(), 'tollbook-lanes-'))
afterAll(() => rmSync(dir, { recursive: true }))

/** Without Sequence every Cdr waits for the next message, and is told apart by counting: the hardest case. */
const stream = Buffer.from(
  recorded('asterisk-22/all-cdr-cel.ami')
    .toString('latin1')
    .replaceAll(/Sequence: .*\r\n/g, ''),
  'latin1',
)
const messages = new AmiParser().push(stream).filter((m) => m.kind === 'event')
const COPIES = 8

let spool: LaneSpool & { readonly spoolId: string }

/** The recording over and over, as one PBX would send it: the same events again are new occurrences of them. */
beforeAll(async () => {
  const written: (() => void)[] = []
  const disk = openSpool({
    ...{ dir, bytesMax: 1e9, log: quiet, onTrouble() {} },
    onWritten: (cleanStarts) => {
      view.written({
        ...{ kind: 'written', end: disk.end, segments: disk.segments, cleanStarts, written: disk.written },
        lastEventAtMs: undefined,
      })
      for (const done of written.splice(0)) done()
    },
  })
  const view = spoolView({ kind: 'opened', spoolId: disk.spoolId, segments: disk.segments, end: disk.end })
  for (let copy = 0; copy < COPIES; copy++) {
    const part: AmiMessage[] = messages
    for (let at = 0; at < part.length; at += 100) {
      const done = new Promise<void>((resolve) => written.push(resolve))
      disk.addMessages(part.slice(at, at + 100), 1000 + copy * 1000 + at)
      if (at % 300 === 0) await done
    }
  }
  await disk.close()
  spool = view
})

const source = (): SourceView => ({
  ...{ sourceId: asSourceId(1), given: zoneConverter('UTC'), detector: zoneDetector() },
  observed: { cdrs: 0, withSequence: 0, withLinkedId: 0, cel: 0 },
})

const keyOf = (item: CaptureBatchItem) =>
  item.kind === 'leg' ? `leg ${item.leg.legKey}` : item.kind === 'cel' ? `cel ${item.cel.eventKey}` : item.kind

type Standing = { ranges: readonly Range[]; flushed: boolean; lanes: number; nowMs: number }

/** Stores at most so many batches, then forgets all but the ranges, as a crash does. */
async function storeSome(before: Standing, batches: number, keys: string[]): Promise<Standing> {
  const lanes = await openLanes(spool, before.ranges, before.flushed, source())
  let { ranges, flushed, nowMs } = before
  let most = before.lanes
  for (let i = 0; i < batches; i++) {
    nowMs += 500
    const batch = (await lanes.next(nowMs)) ?? lanes.flush()
    if (batch === undefined) break
    keys.push(...batch.items.map(keyOf))
    ranges = lanes.rangesAfter(batch)
    flushed = batch.flushed
    await lanes.stored(batch, 400)
    most = Math.max(most, ranges.length)
  }
  // What was read ahead and never stored is not stored.
  await lanes.next(nowMs + 500)
  await lanes.close()
  return { ranges, flushed, lanes: most, nowMs }
}

const begin = (): Standing => ({ ...positionOf(undefined, spool.spoolId, 0), lanes: 1, nowMs: 1e12 })

test('in order and in one go every message comes out', async () => {
  const keys: string[] = []
  await storeSome(begin(), 1000, keys)
  expect(keys).toHaveLength(messages.length * COPIES)
})

test('a lane is begun near the end when much waits, and what is stored is the same', async () => {
  const keys: string[] = []
  const end = await storeSome(begin(), 1000, keys)
  expect(end.lanes).toBeGreaterThan(1)
  expect(end.ranges).toEqual([[spool.end, null]])
})

test('interrupted anywhere, each record is stored once, with the keys of an uninterrupted run', async () => {
  const whole: string[] = []
  await storeSome(begin(), 1000, whole)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 }), async (runs) => {
      const keys: string[] = []
      let standing = begin()
      for (const batches of runs) standing = await storeSome(standing, batches, keys)
      await storeSome(standing, 1000, keys)
      expect(keys.toSorted()).toEqual(whole.toSorted())
    }),
    { numRuns: 3 },
  )
})

test('a position of another spool is none of this one', () => {
  const told = { spool: 'another', ranges: [[500, null]], flushed: true, zone: [[1, 4, 9]] }
  expect(positionOf(told, 'this', 40)).toEqual({
    spool: 'this',
    ranges: [[40, null]],
    flushed: false,
    zone: [[1, 4, 9]],
  })
  const mine = {
    ...told,
    spool: 'this',
    ranges: [
      [10, 30],
      [35, 90],
      [500, null],
    ],
  }
  // What was deleted before it was stored cannot be stored any more.
  expect(positionOf(mine, 'this', 40)).toMatchObject({
    ranges: [
      [40, 90],
      [500, null],
    ],
  })
})
