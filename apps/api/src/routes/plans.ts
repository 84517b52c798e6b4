// Tariff plans: which decks an account is sold by, in which order, what is blocked, what is free.

import { createRoute, z } from '@hono/zod-openapi'
import { type Tx, transaction } from '@tollbook/db'
import {
  deletePlan,
  listPlans,
  type PlanInput,
  type PlanRefusal,
  planById,
  type StoredPlan,
  savePlan,
} from '@tollbook/tariffs'
import type { ApiDeps } from '../api-deps.ts'
import { lockPlans } from '../plan-lock.ts'
import { Refusal } from '../problem.ts'
import { idField } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { PlanInfo } from '../schemas/plans.ts'
import type * as wire from '../wire-tariffs.ts'

const tags = ['Plans']
const params = z.object({ id: idField })

const allPlans = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/plans',
  tags,
  summary: 'Tariff plans by name',
  responses: { 200: json(pageOf(PlanInfo, 'PageOfPlans'), 'All plans') },
})

const addPlan = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/plans',
  tags,
  summary: 'Make a plan; its id is given',
  request: { body: jsonBody(PlanInfo) },
  responses: { 201: json(PlanInfo, 'The plan') },
})

const replacePlan = createRoute({
  ...access('admin'),
  method: 'put',
  path: '/plans/{id}',
  tags,
  summary: 'Replace a plan; packages keep their use by their id',
  request: { params, body: jsonBody(PlanInfo) },
  responses: { 200: json(PlanInfo, 'The plan') },
})

const removePlan = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/plans/{id}',
  tags,
  summary: 'Delete a plan that nobody is sold by',
  request: { params },
  responses: { 204: { description: 'Deleted' } },
})

export function planRoutes({ db, clock }: ApiDeps) {
  const alone = <T>(tenantId: number, write: (tx: Tx) => Promise<T>) =>
    transaction(db, async (tx) => {
      await lockPlans(tx, tenantId)
      return write(tx)
    })
  const save = async (tenantId: number, info: wire.PlanInfo, before: StoredPlan | undefined) => {
    const now = clock.now()
    return alone(tenantId, async (tx) => {
      const done = await savePlan(tx, tenantId, inputOf(info, before, now), now)
      if (!done.ok) throw planRefusal(done.error)
      const saved = await planById(tx, tenantId, done.value)
      if (!saved) throw new Refusal('not-found')
      if (before !== undefined) refuseOtherCurrency(before, saved)
      return planInfo(saved)
    })
  }
  const own = async (tenantId: number, planId: number) => {
    const plan = await planById(db, tenantId, planId)
    if (!plan) throw new Refusal('not-found', 'There is no such plan.')
    return plan
  }
  return newRouter()
    .openapi(allPlans, async (c) => {
      const plans = await listPlans(db, c.get('tenant').tenantId)
      return c.json({ items: plans.map(planInfo), next: null }, 200)
    })
    .openapi(addPlan, async (c) => c.json(await save(c.get('tenant').tenantId, c.req.valid('json'), undefined), 201))
    .openapi(replacePlan, async (c) => {
      const { tenantId } = c.get('tenant')
      const before = await own(tenantId, c.req.valid('param').id)
      return c.json(await save(tenantId, c.req.valid('json'), before), 200)
    })
    .openapi(removePlan, async (c) => {
      const { tenantId } = c.get('tenant')
      const { planId } = await own(tenantId, c.req.valid('param').id)
      const done = await alone(tenantId, (tx) => deletePlan(tx, tenantId, planId))
      if (!done.ok) throw planRefusal(done.error)
      return c.body(null, 204)
    })
}

/** Whoever is sold by it already would find no price in another currency than his own. */
function refuseOtherCurrency(before: StoredPlan, saved: StoredPlan): void {
  const [old, now] = [before.decks[0]?.currency, saved.decks[0]?.currency]
  if (old === now || (saved.accounts === 0 && !saved.isDefault)) return
  throw new Refusal('in-the-way', `Accounts are sold by it in ${old}; a plan in ${now} would give them no price.`)
}

/** A package that was there keeps from when it counts; a new one counts from now. */
function inputOf(info: wire.PlanInfo, before: StoredPlan | undefined, nowMs: number): PlanInput {
  const { name, choice, expectedSeconds, blocked } = info
  return {
    ...{ planId: before?.planId, name, choice, expectedSeconds, blocked },
    decks: info.decks.map(({ deckId, markupKind, markupPercent, markupPerMinute, markupPerCall, pricePlaces }) => {
      return { deckId, markupKind, markupPercent, markupPerMinute, markupPerCall, pricePlaces }
    }),
    packages: info.packages.map(({ id = 0, ...rest }) => {
      const known = before?.packages.find((p) => p.packageId === id)
      const kept = { validFromMs: known?.validFromMs ?? nowMs, validToMs: known?.validToMs }
      return { ...rest, packageId: known?.packageId ?? 0, ...kept }
    }),
  }
}

function planInfo(plan: StoredPlan): wire.PlanInfo {
  const { planId, name, choice, expectedSeconds, blocked, accounts, isDefault } = plan
  return {
    ...{ id: planId, name, choice, expectedSeconds, blocked, accounts, isDefault },
    decks: plan.decks.map(({ name: deck, markup: _, ...rest }) => ({ ...rest, deck })),
    packages: plan.packages.map(({ packageId, validFromMs: _, validToMs: __, ...rest }) => ({
      ...rest,
      id: packageId,
    })),
  }
}

function planRefusal({ kind, message }: PlanRefusal): Refusal {
  if (kind === 'no-such-plan') return new Refusal('not-found', message)
  if (kind === 'name-taken') return new Refusal('already-exists', message)
  return new Refusal(kind === 'in-use' ? 'in-the-way' : 'invalid', message)
}
