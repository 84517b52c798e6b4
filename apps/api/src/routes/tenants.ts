// A tenant's own settings, and the end of the sample.

import { randomBytes } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import { touchAllHours } from '@tollbook/charging'
import { type Db, transaction } from '@tollbook/db'
import { saveTenantSettings, setDefaultPlan, setTenantCurrency, type Tenant, tenantBySlug } from '@tollbook/directory'
import { currencyNumber, timeFirstUuid } from '@tollbook/kernel'
import { eraseSample } from '@tollbook/sample'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { access, json, jsonBody, newRouter } from '../router.ts'
import { TenantChange, TenantSettings } from '../schemas/people.ts'
import type * as wire from '../wire.ts'
import { refuseForeignPlan, unknownCurrency } from './accounts.ts'

const tags = ['Tenants']
/** The guard takes the tenant from here: the tenant in the path is the one that is asked for. */
const Params = z.object({ slug: z.string().max(63) })

const readTenantSettings = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/tenants/{slug}',
  tags,
  summary: 'Settings of a tenant',
  request: { params: Params },
  responses: { 200: json(TenantSettings, 'The settings') },
})

const changeSettings = createRoute({
  ...access('admin'),
  method: 'patch',
  path: '/tenants/{slug}',
  tags,
  summary: 'Change settings; absent = leave',
  request: { params: Params, body: jsonBody(TenantChange) },
  responses: { 200: json(TenantSettings, 'The settings after the change') },
})

const deleteTenant = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/tenants/{slug}',
  tags,
  summary: 'Delete the sample with everything in it; no other tenant can be deleted',
  request: { params: Params },
  responses: { 204: { description: 'Deleted' } },
})

export function tenantRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(readTenantSettings, async (c) => c.json(await readSettings(db, c.get('tenant').slug), 200))
    .openapi(changeSettings, async (c) => {
      const { tenantId, slug } = c.get('tenant')
      const { currency, planId, ...change } = c.req.valid('json')
      if (currency !== undefined && currencyNumber(currency) === undefined) throw unknownCurrency()
      const before = await readTenant(db, slug)
      await transaction(db, async (tx) => {
        await refuseForeignPlan(tx, tenantId, planId, currency ?? before.currency)
        const counted = currency !== undefined && currency !== before.currency
        if (counted && !(await setTenantCurrency(tx, tenantId, currency))) {
          throw new Refusal('in-the-way', `Money is counted in ${before.currency} already.`)
        }
        await saveTenantSettings(tx, tenantId, change)
        if (planId !== undefined) await setDefaultPlan(tx, tenantId, planId)
        if (change.zone !== undefined && change.zone !== before.zone) {
          await touchAllHours(tx, tenantId, timeFirstUuid(clock.now(), randomBytes(10)))
        }
      })
      return c.json(await readSettings(db, slug), 200)
    })
    .openapi(deleteTenant, async (c) => {
      const { isSample } = c.get('tenant')
      if (!isSample) throw new Refusal('in-the-way', 'Only the sample can be deleted.')
      await eraseSample(db)
      return c.body(null, 204)
    })
}

async function readTenant(db: Db, slug: string): Promise<Tenant> {
  const tenant = await tenantBySlug(db, slug)
  if (!tenant) throw new Refusal('not-found')
  return tenant
}

async function readSettings(db: Db, slug: string): Promise<wire.TenantSettings> {
  const { name, zone, currency, plan, planId, legal, maskNumbers } = await readTenant(db, slug)
  const { address = [], taxId = '', taxRate = '', iban = '' } = legal
  return { name, zone, currency, ...plan, planId, maskNumbers, legal: { address, taxId, taxRate, iban } }
}
