// Departments, tags, views kept and missed calls on the wire.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire.ts'
import { Instant, PartyRef } from './values.ts'

export const DepartmentRow = z
  .object({
    id: z.int(),
    name: z.string(),
    extensions: z.array(z.string()).readonly(),
    accounts: z.array(z.string()).readonly().openapi({ description: 'Codes' }),
  })
  .openapi('DepartmentRow', {
    example: { id: 4, name: 'Sales', extensions: ['201', '202'], accounts: ['acme'] },
  }) satisfies z.ZodType<wire.DepartmentRow>

export const DepartmentChange = z
  .object({
    name: z.string().trim().min(1).max(80),
    extensions: z.string().max(10_000).openapi({ description: 'Separated by commas, ranges too' }),
    accounts: z.array(z.string().min(1).max(80)).max(1_000).readonly(),
  })
  .openapi('DepartmentChange', {
    example: { name: 'Sales', extensions: '201-219, 230', accounts: ['acme'] },
  }) satisfies z.ZodType<wire.DepartmentChange>

export const TagRow = z
  .object({ tag: z.string(), calls: z.int() })
  .openapi('TagRow', { example: { tag: 'follow up', calls: 12 } }) satisfies z.ZodType<wire.TagRow>

const Tags = z.array(z.string().max(200)).max(20).readonly()
export const TagOrder = z
  .object({ keys: z.array(z.uuid()).min(1).max(1_000).readonly(), add: Tags, remove: Tags })
  .openapi('TagOrder', {
    example: { keys: ['019d3f2a-1c00-8a11-8b22-0123456789ab'], add: ['follow up'], remove: [] },
  }) satisfies z.ZodType<wire.TagOrder>

const view = {
  name: z.string().trim().min(1).max(80),
  path: z
    .string()
    .max(200)
    .regex(/^\/[a-z0-9/-]*$/, 'must be a page of ours'),
  query: z.string().max(4_000),
}
export const NewView = z.object(view).openapi('NewView', {
  example: { name: 'Long calls abroad', path: '/calls', query: 'range=30d&direction=outbound&talk=600-' },
})
export const SavedView = z.object({ id: z.int(), ...view }).openapi('SavedView', {
  example: { id: 3, name: 'Long calls abroad', path: '/calls', query: 'range=30d&direction=outbound&talk=600-' },
}) satisfies z.ZodType<wire.SavedView>

const exampleCaller: wire.MissedCaller = {
  number: '+353860001111',
  name: 'Ada Byrne',
  calls: 2,
  firstAt: '2026-11-02T09:00:00.000Z',
  lastAt: '2026-11-02T09:04:00.000Z',
  longestWaitSeconds: 41,
  rang: ['201', '204'],
  did: '+35312000100',
  account: null,
  lastCall: '019d3f2a-1c00-8a11-8b22-0123456789ab',
  returned: {
    at: '2026-11-02T10:00:00.000Z',
    by: '201',
    direction: 'outbound',
    call: '019d3f2a-1c00-8a11-8b22-0123456789ac',
    afterSeconds: 3360,
  },
}

export const MissedCaller = z
  .object({
    number: z.string().openapi({ description: 'Empty = he told none, and cannot be called back' }),
    name: z.string(),
    calls: z.int(),
    firstAt: Instant,
    lastAt: Instant,
    longestWaitSeconds: z.int(),
    rang: z.array(z.string()).readonly().openapi({ description: 'Telephones that rang in vain' }),
    did: z.string(),
    account: PartyRef.nullable(),
    lastCall: z.string(),
    returned: z
      .object({
        at: Instant,
        by: z.string().openapi({ description: 'Telephone of yours' }),
        direction: z.enum(['outbound', 'inbound']).openapi({ description: 'inbound = he called again' }),
        call: z.string(),
        afterSeconds: z.int(),
      })
      .nullable(),
  })
  .openapi('MissedCaller', { example: exampleCaller }) satisfies z.ZodType<wire.MissedCaller>

export const MissedCalls = z
  .object({
    items: z.array(MissedCaller).readonly(),
    total: z.object({
      callers: z.int(),
      returned: z.int(),
      rate: z.number().nullable().openapi({ description: '100 · returned / callers: return_rate of /stats' }),
    }),
    next: z.string().nullable(),
  })
  .openapi('MissedCalls', {
    example: { items: [exampleCaller], total: { callers: 1, returned: 1, rate: 100 }, next: null },
  }) satisfies z.ZodType<wire.MissedCalls>
