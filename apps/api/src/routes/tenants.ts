// A tenant's own settings, and the end of the sample.

import { createRoute, z } from '@hono/zod-openapi'
import type { Db } from '@tollbook/db'
import { saveTenantSettings } from '@tollbook/directory'
import { currencyNumber } from '@tollbook/kernel'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { access, json, jsonBody, newRouter } from '../router.ts'
import { TenantChange, TenantSettings } from '../schemas/people.ts'
import { lettersOf } from '../session-info.ts'
import type * as wire from '../wire.ts'
import { unknownCurrency } from './accounts.ts'

const tags = ['Tenants']
/** The guard takes the tenant from here: the tenant in the path is the one that is asked for. */
const Params = z.object({ slug: z.string().max(63) })

export function tenantRoutes({ db, rooms }: ApiDeps) {
  return newRouter()
    .openapi(
      createRoute({
        ...access('viewer'),
        method: 'get',
        path: '/tenants/{slug}',
        tags,
        summary: 'Settings of a tenant',
        request: { params: Params },
        responses: { 200: json(TenantSettings, 'The settings') },
      }),
      async (c) => c.json(await readSettings(db, c.get('tenant').tenantId), 200),
    )
    .openapi(
      createRoute({
        ...access('admin'),
        method: 'patch',
        path: '/tenants/{slug}',
        tags,
        summary: 'Change settings; absent = leave',
        request: { params: Params, body: jsonBody(TenantChange) },
        responses: { 200: json(TenantSettings, 'The settings after the change') },
      }),
      async (c) => {
        const { tenantId } = c.get('tenant')
        const { currency: letters, ...change } = c.req.valid('json')
        const currency = letters === undefined ? undefined : currencyNumber(letters)
        if (letters !== undefined && currency === undefined) throw unknownCurrency()
        await saveTenantSettings(db, tenantId, { ...change, currency })
        return c.json(await readSettings(db, tenantId), 200)
      },
    )
    .openapi(
      createRoute({
        ...access('admin'),
        method: 'delete',
        path: '/tenants/{slug}',
        tags,
        summary: 'Delete the sample with everything in it; no other tenant can be deleted',
        request: { params: Params },
        responses: { 204: { description: 'Deleted' } },
      }),
      async (c) => {
        const { tenantId, isSample } = c.get('tenant')
        if (!isSample) throw new Refusal('in-the-way', 'Only the sample can be deleted.')
        await rooms.deleteTenant(tenantId)
        return c.body(null, 204)
      },
    )
}

async function readSettings(db: Db, tenantId: number): Promise<wire.TenantSettings> {
  const t = await db.q.selectFrom('tenant').selectAll().where('tenant_id', '=', tenantId).executeTakeFirst()
  if (!t) throw new Refusal('not-found')
  const legal = (t.legal ?? {}) as Partial<wire.TenantSettings['legal']>
  return {
    name: t.name,
    zone: t.zone,
    currency: lettersOf(t.currency),
    countryCode: t.country_code,
    internationalPrefixes: t.international_prefixes,
    nationalPrefix: t.national_prefix,
    legal: {
      address: legal.address ?? [],
      taxId: legal.taxId ?? '',
      taxRate: legal.taxRate ?? '0',
      iban: legal.iban ?? '',
    },
  }
}
