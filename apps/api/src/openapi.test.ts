// The document is OpenAPI 3.1, complete, and its examples are what the schemas accept.

import { z } from '@hono/zod-openapi'
import { testDatabase } from '@tollbook/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import type { OpenApiDocument } from './openapi-document.ts'
import * as calls from './schemas/calls.ts'
import * as charging from './schemas/charging.ts'
import * as data from './schemas/data.ts'
import * as decks from './schemas/decks.ts'
import * as feeds from './schemas/feeds.ts'
import * as health from './schemas/health.ts'
import { TrunkLoad } from './schemas/load.ts'
import * as money from './schemas/money.ts'
import * as office from './schemas/office.ts'
import * as people from './schemas/people.ts'
import * as plans from './schemas/plans.ts'
import { Problem } from './schemas/problem.ts'
import * as push from './schemas/push.ts'
import * as rules from './schemas/rules.ts'
import * as sheets from './schemas/sheets.ts'
import { StatsAnswer } from './schemas/stats.ts'
import { testApi } from './testing/test-api.ts'

type Schema = { example?: unknown; $ref?: string }
const db = testDatabase()
let document: OpenApiDocument
let schemas: Record<string, Schema>

beforeAll(async () => {
  document = (await (await testApi(db()).request('/api/openapi.json')).json()) as OpenApiDocument
  schemas = document.components.schemas as Record<string, Schema>
})

const tariffs = { ...charging, ...decks, ...plans, ...sheets }
const exported: Record<string, unknown> = {
  ...calls,
  ...data,
  ...health,
  ...feeds,
  ...money,
  ...people,
  ...office,
  ...rules,
  ...push,
  ...tariffs,
  Problem,
  StatsAnswer,
  TrunkLoad,
}
const BY_NAME = new Map(
  Object.entries(exported).flatMap(([name, schema]) => (schema instanceof z.ZodType ? [[name, schema] as const] : [])),
)

describe('the document', () => {
  it('names every wire type, and each example passes its schema', () => {
    const named = Object.keys(schemas).filter((name) => BY_NAME.has(name))
    expect(named.length).toBeGreaterThan(20)
    for (const name of named) {
      expect(schemas[name]?.example, `example of ${name}`).toBeDefined()
      expect(BY_NAME.get(name)!.safeParse(schemas[name]!.example), name).toMatchObject({ success: true })
    }
  })

  it('refers only to what it holds', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((m) => m[1]!)
    expect(refs.length).toBeGreaterThan(100)
    for (const ref of refs) expect(Object.keys(schemas)).toContain(ref)
  })

  it('says for each operation what it is, who may ask and how it refuses', () => {
    expect(document.openapi).toBe('3.1.0')
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, raw] of Object.entries(item)) {
        const operation = raw as typeof raw & { summary?: string; tags?: string[]; security?: unknown[] }
        const at = `${method} ${path}`
        expect(operation.summary, at).toBeTruthy()
        expect(operation.tags, at).toHaveLength(1)
        expect(operation.security, at).toHaveLength(operation['x-access'] === 'public' ? 0 : 2)
        expect(Object.keys(operation.responses), at).toEqual(expect.arrayContaining(['401', '403', '500']))
        const tenant = operation.parameters?.some((p) => p.name === 'tenant') ?? false
        const expected = !['public', 'signed-in'].includes(operation['x-access']!) && !path.includes('{slug}')
        expect(tenant, at).toBe(expected)
      }
    }
  })
})
