// The OpenAPI 3.1 document: what the routes say of themselves, completed by what is true of many of them (who may ask,
// for which tenant, which problems can come back), so that no route has to say it.

import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from './api-deps.ts'
import { Problem } from './schemas/problem.ts'
import { SESSION_COOKIE } from './session-guard.ts'

type Json = Record<string, unknown>
/** As far as this file looks into an operation. */
type Operation = {
  'x-access'?: string
  requestBody?: unknown
  parameters?: Json[]
  responses: Json
}
export type OpenApiDocument = { openapi: string; paths: Record<string, Record<string, Operation>>; components: Json }

const DESCRIPTION = `Everything the pages of Tollbook show can be read here.
Money is decimal text with six places; instants are ISO 8601 in UTC; lists go on with \`?cursor=\`, the \`next\` of the page before.
Sign in with POST /api/v1/session and send the token as \`Authorization: Bearer\`.
Every refusal is an RFC 9457 problem; its \`kind\` is stable.`

/** The document of an app whose routes are all mounted. */
export function openapiDocument(app: OpenAPIHono<ApiEnv>, version: string): OpenApiDocument {
  const registry = app.openAPIRegistry
  registry.registerComponent('securitySchemes', 'cookie', { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE })
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' })
  registry.register('Problem', Problem)
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tollbook',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
  }) as unknown as OpenApiDocument
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) item[method] = completed(path, operation)
  }
  return document
}

function completed(path: string, operation: Operation): Operation {
  const access = operation['x-access'] ?? 'public'
  const byTenant = access !== 'public' && access !== 'signed-in'
  const parameters = [...(operation.parameters ?? []), ...(byTenant && !path.includes('{slug}') ? [TENANT] : [])]
  const responses = { ...operation.responses }
  for (const [status, description] of problemsOf(path, operation, access)) {
    responses[status] ??= { description, content: { 'application/problem+json': { schema: PROBLEM_REF } } }
  }
  return { ...operation, ...(parameters.length > 0 && { parameters }), responses }
}

const PROBLEM_REF = { $ref: '#/components/schemas/Problem' }

const TENANT = {
  name: 'tenant',
  in: 'query',
  required: false,
  description: 'Which tenant is meant, by its slug',
  schema: { type: 'string', default: 'main' },
}

function problemsOf(path: string, operation: Operation, access: string): [string, string][] {
  const hasBody = operation.requestBody !== undefined
  const all: [boolean, string, string][] = [
    [true, '400', 'The address cannot be read'],
    [true, '401', access === 'public' ? 'Email or password is wrong' : 'Not signed in'],
    [true, '403', 'Not allowed: another site, another tenant, or too low a role'],
    [path.includes('{') || access !== 'public', '404', 'There is no such thing'],
    [hasBody, '409', 'It exists already, or something stands in the way'],
    [hasBody, '413', 'The body is too large'],
    [hasBody, '415', 'The body is of another kind'],
    [true, '422', 'Well formed, but not right; `fields` say where'],
    [access === 'public' || path.endsWith('/me'), '429', 'Too many attempts'],
    [true, '500', 'Something broke here'],
    [true, '503', 'The database cannot be reached'],
  ]
  return all.flatMap(([applies, status, text]) => (applies ? [[status, text] as [string, string]] : []))
}
