// What is said of a tenant's data: what somebody must do stands before what mends itself.

import type { Gap } from '@tollbook/intake'
import { asSourceId } from '@tollbook/kernel'
import { expect, it } from 'vitest'
import { type Facts, findingsOf } from './findings.ts'
import type { FeedFacts, LiveFacts, SourceFacts } from './read-sources.ts'

const NOW = Date.parse('2026-11-24T09:12:00Z')
const MINUTE = 60_000

const live = (change: Partial<LiveFacts> = {}): LiveFacts => ({
  ...{ state: 'live', detail: '', enabled: true, version: '22.10.1', changedAtMs: NOW - 90 * MINUTE },
  ...{ seenAtMs: NOW - 2_000, lastEventAtMs: NOW - 1_000, waitingBytes: 0, waitingSinceMs: undefined },
  ...change,
})
const feed = (change: Partial<FeedFacts> = {}): FeedFacts => ({
  ...{ feedId: 1, kind: 'file', name: '/var/log/Master.csv', enabled: true, state: 'live', detail: '' },
  ...{ behindBytes: 0, caughtUpAtMs: NOW, seenAtMs: NOW },
  ...change,
})
const source = (change: Partial<SourceFacts> = {}): SourceFacts => ({
  ...{ sourceId: 1, name: 'pbx', zone: 'auto', zoneDetected: 'UTC', createdAtMs: 0, bootedAtMs: undefined },
  ...{ clockOffsetMs: 0, live: live(), feeds: [], advice: [] },
  ...change,
})
const gap = (change: Partial<Gap> = {}): Gap => ({
  ...{ sourceId: asSourceId(1), gapKey: '1', fromMs: NOW - 9 * MINUTE, untilMs: NOW - 7 * MINUTE },
  ...{ cause: 'disconnected', detail: '', closedAtMs: undefined, closedBy: '' },
  ...change,
})
const say = (sources: SourceFacts[], more: Partial<Facts> = {}) =>
  findingsOf({ nowMs: NOW, sources, gaps: [], rejects: 0, lost: 0, long: 0, late: 0, ...more }).map(
    (one) => `${one.severity} ${one.kind} ${one.source}`,
  )

it('has nothing to say when all is well', () => {
  expect(say([source(), source({ sourceId: 2, name: 'archive', live: undefined })])).toEqual([])
})

it('a connection that is down mends itself only where a file or table will tell', () => {
  const down = live({ state: 'reconnecting' })
  expect(say([source({ live: down })])).toEqual(['act out-of-reach pbx'])
  expect(say([source({ live: down, feeds: [feed()] })])).toEqual(['wait out-of-reach pbx'])
  expect(say([source({ live: down, feeds: [feed({ state: 'refused' })] })])).toEqual([
    'act out-of-reach pbx',
    'act feed-refused pbx',
  ])
  expect(say([source({ live: live({ state: 'refused' }) })])).toEqual(['act refused pbx'])
  expect(say([source({ live: live({ state: 'reconnecting', enabled: false }) })])).toEqual([])
})

it('a state nobody confirms means that nobody listens, whatever it says', () => {
  expect(say([source({ live: live({ seenAtMs: NOW - 5 * MINUTE }) })])).toEqual(['act not-listening pbx'])
})

it('an open gap needs a file unless one is followed; a closed one is not told, one that goes on neither', () => {
  expect(say([source()], { gaps: [gap()] })).toEqual(['act gap-open pbx'])
  expect(say([source({ feeds: [feed()] })], { gaps: [gap()] })).toEqual(['wait gap-filling pbx'])
  expect(say([source()], { gaps: [gap({ closedAtMs: NOW })] })).toEqual([])
  expect(say([source()], { gaps: [gap({ untilMs: undefined })] })).toEqual([])
})

it('a clock that is off is told from two seconds, in either direction', () => {
  expect(say([source({ clockOffsetMs: 2_000 })])).toEqual([])
  expect(say([source({ clockOffsetMs: -2_001 })])).toEqual(['act clock-off pbx'])
})

it('puts what somebody must do first', () => {
  const behind = live({ waitingBytes: 4096, waitingSinceMs: NOW - 6_000 })
  expect(say([source({ live: behind })], { rejects: 2, lost: 1, long: 1, late: 3 })).toEqual([
    'act rows-set-aside ',
    'act long-calls ',
    'wait behind pbx',
    'note lost-calls ',
    'note late-rows ',
  ])
})
