// The invented health of the invented company's data: two PBXs, one cut off, one with a FreePBX table; see mock/data.ts.

import type { FeedRow } from '@tollbook/api/wire'
import type { DataHealth, FeedHealth, LiveHealth, SourceHealth, WayHealth } from '@tollbook/api/wire-health'
import type { Restitch } from '@tollbook/api/wire-rules'
import { type MockCall, ZONE } from './data.ts'

const HOUR = 3_600_000
const iso = (ms: number) => new Date(ms).toISOString()

export function dataHealth(calls: readonly MockCall[], nowMs: number, hours: number, empty: boolean): DataHealth {
  const fromMs = Math.floor(nowMs / HOUR) * HOUR - (hours - 1) * HOUR
  const base = { from: iso(fromMs), now: iso(nowMs), hours }
  if (empty) return { ...base, needs: 0, findings: [], sources: [], gaps: [], rejects: 0, lost: [], long: [] }
  const sources = [dublin(calls, nowMs, fromMs), cork(calls, nowMs, fromMs), freepbx(calls, nowMs, fromMs)]
  const finding = (kind: string, severity: 'act' | 'wait' | 'note', more: object = {}) => ({
    ...{ kind, severity, source: '', count: 1, since: null, until: null, detail: '' },
    ...more,
  })
  return {
    ...base,
    needs: 3,
    findings: [
      finding('configuration', 'act', { source: 'pbx-cork', count: 2 }),
      finding('clock-off', 'act', { source: 'freepbx', count: -4_200 }),
      finding('rows-set-aside', 'act', { count: 2 }),
      finding('out-of-reach', 'wait', { source: 'pbx-cork', since: iso(nowMs - 130_000) }),
      finding('lost-calls', 'note', { count: 1 }),
    ],
    sources,
    gaps: gapsOf(nowMs),
    rejects: 2,
    lost: [
      {
        ...{ source: 'pbx-dub1', linkedid: '1763999112.88', caller: '204', callee: '00447700900461', answered: true },
        ...{ startedAt: iso(nowMs - 50 * HOUR), lastEventAt: iso(nowMs - 50 * HOUR + 9_000), why: 'restarted' },
      },
    ],
    long: [
      {
        ...{ key: calls[40]?.key ?? '', source: 'pbx-dub1', startedAt: iso(nowMs - 30 * HOUR) },
        ...{ durationSeconds: 31_204, from: '118', to: '+442079460123', held: true },
      },
    ],
  }
}

/** One way's letters: quiet where the company is asleep, and whatever stands in `marks` by hours ago. */
function way(
  name: WayHealth['way'],
  calls: readonly MockCall[],
  share: number,
  span: Span,
  marks: Marks = {},
): WayHealth {
  const n = Math.floor((span.nowMs - span.fromMs) / HOUR) + 1
  const came = new Array<number>(n).fill(0)
  for (const call of calls) {
    const at = Math.floor((call.startMs - span.fromMs) / HOUR)
    if (at >= 0 && at < n) came[at] = (came[at] ?? 0) + 1
  }
  const letters = came.map((count, at) => marks[n - 1 - at] ?? (count * share >= 1 ? 'c' : 'q'))
  const received = Math.round(came.reduce((sum, count) => sum + count, 0) * share)
  const matched = name === 'file' ? received : 0
  return {
    way: name,
    hours: letters.join(''),
    received,
    inserted: received - matched,
    matched,
    duplicates: 0,
    late: name === 'table' ? 3 : 0,
  }
}

type Span = { readonly fromMs: number; readonly nowMs: number }
type Marks = Readonly<Record<number, string>>

function source(name: string, part: Partial<SourceHealth>): SourceHealth {
  return {
    ...{ name, zone: 'auto', zoneDetected: ZONE, bootedAt: null, clockOffsetMs: 12, live: null, feeds: [], ways: [] },
    ...{ rejects: 0, advice: [], ...part },
  }
}

const live = (nowMs: number, part: Partial<LiveHealth>): LiveHealth => ({
  ...{ state: 'live', detail: '', enabled: true, asteriskVersion: '22.10.1', changedAt: iso(nowMs - 90 * HOUR) },
  ...{ seenAt: iso(nowMs - 1_000), lastEventAt: iso(nowMs - 4_000), waitingBytes: 0, waitingSince: null },
  ...part,
})

const feed = (id: number, kind: FeedHealth['kind'], name: string, caughtUpAt: string): FeedHealth => ({
  ...{ id, kind, name, enabled: true, state: 'live', detail: '', behindBytes: 0, caughtUpAt },
})

function dublin(calls: readonly MockCall[], nowMs: number, fromMs: number): SourceHealth {
  const span = { fromMs, nowMs }
  return source('pbx-dub1', {
    live: live(nowMs, { waitingBytes: 12_288, waitingSince: iso(nowMs - 400) }),
    feeds: [feed(1, 'file', '/var/log/asterisk/cdr-csv/Master.csv', iso(nowMs - 6_000))],
    ways: [way('live', calls, 0.6, span, { 50: 'f' }), way('file', calls, 0.6, span)],
    rejects: 2,
  })
}

function cork(calls: readonly MockCall[], nowMs: number, fromMs: number): SourceHealth {
  const detail = 'connection refused; next try in 8 s'
  return source('pbx-cork', {
    live: live(nowMs, { state: 'reconnecting', detail, asteriskVersion: '16.28.0', changedAt: iso(nowMs - 130_000) }),
    feeds: [feed(2, 'file', '/var/log/asterisk/cdr-csv/Master.csv', iso(nowMs - 140_000))],
    ways: [way('live', calls, 0.2, { fromMs, nowMs }, { 0: 'g', 39: 'f', 40: 'f', 41: 'f' })],
    advice: [
      {
        ...{ kind: 'ami-without-sequence', file: 'cdr_manager.conf', section: '[mappings]', remove: [] },
        ...{ add: ['sequence => Sequence'], why: 'Without it a live CDR and its row cannot be known as one.' },
      },
      {
        ...{ kind: 'no-cel', file: 'cel.conf', section: '[manager]', remove: ['enabled = no'] },
        ...{ add: ['enabled = yes'], why: 'No channel events come.' },
      },
    ],
  })
}

function freepbx(calls: readonly MockCall[], nowMs: number, fromMs: number): SourceHealth {
  return source('freepbx', {
    clockOffsetMs: -4_200,
    feeds: [feed(3, 'table', 'asteriskcdrdb.cdr', iso(nowMs - 2_000))],
    ways: [way('table', calls, 0.15, { fromMs, nowMs })],
  })
}

function gapsOf(nowMs: number): DataHealth['gaps'] {
  const master = '/var/log/asterisk/cdr-csv/Master.csv'
  return [
    {
      ...{ source: 'pbx-cork', from: iso(nowMs - 130_000), until: null, cause: 'disconnected', detail: '' },
      ...{ closedAt: null, closedBy: '' },
    },
    {
      ...{ source: 'pbx-cork', from: iso(nowMs - 41.4 * HOUR), until: iso(nowMs - 39.1 * HOUR), cause: 'disconnected' },
      ...{ detail: 'Connection timed out', closedAt: iso(nowMs - 39 * HOUR), closedBy: master },
    },
    {
      ...{
        source: 'pbx-dub1',
        from: iso(nowMs - 50 * HOUR),
        until: iso(nowMs - 50 * HOUR + 41_000),
        cause: 'restarted',
      },
      ...{ detail: '', closedAt: iso(nowMs - 50 * HOUR + 60_000), closedBy: master },
    },
  ]
}

export function makeFeeds(nowMs: number): FeedRow[] {
  const row = (id: number, of: string, part: Partial<FeedRow>): FeedRow => ({
    ...{ id, source: of, kind: 'file', name: '/var/log/asterisk/cdr-csv/Master.csv', hasSecret: false, zone: 'auto' },
    ...{ settings: { path: '/var/log/asterisk/cdr-csv/Master.csv', content: 'cdr' }, zoneDetected: ZONE },
    ...{ enabled: true, state: 'live', detail: '', read: 31_204, behindBytes: 0, caughtUpAt: iso(nowMs - 6_000) },
    ...{ changedAt: iso(nowMs - 90 * HOUR), seenAt: iso(nowMs - 1_000), ...part },
  })
  const refused = {
    state: 'refused' as const,
    detail: 'permission denied: let the user tollbook read it',
    caughtUpAt: null,
  }
  return [
    row(1, 'pbx-dub1', {}),
    row(2, 'pbx-cork', {
      name: '/var/log/asterisk/queue_log',
      settings: { content: 'queue_log' },
      read: 0,
      ...refused,
    }),
    row(3, 'archive', {
      ...{ kind: 'table', name: 'asteriskcdrdb.cdr', hasSecret: true },
      settings: {
        engine: 'mysql',
        host: '10.0.0.5',
        port: 3306,
        user: 'tollbook',
        database: 'asteriskcdrdb',
        table: 'cdr',
      },
    }),
  ]
}

/** A zone that is being re-applied to what was imported. */
export function zoneOrder(nowMs: number): Restitch {
  return {
    ...{ id: '019d3f2a-0000-7a11-8b22-400000000001', source: 'archive', cause: 'zone', state: 'running', from: null },
    ...{ to: null, callsTotal: 12_400, callsSeen: 4_000, callsChanged: 3_980, callsInvoiced: 0, createdBy: 'niamh' },
    createdAt: iso(nowMs - 20_000),
  }
}
