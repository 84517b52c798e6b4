// The health of data on the wire.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire-health.ts'
import { Instant } from './values.ts'

export const ConfigAdvice = z
  .object({
    kind: z.string(),
    file: z.string(),
    section: z.string(),
    remove: z.array(z.string()).readonly(),
    add: z.array(z.string()).readonly(),
    why: z.string(),
  })
  .openapi('ConfigAdvice', {
    example: {
      kind: 'ami-without-sequence',
      file: 'cdr_manager.conf',
      section: '[mappings]',
      remove: [],
      add: ['sequence => Sequence'],
      why: 'Without it a live CDR and its row in Master.csv cannot be known as one.',
    },
  }) satisfies z.ZodType<wire.ConfigAdvice>

const WayHealth = z.object({
  way: z.enum(['live', 'file', 'table', 'push']),
  hours: z
    .string()
    .regex(/^[cqfg-]*$/)
    .openapi({ description: 'One letter an hour: c complete, q quiet, f filled later, g gap, - nobody told' }),
  received: z.int(),
  inserted: z.int(),
  matched: z.int(),
  duplicates: z.int(),
  late: z.int(),
})

const FeedHealth = z.object({
  id: z.int(),
  kind: z.enum(['file', 'table']),
  name: z.string(),
  enabled: z.boolean(),
  state: z.enum(['starting', 'live', 'waiting', 'refused', 'stopped']),
  detail: z.string(),
  behindBytes: z.int(),
  caughtUpAt: Instant.nullable(),
})

const LiveHealth = z.object({
  state: z.enum(['none', 'connecting', 'live', 'refused', 'reconnecting', 'stopped']),
  detail: z.string(),
  enabled: z.boolean(),
  asteriskVersion: z.string(),
  changedAt: Instant.nullable(),
  seenAt: Instant.nullable(),
  lastEventAt: Instant.nullable(),
  waitingBytes: z.int(),
  waitingSince: Instant.nullable(),
})

export const SourceHealth = z
  .object({
    name: z.string(),
    zone: z.string(),
    zoneDetected: z.string(),
    bootedAt: Instant.nullable(),
    clockOffsetMs: z.int().nullable(),
    live: LiveHealth.nullable(),
    feeds: z.array(FeedHealth).readonly(),
    ways: z.array(WayHealth).readonly(),
    rejects: z.int(),
    advice: z.array(ConfigAdvice).readonly(),
  })
  .openapi('SourceHealth', {
    example: {
      name: 'pbx',
      zone: 'auto',
      zoneDetected: 'Europe/Dublin',
      bootedAt: null,
      clockOffsetMs: null,
      live: null,
      feeds: [],
      ways: [{ way: 'file', hours: 'cqc', received: 84, inserted: 84, matched: 0, duplicates: 0, late: 84 }],
      rejects: 0,
      advice: [],
    },
  }) satisfies z.ZodType<wire.SourceHealth>

export const GapRow = z
  .object({
    source: z.string(),
    from: Instant,
    until: Instant.nullable(),
    cause: z.enum(['disconnected', 'restarted', 'not-running', 'spool-full', 'suspect', 'session-expired']),
    detail: z.string(),
    closedAt: Instant.nullable(),
    closedBy: z.string(),
  })
  .openapi('GapRow', {
    example: {
      source: 'pbx',
      from: '2026-11-02T07:00:00.000Z',
      until: '2026-11-02T07:02:10.000Z',
      cause: 'disconnected',
      detail: '',
      closedAt: '2026-11-02T07:02:12.000Z',
      closedBy: '/var/log/asterisk/cdr-csv/Master.csv',
    },
  }) satisfies z.ZodType<wire.GapRow>

export const HealthFinding = z
  .object({
    kind: z.string(),
    severity: z.enum(['act', 'wait', 'note']),
    source: z.string(),
    count: z.int(),
    since: Instant.nullable(),
    until: Instant.nullable(),
    detail: z.string(),
  })
  .openapi('HealthFinding', {
    example: {
      kind: 'rows-set-aside',
      severity: 'act',
      source: '',
      count: 2,
      since: null,
      until: null,
      detail: '',
    },
  }) satisfies z.ZodType<wire.HealthFinding>

export const LostCallRow = z
  .object({
    source: z.string(),
    linkedid: z.string(),
    startedAt: Instant,
    lastEventAt: Instant,
    caller: z.string(),
    callee: z.string(),
    answered: z.boolean(),
    why: z.enum(['restarted', 'never-ended']),
  })
  .openapi('LostCallRow', {
    example: {
      source: 'pbx',
      linkedid: '1795439712.0',
      startedAt: '2026-11-02T07:00:00.000Z',
      lastEventAt: '2026-11-02T07:00:04.000Z',
      caller: '201',
      callee: '00353860001111',
      answered: true,
      why: 'restarted',
    },
  }) satisfies z.ZodType<wire.LostCallRow>

export const LongCallRow = z
  .object({
    key: z.string(),
    source: z.string(),
    startedAt: Instant,
    durationSeconds: z.int(),
    from: z.string(),
    to: z.string(),
    held: z.boolean(),
  })
  .openapi('LongCallRow', {
    example: {
      key: '019d3f2a-1c00-7a11-8b22-0123456789ab',
      source: 'pbx',
      startedAt: '2026-11-02T01:00:00.000Z',
      durationSeconds: 28_800,
      from: '201',
      to: '00353860001111',
      held: true,
    },
  }) satisfies z.ZodType<wire.LongCallRow>

export const DataHealth = z
  .object({
    from: Instant,
    now: Instant,
    hours: z.int(),
    needs: z.int(),
    findings: z.array(HealthFinding).readonly(),
    sources: z.array(SourceHealth).readonly(),
    gaps: z.array(GapRow).readonly(),
    rejects: z.int(),
    lost: z.array(LostCallRow).readonly(),
    long: z.array(LongCallRow).readonly(),
  })
  .openapi('DataHealth', {
    example: {
      from: '2026-11-02T07:00:00.000Z',
      now: '2026-11-02T09:12:00.000Z',
      hours: 3,
      needs: 0,
      findings: [],
      sources: [],
      gaps: [],
      rejects: 0,
      lost: [],
      long: [],
    },
  }) satisfies z.ZodType<wire.DataHealth>
