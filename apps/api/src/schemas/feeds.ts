// Record stores that are followed, on the wire: files a PBX writes, tables of its database.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire.ts'
import { isZone } from './people.ts'
import { Instant, Name } from './values.ts'

/** What a feed's rows are; 'auto' is told by the first rows. */
const Content = z.enum(['auto', 'cdr', 'cel', 'queue_log'])

const FileSettings = z
  .object({
    path: z
      .string()
      .min(2)
      .max(1024)
      .regex(/^\/[^\p{Cc}]+$/u, 'must be a full path, from / on'),
    content: Content.default('auto'),
    columns: z.string().max(4000).optional().openapi({
      description: 'Columns of a cdr_custom or cel_custom mapping of one’s own, as in its .conf or as a list of names',
    }),
  })
  .openapi('FileFeedSettings', { example: { path: '/var/log/asterisk/cdr-csv/Master.csv', content: 'auto' } })

const TableSettings = z
  .object({
    engine: z.enum(['postgresql', 'mysql', 'sqlite']),
    host: z.string().max(253).optional(),
    port: z.int().min(1).max(65_535).optional(),
    user: z.string().max(100).optional(),
    database: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^[^\p{Cc}]+$/u)
      .openapi({ description: 'Its name; for sqlite the path of the file' }),
    table: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^\p{Cc}]+$/u),
    content: Content.default('auto'),
  })
  .catchall(z.union([z.string().max(4000), z.number(), z.boolean()]))
  .openapi('TableFeedSettings', {
    example: {
      engine: 'mysql',
      host: '10.0.0.5',
      port: 3306,
      user: 'tollbook',
      database: 'asteriskcdrdb',
      table: 'cdr',
      content: 'cdr',
    },
  })

export const LocalZone = z
  .string()
  .max(64)
  .refine((zone) => zone === 'auto' || /^[+-]\d{2}:\d{2}$/.test(zone) || isZone(zone), {
    message: 'must be auto, UTC, an offset such as +03:00 or an IANA time zone',
  })

export const SourceZone = z.object({ zone: LocalZone }).openapi('SourceZone', { example: { zone: 'Europe/Dublin' } })

const Secret = z.string().max(1000).openapi({ description: 'Password of a database; goes in and never comes out' })

const EXAMPLE = {
  source: 'pbx',
  kind: 'file' as const,
  settings: { path: '/var/log/asterisk/cdr-csv/Master.csv', content: 'auto' as const },
  zone: 'auto',
}

export const NewFeed = z
  .discriminatedUnion('kind', [
    z.object({
      source: Name.max(100),
      kind: z.literal('file'),
      settings: FileSettings,
      zone: LocalZone.default('auto'),
    }),
    z.object({
      source: Name.max(100),
      kind: z.literal('table'),
      settings: TableSettings,
      zone: LocalZone.default('auto'),
      secret: Secret.optional(),
    }),
  ])
  .openapi('NewFeed', { example: EXAMPLE })

export const FeedChange = z
  .object({
    zone: LocalZone.optional(),
    enabled: z.boolean().optional(),
    secret: Secret.optional(),
    content: Content.optional(),
  })
  .openapi('FeedChange', { example: { enabled: false } })

export const FeedRow = z
  .object({
    id: z.int(),
    source: z.string(),
    kind: z.enum(['file', 'table']),
    name: z.string(),
    settings: z.record(z.string(), z.unknown()),
    hasSecret: z.boolean(),
    zone: z.string(),
    zoneDetected: z.string(),
    enabled: z.boolean(),
    state: z.enum(['none', 'starting', 'live', 'waiting', 'refused', 'stopped']),
    detail: z.string(),
    read: z.int(),
    behindBytes: z.int(),
    caughtUpAt: Instant.nullable(),
    changedAt: Instant.nullable(),
    seenAt: Instant.nullable(),
  })
  .openapi('FeedRow', {
    example: {
      ...EXAMPLE,
      id: 3,
      name: '/var/log/asterisk/cdr-csv/Master.csv',
      hasSecret: false,
      zoneDetected: 'Europe/Dublin',
      enabled: true,
      state: 'live',
      detail: '',
      read: 5338,
      behindBytes: 0,
      caughtUpAt: '2026-11-02T09:00:00.000Z',
      changedAt: '2026-11-02T08:00:00.000Z',
      seenAt: '2026-11-02T09:00:00.000Z',
    },
  }) satisfies z.ZodType<wire.FeedRow>

export const FeedCheck = z.object({ ok: z.boolean(), kind: z.string(), detail: z.string() }).openapi('FeedCheck', {
  example: { ok: true, kind: 'cdr_csv-21', detail: '12,104 bytes' },
}) satisfies z.ZodType<wire.FeedCheck>
