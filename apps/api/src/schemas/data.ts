// Imports, rejects and sources on the wire.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire.ts'
import { Instant } from './values.ts'

export const ImportRow = z
  .object({
    id: z.string(),
    filename: z.string(),
    source: z.string(),
    state: z.enum(['queued', 'running', 'done', 'failed']),
    format: z.string(),
    zone: z.string(),
    bytesTotal: z.int(),
    bytesDone: z.int(),
    read: z.int(),
    inserted: z.int(),
    cel: z.int(),
    queueEvents: z.int(),
    duplicates: z.int(),
    rejected: z.int(),
    calls: z.int(),
    rated: z.int(),
    unrated: z.int(),
    error: z.string(),
    createdAt: Instant,
    finishedAt: Instant.nullable(),
  })
  .openapi('ImportRow', {
    example: {
      id: '019d3f2a-1c00-7a11-8b22-0123456789ab',
      filename: 'Master.csv',
      source: 'pbx',
      state: 'done',
      format: 'cdr_csv-18',
      zone: 'Europe/Dublin',
      bytesTotal: 24310,
      bytesDone: 24310,
      read: 84,
      inserted: 84,
      cel: 0,
      queueEvents: 0,
      duplicates: 0,
      rejected: 0,
      calls: 36,
      rated: 12,
      unrated: 0,
      error: '',
      createdAt: '2026-11-02T09:00:00.000Z',
      finishedAt: '2026-11-02T09:00:01.000Z',
    },
  }) satisfies z.ZodType<wire.ImportRow>

export const RejectRow = z
  .object({
    source: z.string(),
    key: z.string(),
    importId: z.string().nullable(),
    filename: z.string(),
    line: z.int(),
    reason: z.string(),
    raw: z.string(),
    rejectedAt: Instant,
  })
  .openapi('RejectRow', {
    example: {
      source: 'pbx',
      key: '019d3f2a-1c00-8a11-8b22-0123456789ab',
      importId: null,
      filename: '',
      line: 12,
      reason: 'billsec is not a number',
      raw: '"","201","x"',
      rejectedAt: '2026-11-02T09:00:00.000Z',
    },
  }) satisfies z.ZodType<wire.RejectRow>

/** As many as a page can have marked; all of them go without keys. */
const MAX_KEYS = 1000

export const RejectKeys = z
  .object({ keys: z.array(z.object({ source: z.string().max(200), key: z.uuid() })).max(MAX_KEYS) })
  .openapi('RejectKeys', {
    example: { keys: [{ source: 'pbx', key: '019d3f2a-1c00-8a11-8b22-0123456789ab' }] },
  })

export const RetryReport = z
  .object({ tried: z.int(), recovered: z.int(), stillRejected: z.int() })
  .openapi('RetryReport', {
    example: { tried: 3, recovered: 2, stillRejected: 1 },
  }) satisfies z.ZodType<wire.RetryReport>

const AmiTransport = z.enum(['tcp', 'tls', 'http', 'https'])
const AmiAuth = z.enum(['auto', 'md5', 'plain'])

export const SourceRow = z
  .object({
    name: z.string(),
    zone: z.string(),
    zoneDetected: z.string(),
    ami: z
      .object({
        ...{ host: z.string(), port: z.int(), username: z.string(), enabled: z.boolean() },
        ...{ transport: AmiTransport, auth: AmiAuth, caPem: z.string(), serverName: z.string(), httpPath: z.string() },
      })
      .nullable()
      .openapi({ description: 'The secret is never told.' }),
    state: z.enum(['none', 'connecting', 'live', 'refused', 'reconnecting', 'stopped']),
    detail: z.string(),
    asteriskVersion: z.string(),
    changedAt: Instant.nullable(),
    seenAt: Instant.nullable(),
    lastEventAt: Instant.nullable(),
    legs: z.int(),
    cel: z.int(),
    rejected: z.int(),
  })
  .openapi('SourceRow', {
    example: {
      name: 'pbx',
      zone: 'auto',
      zoneDetected: 'Europe/Dublin',
      ami: {
        ...{ host: '127.0.0.1', port: 5038, username: 'tollbook', enabled: true },
        ...{ transport: 'tcp', auth: 'auto', caPem: '', serverName: '', httpPath: '' },
      },
      state: 'live',
      detail: '',
      asteriskVersion: '22.5.0',
      changedAt: '2026-11-02T09:00:00.000Z',
      seenAt: '2026-11-02T09:00:00.000Z',
      lastEventAt: null,
      legs: 84,
      cel: 512,
      rejected: 0,
    },
  }) satisfies z.ZodType<wire.SourceRow>

/** AMI speaks in lines; a line end inside a value would be a further header. */
const oneLine = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line of text')

/** A key pasted by mistake would be stored in clear. */
function isPem(text: string): boolean {
  return /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(text) && !text.includes('PRIVATE KEY')
}

export const AmiSettings = z
  .object({
    ...{ host: oneLine(253), port: z.int().min(1).max(65_535), username: oneLine(100), secret: oneLine(200) },
    transport: AmiTransport.optional(),
    auth: AmiAuth.optional(),
    caPem: z
      .string()
      .max(100_000)
      .refine((text) => text === '' || isPem(text), 'must be certificates in PEM, without a key')
      .optional(),
    serverName: z
      .string()
      .max(253)
      .regex(/^[\w.:-]*$/, 'must be a host name')
      .optional(),
    httpPath: z
      .string()
      .max(200)
      .regex(/^[\w./~-]*$/, 'must be a path')
      .optional(),
  })
  .openapi('AmiSettings', {
    example: { host: '127.0.0.1', port: 5038, username: 'tollbook', secret: 'as in manager.conf' },
  }) satisfies z.ZodType<wire.AmiSettings>

export const AmiCheck = z
  .object({
    ok: z.boolean(),
    steps: z.array(z.object({ ok: z.boolean(), kind: z.string(), detail: z.string() })).readonly(),
  })
  .openapi('AmiCheck', {
    example: { ok: false, steps: [{ ok: false, kind: 'connect', detail: 'connection refused' }] },
  }) satisfies z.ZodType<wire.AmiCheck>
