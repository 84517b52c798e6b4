// Rules by which legs become calls: read, tried, saved, given up; and stored calls made anew by them.

import { createRoute, z } from '@hono/zod-openapi'
import { listRestitches, type RestitchJob } from '@tollbook/calls/restitching'
import {
  compileRules,
  directionOfContext,
  isDid,
  pathStepOf,
  type CallRules as Rules,
  readRules,
  ruleOfChannel,
  rulesStanding,
} from '@tollbook/calls/rules'
import { orderAgain, orderRules, previewRules } from '@tollbook/charging/restitch'
import type { Queryable } from '@tollbook/db'
import { loadDirectory } from '@tollbook/directory'
import { asTenantId } from '@tollbook/kernel'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { instantField } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import {
  Restitch,
  RulesAnswer,
  RulesBody,
  RulesPreview,
  RulesPreviewRequest,
  RulesTrial,
  RulesTrialRequest,
} from '../schemas/rules.ts'
import type * as wire from '../wire-rules.ts'

const tags = ['Rules']
const USUAL_DAYS = 7
const DAY_MS = 86_400_000

const query = z.object({
  source: z.string().max(200).optional().openapi({ description: 'Name of a source; absent = the rules of the tenant' }),
})

const read = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/rules',
  tags,
  summary: 'The rules in force, and how far stored calls are made anew by them',
  request: { query },
  responses: { 200: json(RulesAnswer, 'The rules') },
})

const save = createRoute({
  ...access('admin'),
  method: 'put',
  path: '/rules',
  tags,
  summary: 'Save rules; stored calls are stitched and charged again by them',
  request: { query, body: jsonBody(RulesBody) },
  responses: { 200: json(RulesAnswer, 'The rules as saved') },
})

const reset = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/rules',
  tags,
  summary: "Give own rules up: the tenant's, else the default ones, are in force again",
  request: { query },
  responses: { 200: json(RulesAnswer, 'The rules in force') },
})

const preview = createRoute({
  ...access('operator'),
  method: 'post',
  path: '/rules/preview',
  tags,
  summary: 'What rules would change in the calls of the last days; nothing is stored',
  request: { query, body: jsonBody(RulesPreviewRequest) },
  responses: { 200: json(RulesPreview, 'How many calls would change, in what, and some of them') },
})

const trial = createRoute({
  ...access('operator'),
  method: 'post',
  path: '/rules/trial',
  tags,
  summary: 'What a channel, a context or a number is by rules, and by which of them',
  request: { body: jsonBody(RulesTrialRequest) },
  responses: { 200: json(RulesTrial, 'What it is') },
})

const list = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/restitches',
  tags,
  summary: 'Stored calls made anew: the latest orders, newest first',
  responses: { 200: json(pageOf(Restitch, 'PageOfRestitches'), 'At most 20') },
})

const order = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/restitches',
  tags,
  summary: 'Make the stored calls of a span anew, by the rules, trunks and accounts of today',
  request: {
    body: jsonBody(
      z.object({
        source: z.string().max(200).optional().openapi({ description: 'Absent = all sources' }),
        from: instantField.optional(),
        to: instantField.optional().openapi({ description: 'Exclusive' }),
      }),
    ),
  },
  responses: { 202: json(Restitch, 'The order') },
})

export function rulesRoutes({ db, clock }: ApiDeps) {
  const answer = async (tenantId: number, name: string | undefined): Promise<wire.RulesAnswer> => {
    const sourceId = await sourceOf(db, tenantId, name)
    const { own, revision, appliedRevision, rules } = await rulesStanding(db, tenantId, sourceId)
    const latest = (await listRestitches(db, tenantId)).find(
      (job) => job.cause === 'rules' && job.sourceId === sourceId,
    )
    const restitch = latest === undefined ? null : onWire(latest, name ?? '')
    return { source: name ?? '', own, revision, appliedRevision, rules, restitch }
  }
  const put = async (tenantId: number, name: string | undefined, rules: Rules | undefined, by: string) => {
    const sourceId = await sourceOf(db, tenantId, name)
    await orderRules(db, { tenantId: asTenantId(tenantId), sourceId, rules, by, nowMs: clock.now() })
    return await answer(tenantId, name)
  }
  return newRouter()
    .openapi(read, async (c) => c.json(await answer(c.get('tenant').tenantId, c.req.valid('query').source), 200))
    .openapi(save, async (c) => {
      const rules = checked(c.req.valid('json'))
      const { source } = c.req.valid('query')
      return c.json(await put(c.get('tenant').tenantId, source, rules, c.get('user').email), 200)
    })
    .openapi(reset, async (c) => {
      const { source } = c.req.valid('query')
      return c.json(await put(c.get('tenant').tenantId, source, undefined, c.get('user').email), 200)
    })
    .openapi(preview, async (c) => {
      const { tenantId } = c.get('tenant')
      const { rules, days = USUAL_DAYS } = c.req.valid('json')
      const sourceId = await sourceOf(db, tenantId, c.req.valid('query').source)
      const nowMs = clock.now()
      const asked = { tenantId: asTenantId(tenantId), sourceId, rules: checked(rules) }
      const { fromMs, examples, ...found } = await previewRules(db, { ...asked, fromMs: nowMs - days * DAY_MS, nowMs })
      const told = examples.map(({ callKey: key, startedAtMs, ...one }) => ({
        key,
        startedAt: iso(startedAtMs),
        ...one,
      }))
      return c.json({ from: iso(fromMs), ...found, examples: told }, 200)
    })
    .openapi(trial, async (c) => {
      const { rules, channel = '', context = '', app = '', number = '' } = c.req.valid('json')
      const { trunksByPeer } = await loadDirectory(db, c.get('tenant').tenantId)
      const compiled = compileRules(checked(rules), { trunkPeers: trunksByPeer.keys() })
      const found = channel === '' ? { kind: undefined, rule: -1 } : ruleOfChannel(compiled, { channel, context, app })
      const answer: wire.RulesTrial = {
        kind: found.kind ?? null,
        rule: found.rule + 1,
        direction: (context === '' ? undefined : directionOfContext(compiled, context)) ?? null,
        step: pathStepOf(compiled, context, app) ?? null,
        did: number !== '' && isDid(compiled, number),
      }
      return c.json(answer, 200)
    })
    .openapi(list, async (c) => {
      const { tenantId } = c.get('tenant')
      const names = new Map((await sourcesOf(db, tenantId)).map((row) => [row.source_id, row.name]))
      const items = (await listRestitches(db, tenantId)).map((job) => onWire(job, names.get(job.sourceId) ?? ''))
      return c.json({ items, next: null }, 200)
    })
    .openapi(order, async (c) => {
      const { tenantId } = c.get('tenant')
      const { source, from: fromMs, to: toMs } = c.req.valid('json')
      if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
        throw new Refusal('bad-request', undefined, [{ field: 'to', message: 'must be after from' }])
      }
      const sourceId = await sourceOf(db, tenantId, source)
      const span = { tenantId: asTenantId(tenantId), sourceId, fromMs, toMs }
      const id = await orderAgain(db, { ...span, by: c.get('user').email, nowMs: clock.now() })
      const job = (await listRestitches(db, tenantId)).find((one) => one.id === id)
      if (job === undefined) throw new Refusal('not-found')
      return c.json(onWire(job, source ?? ''), 202)
    })
}

function checked(body: Record<string, unknown>): Rules {
  const read = readRules(body)
  if (read.ok) return read.value
  throw new Refusal(
    'invalid',
    read.error.join(' '),
    read.error.map((message) => ({ field: 'rules', message })),
  )
}

async function sourcesOf({ q }: Queryable, tenantId: number) {
  return await q.selectFrom('source').select(['source_id', 'name']).where('tenant_id', '=', tenantId).execute()
}

/** 0 = the tenant's. */
async function sourceOf(db: Queryable, tenantId: number, name: string | undefined): Promise<number> {
  if (name === undefined || name === '') return 0
  const found = (await sourcesOf(db, tenantId)).find((row) => row.name === name)
  if (found === undefined) throw new Refusal('not-found', `There is no source "${name}".`)
  return found.source_id
}

function onWire(job: RestitchJob, source: string): wire.Restitch {
  const { id, cause, state, callsSeen, callsChanged, callsInvoiced, createdBy } = job
  return {
    ...{ id, source, cause, state, callsSeen, callsChanged, callsInvoiced, createdBy },
    from: job.fromMs === undefined ? null : iso(job.fromMs),
    to: job.toMs === undefined ? null : iso(job.toMs),
    callsTotal: job.callsTotal ?? null,
    createdAt: iso(job.createdAtMs),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
