// People, sessions and tenants on the wire.

import { z } from '@hono/zod-openapi'
import type * as wire from '../wire.ts'
import { Currency, Instant, Name } from './values.ts'

const TenantInfo = z
  .object({
    slug: z.string(),
    name: z.string(),
    zone: z.string(),
    currency: Currency,
    isSample: z.boolean(),
    role: z.enum(['viewer', 'operator', 'admin']),
    isEmpty: z.boolean(),
    firstCallAt: Instant.nullable(),
    lastCallAt: Instant.nullable(),
  })
  .openapi('TenantInfo', {
    example: {
      slug: 'main',
      name: 'Northgate Telecom',
      zone: 'Europe/Dublin',
      currency: 'EUR',
      isSample: false,
      role: 'admin',
      isEmpty: true,
      firstCallAt: null,
      lastCallAt: null,
    },
  }) satisfies z.ZodType<wire.TenantInfo>

export const SessionInfo = z
  .object({
    user: z.object({
      name: z.string(),
      email: z.string(),
      locale: z.string(),
      hasPassword: z.boolean(),
      isAdmin: z.boolean(),
    }),
    tenants: z.array(TenantInfo).readonly(),
    version: z.string(),
  })
  .openapi('SessionInfo', {
    example: {
      user: { name: 'Ada', email: 'ada@example.net', locale: 'en', hasPassword: true, isAdmin: false },
      tenants: [],
      version: '0.1.0',
    },
  }) satisfies z.ZodType<wire.SessionInfo>

export const SignInAnswer = z.object({ token: z.string(), session: SessionInfo }).openapi('SignInAnswer', {
  description: 'The token is for `Authorization: Bearer`; a browser uses the cookie that is set beside it.',
  example: {
    token: 'Zm9yIGFuIGV4YW1wbGUgb25seSwgbm90IGEgdG9rZW4',
    session: {
      user: { name: 'Ada', email: 'ada@example.net', locale: 'en', hasPassword: true, isAdmin: false },
      tenants: [],
      version: '0.1.0',
    },
  },
}) satisfies z.ZodType<wire.SignInAnswer>

export const Credentials = z
  .object({ email: z.string().min(3).max(254), password: z.string().min(1).max(1000) })
  .openapi('Credentials', { example: { email: 'ada@example.net', password: 'ten letters at least' } })

export const Locale = z.enum(['en', 'zh-CN'])

export const ProfileChange = z
  .object({
    name: Name.optional(),
    locale: Locale.optional(),
    password: z.string().min(10).max(200).optional(),
    currentPassword: z.string().max(1000).optional(),
  })
  .openapi('ProfileChange', { example: { name: 'Ada', locale: 'zh-CN' } }) satisfies z.ZodType<wire.ProfileChange>

/** A zone Intl knows. */
export const Zone = z
  .string()
  .max(64)
  .refine(isZone, 'must be UTC or an IANA time zone such as Europe/Dublin')
  .openapi({ example: 'Europe/Dublin' })

const Digits = z.string().regex(/^\d*$/, 'must be digits')

export const TenantSettings = z
  .object({
    name: Name,
    zone: Zone,
    currency: Currency,
    countryCode: Digits.max(4),
    internationalPrefixes: z.array(Digits.min(1).max(8)).max(8).readonly(),
    nationalPrefix: Digits.max(4),
    stripPrefixes: z
      .array(z.string().regex(/^[\d*#+]{1,16}$/, 'must be digits, * or #'))
      .max(20)
      .readonly()
      .optional(),
    planId: z.int().min(0).optional(),
    maskNumbers: z
      .enum(['none', 'viewers', 'all-but-admin'])
      .optional()
      .openapi({ description: 'For whom numbers are shown as +4420•••••50' }),
    legal: z.object({
      address: z.array(z.string().max(200)).max(8).readonly(),
      taxId: z.string().max(64),
      taxRate: z.string().regex(/^(0(\.\d{1,4})?)?$/, 'must be a fraction such as 0.23, or empty'),
      iban: z.string().max(64),
    }),
  })
  .openapi('TenantSettings', {
    example: {
      name: 'Northgate Telecom',
      zone: 'Europe/Dublin',
      currency: 'EUR',
      countryCode: '353',
      internationalPrefixes: ['00'],
      nationalPrefix: '0',
      stripPrefixes: ['9'],
      planId: 0,
      maskNumbers: 'viewers',
      legal: { address: ['1 Quay Street', 'Dublin'], taxId: 'IE1234567X', taxRate: '0.23', iban: '' },
    },
  }) satisfies z.ZodType<wire.TenantSettings>

export const TenantChange = TenantSettings.partial().openapi('TenantChange', { example: { zone: 'Asia/Shanghai' } })

/** Whether Intl knows this zone. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
