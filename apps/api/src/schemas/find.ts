// Departments, saved views, tags and missed callers on the wire.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire-find.ts'
import { Instant, Name, PartyRef } from './values.ts'

export const DepartmentRow = z
  .object({
    id: z.int(),
    name: z.string(),
    extensions: z.array(z.string()).readonly(),
    accounts: z.array(z.string()).readonly().openapi({ description: 'Codes of accounts' }),
  })
  .openapi('DepartmentRow', {
    example: { id: 3, name: 'Sales', extensions: ['201', '202'], accounts: ['acme'] },
  }) satisfies z.ZodType<wire.DepartmentRow>

export const DepartmentWish = z
  .object({
    name: Name,
    extensions: z.string().max(20_000).openapi({ description: 'Extensions and ranges of them, separated by commas' }),
    accounts: z.array(z.string().min(1).max(200)).max(1_000).readonly(),
  })
  .openapi('DepartmentWish', {
    example: { name: 'Sales', extensions: '201-219, 230', accounts: ['acme'] },
  }) satisfies z.ZodType<wire.DepartmentWish>

const exampleView = { name: 'Long calls to Ireland', path: '/calls', query: 'country=372&talk=600-' }

export const SavedView = z
  .object({ id: z.int(), name: z.string(), path: z.string(), query: z.string() })
  .openapi('SavedView', { example: { id: 1, ...exampleView } }) satisfies z.ZodType<wire.SavedView>

export const SavedViewWish = z
  .object({
    name: Name,
    // A path of ours: two slashes would be another site.
    path: z
      .string()
      .regex(/^\/[a-z0-9-]*(\/[a-z0-9-]+)*$/, 'must be the path of a page')
      .max(200),
    query: z
      .string()
      .max(8_000)
      .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be one line of text'),
  })
  .openapi('SavedViewWish', { example: exampleView }) satisfies z.ZodType<wire.SavedViewWish>

export const TagRow = z
  .object({ tag: z.string(), calls: z.int() })
  .openapi('TagRow', { example: { tag: 'follow up', calls: 12 } }) satisfies z.ZodType<wire.TagRow>

const Tag = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(/^[^,\p{Cc}\p{Cs}]*$/u, 'must be one line without commas')
  .refine((tag) => !tag.startsWith('!') && tag.toLowerCase() !== 'none', 'must not be "none" nor begin with "!"')
  .openapi({ description: 'One line without commas; case is kept, and does not tell tags apart' })

export const TagChange = z
  .object({
    keys: z.array(z.uuid()).min(1).max(1_000).readonly(),
    add: z.array(Tag).max(20).readonly(),
    remove: z.array(Tag).max(20).readonly(),
  })
  .openapi('TagChange', {
    example: { keys: ['019d3f2a-1c00-8a11-8b22-0123456789ab'], add: ['follow up'], remove: [] },
  }) satisfies z.ZodType<wire.TagChange>

export const TagReport = z
  .object({ changed: z.int() })
  .openapi('TagReport', { example: { changed: 1 } }) satisfies z.ZodType<wire.TagReport>

const exampleCaller: wire.MissedCaller = {
  number: '00353860001111',
  name: 'Ada Byrne',
  calls: 2,
  firstAt: '2026-11-02T09:00:00.000Z',
  lastAt: '2026-11-02T09:10:00.000Z',
  longestWaitSeconds: 41,
  rang: ['201', '204'],
  did: '35315550100',
  account: { id: 7, code: 'acme', name: 'Acme' },
  lastCall: '019d3f2a-1c00-8a11-8b22-0123456789ab',
  returned: {
    at: '2026-11-02T09:31:00.000Z',
    by: '201',
    direction: 'outbound',
    call: '019d3f46-0000-8a11-8b22-0123456789ab',
    afterSeconds: 1260,
  },
}

export const MissedCaller = z
  .object({
    number: z.string().openapi({ description: 'As it was told last; "none" = all who withheld it' }),
    name: z.string(),
    calls: z.int(),
    firstAt: Instant,
    lastAt: Instant,
    longestWaitSeconds: z.int(),
    rang: z.array(z.string()).readonly().openapi({ description: 'Telephones of yours that rang in vain' }),
    did: z.string(),
    account: PartyRef.nullable(),
    lastCall: z.string().openapi({ description: 'Key of the last missed call' }),
    returned: z
      .object({
        at: Instant,
        by: z.string().openapi({ description: 'Telephone of yours that spoke' }),
        direction: z.enum(['outbound', 'inbound']),
        call: z.string(),
        afterSeconds: z.int().openapi({ description: 'After the missed call before it' }),
      })
      .nullable()
      .openapi({ description: 'The first conversation within the hours asked for' }),
  })
  .openapi('MissedCaller', { example: exampleCaller }) satisfies z.ZodType<wire.MissedCaller>

export const MissedCallers = z
  .object({
    items: z.array(MissedCaller).readonly(),
    total: z.object({ callers: z.int(), returned: z.int(), rate: z.number().nullable() }),
    next: z.string().nullable(),
  })
  .openapi('MissedCallers', {
    example: { items: [exampleCaller], total: { callers: 1, returned: 1, rate: 100 }, next: null },
  }) satisfies z.ZodType<wire.MissedCallers>
