// How a resource's routes are made: one router each, faults of input told in one way, access declared beside the path.

import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { ApiEnv } from './api-deps.ts'
import { refuseGuessing } from './masking.ts'
import { Refusal } from './problem.ts'
import type { Role } from './wire.ts'

/** A router whose input faults become problems: 400 for what is in the address, 422 for a body that says wrong things. */
export function newRouter(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return
      const fields = result.error.issues.map((i) => ({ field: i.path.join('.'), message: i.message }))
      const inBody = result.target === 'json' || result.target === 'form'
      throw new Refusal(inBody ? 'invalid' : 'bad-request', undefined, fields)
    },
  })
}

/** Who may use a route: anybody signed in, or somebody with at least this role in the tenant asked for. */
export type Access = 'signed-in' | Role

const RANK: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, admin: 3 }

/** To be spread into a route: `createRoute({ ...access('viewer'), method, path, … })`. There is no other way to a tenant. */
export function access(level: Access) {
  return {
    'x-access': level,
    security: [{ cookie: [] }, { bearer: [] }],
    middleware: [guard(level)] as [MiddlewareHandler<ApiEnv>],
  }
}

/** For the very few routes that are open to everybody. */
export function openToAll() {
  return { 'x-access': 'public' as const, security: [] }
}

function guard(level: Access): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (level !== 'signed-in') {
      const tenant = tenantAsked(c)
      if (RANK[tenant.role] < RANK[level]) {
        throw new Refusal('role-too-low', `This takes the role ${level}; you are ${tenant.role} here.`)
      }
      refuseGuessing(c, tenant)
      c.set('tenant', tenant)
    }
    await next()
  }
}

/** By ?tenant=, or by the path where the tenant itself is the resource. Whether it exists is told to nobody else. */
function tenantAsked(c: Context<ApiEnv>): ApiEnv['Variables']['tenant'] {
  const push = c.get('push')
  const slug = c.req.param('slug') ?? c.req.query('tenant') ?? push?.tenant.slug ?? 'main'
  const tenant = c.get('tenants').find((t) => t.slug === slug)
  if (tenant) return tenant
  if (push === undefined && c.get('user').isAdmin)
    throw new Refusal('not-found', `There is no tenant "${slug.slice(0, 64)}".`)
  throw new Refusal('not-your-tenant')
}

/** `application/json` of a schema, as `createRoute` wants it. */
export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** A required JSON body. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return { required: true as const, content: { 'application/json': { schema } } }
}

/** A page of `item`; named so that the document says PageOfCalls and not an anonymous object. */
export function pageOf<S extends z.ZodType>(item: S, name: string) {
  return z.object({ items: z.array(item).readonly(), next: z.string().nullable() }).openapi(name)
}

/** A form with files. Described only: it is read by hand, as a stream (multipart.ts), since a validator would hold it whole. */
export function formBody(properties: Readonly<Record<string, object>>, required: readonly string[]) {
  const schema = { type: 'object' as const, properties: { ...properties }, required: [...required] }
  return { required: true as const, content: { 'multipart/form-data': { schema } } }
}

/** A file in such a form. */
export const FILE = { type: 'string' as const, contentMediaType: 'application/octet-stream' }
