// Calls priced anew beside what they cost now: ordered here, done by the worker, applied when a person says so.

import { createRoute, z } from '@hono/zod-openapi'
import { UNRATED_WORDS } from '@tollbook/calls'
import {
  applyRevaluation,
  cancelRevaluation,
  dismissCreditProposal,
  listCreditProposals,
  listRevaluations,
  type RevaluationScope,
  revaluationById,
  startRevaluation,
} from '@tollbook/charging'
import type { Db } from '@tollbook/db'
import { formatMoney, parseMoney, subtractMoney } from '@tollbook/kernel'
import type { ApiDeps } from '../api-deps.ts'
import { lastMonth } from '../last-month.ts'
import { Refusal } from '../problem.ts'
import { limitField } from '../query-fields.ts'
import { iso, ownDeck, ownVersion } from '../read-decks.ts'
import { revaluationAnswer } from '../revaluation-answer.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { CreditProposal, Revaluation, RevaluationRequest } from '../schemas/charging.ts'
import type * as wire from '../wire-tariffs.ts'

const tags = ['Revaluations']
const params = z.object({ id: z.uuid() })
const answer = { 200: json(Revaluation, 'The revaluation') }

const start = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/revaluations',
  tags,
  summary: 'Count what a version would change (impact), or what pricing anew would (rerate); last month by default',
  request: { body: jsonBody(RevaluationRequest) },
  responses: { 201: json(Revaluation, 'It counts; follow it by its id') },
})

const list = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/revaluations',
  tags,
  summary: 'The last revaluations, newest first, without their lines',
  request: { query: z.object({ limit: limitField(100, 50) }) },
  responses: { 200: json(pageOf(Revaluation, 'PageOfRevaluations'), 'The revaluations') },
})

const one = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/revaluations/{id}',
  tags,
  summary: 'One revaluation with its largest differences',
  request: { params },
  responses: answer,
})

const apply = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/revaluations/{id}/apply',
  tags,
  summary: 'Charge anew what a rerate has counted',
  request: { params },
  responses: answer,
})

const cancel = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/revaluations/{id}/cancel',
  tags,
  summary: 'Stop a revaluation for good; what it has charged stays charged',
  request: { params },
  responses: answer,
})

const proposals = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/credit-proposals',
  tags,
  summary: 'Calls on invoices that would cost something else by now, newest first',
  request: { query: z.object({ limit: limitField(500, 500) }) },
  responses: { 200: json(pageOf(CreditProposal, 'PageOfCreditProposals'), 'The open proposals') },
})

const dismiss = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/credit-proposals/dismiss',
  tags,
  summary: 'Put a proposal away',
  request: { body: jsonBody(z.object({ accountId: z.int().min(0), callKey: z.uuid() })) },
  responses: { 204: { description: 'Put away' } },
})

export function revaluationRoutes({ db, clock }: ApiDeps) {
  const told = async (tenantId: number, id: string) => {
    const found = await revaluationById(db, tenantId, id)
    if (!found) throw new Refusal('not-found', 'There is no such revaluation.')
    return revaluationAnswer(db, found, true)
  }
  return newRouter()
    .openapi(start, async (c) => {
      const { tenantId, zone } = c.get('tenant')
      const request = c.req.valid('json')
      const nowMs = clock.now()
      const scope = await scopeOf(db, { tenantId, zone, nowMs }, request)
      const { kind, reason = '' } = request
      const order = { tenantId, kind, scope, reason, createdBy: c.get('user').email, nowMs }
      return c.json(await told(tenantId, await startRevaluation(db, order)), 201)
    })
    .openapi(list, async (c) => {
      const found = await listRevaluations(db, c.get('tenant').tenantId, c.req.valid('query').limit)
      const items = await Promise.all(found.map((r) => revaluationAnswer(db, r, false)))
      return c.json({ items, next: null }, 200)
    })
    .openapi(one, async (c) => c.json(await told(c.get('tenant').tenantId, c.req.valid('param').id), 200))
    .openapi(apply, async (c) => {
      const { tenantId } = c.get('tenant')
      const { id } = c.req.valid('param')
      const { state } = await told(tenantId, id)
      if (!(await applyRevaluation(db, tenantId, id))) {
        throw new Refusal('in-the-way', `Only a rerate that is ready can be applied; this one is ${state}.`)
      }
      return c.json(await told(tenantId, id), 200)
    })
    .openapi(cancel, async (c) => {
      const { tenantId } = c.get('tenant')
      const { id } = c.req.valid('param')
      const { state } = await told(tenantId, id)
      if (!(await cancelRevaluation(db, tenantId, id, clock.now()))) {
        throw new Refusal('in-the-way', `It is ${state} already.`)
      }
      return c.json(await told(tenantId, id), 200)
    })
    .openapi(proposals, async (c) => {
      const found = await listCreditProposals(db, c.get('tenant').tenantId, c.req.valid('query').limit)
      const items = found.map(({ openedAtMs: _, proposedAtMs, ...proposal }) => ({
        ...proposal,
        difference: formatMoney(subtractMoney(parseMoney(proposal.wouldBe), parseMoney(proposal.charged))),
        proposedAt: iso(proposedAtMs),
      }))
      return c.json({ items, next: null }, 200)
    })
    .openapi(dismiss, async (c) => {
      const { accountId, callKey } = c.req.valid('json')
      const done = await dismissCreditProposal(db, c.get('tenant').tenantId, accountId, callKey)
      if (!done) throw new Refusal('not-found', 'There is no such proposal.')
      return c.body(null, 204)
    })
}

type Asker = { readonly tenantId: number; readonly zone: string; readonly nowMs: number }

/** Everything it names is the tenant's own. Of open spans the end is now; without dates it is last month. */
async function scopeOf(db: Db, asker: Asker, request: wire.RevaluationRequest): Promise<RevaluationScope> {
  const { tenantId, zone, nowMs } = asker
  const { kind, from, to, accountId, deckId, version, reasons } = request
  const month = lastMonth(zone, nowMs)
  const fromMs = from === undefined ? (to === undefined ? month.fromMs : 0) : Date.parse(from)
  const toMs = to === undefined ? (from === undefined ? month.toMs : nowMs) : Date.parse(to)
  const fault = (field: string, message: string) => new Refusal('invalid', undefined, [{ field, message }])
  if (!(fromMs < toMs)) throw fault('to', 'has to be after from')
  if (kind === 'impact' && (deckId === undefined || version === undefined)) {
    throw fault(deckId === undefined ? 'deckId' : 'version', 'is missing')
  }
  if (deckId !== undefined) await ownDeck(db, tenantId, deckId)
  if (deckId !== undefined && version !== undefined) await ownVersion(db, { tenantId, deckId, version, nowMs })
  if (accountId !== undefined && !(await isOwnAccount(db, tenantId, accountId))) throw new Refusal('not-found')
  return {
    ...{ fromMs, toMs, accountId, deckId },
    ...(kind === 'impact' && { version }),
    ...(reasons !== undefined && reasons.length > 0 && { reasons: reasons.map(numberOf) }),
  }
}

function numberOf(reason: wire.Revaluation['reasons'][number]) {
  return UNRATED_WORDS[reason]
}

async function isOwnAccount({ q }: Db, tenantId: number, accountId: number): Promise<boolean> {
  const found = await q
    .selectFrom('account')
    .select('account_id')
    .where('tenant_id', '=', tenantId)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return found !== undefined
}
