// Questions about tariffs: what a call would cost and why, and what is called without a price or below its cost.

import { createRoute, z } from '@hono/zod-openapi'
import { coverage, type RouteOffer, type Simulation as Simulated, simulate } from '@tollbook/charging'
import { formatMoney, type Micros, parseMoney } from '@tollbook/kernel'
import type { ApiDeps } from '../api-deps.ts'
import { boundedRead } from '../bounded-read.ts'
import { lastMonth } from '../last-month.ts'
import { Refusal } from '../problem.ts'
import { instantField } from '../query-fields.ts'
import { iso } from '../read-decks.ts'
import { access, json, newRouter } from '../router.ts'
import { Coverage, Simulation } from '../schemas/charging.ts'
import { unratedOf } from '../wire-call.ts'
import type * as wire from '../wire-tariffs.ts'

const tags = ['Rates']
/** A day: no call that is asked about is longer, and rating takes longer ones. */
const LONGEST_S = 86_400

const oneCall = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/simulate',
  tags,
  summary: 'What a call would cost, step by step; nothing is charged',
  request: {
    query: z.object({
      account: z.string().max(80).default('').openapi({ description: 'Code; absent = what is sold by default' }),
      number: z.string().min(1).max(64),
      at: instantField.optional(),
      seconds: z
        .string()
        .regex(/^\d{1,5}$/, 'must be a number of seconds')
        .transform(Number)
        .refine((s) => s <= LONGEST_S, 'is longer than any call')
        .openapi({ type: 'integer' }),
      credit: z
        .string()
        .regex(/^\d{1,12}(\.\d{1,6})?$/, 'must be an amount such as 5.00')
        .optional(),
    }),
  },
  responses: { 200: json(Simulation, 'How it would be charged') },
})

const holes = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/coverage',
  tags,
  summary: 'What is called and has no price, and what is sold below its cost; last month when no dates are given',
  request: { query: z.object({ from: instantField.optional(), to: instantField.optional() }) },
  responses: { 200: json(Coverage, 'The holes') },
})

export function simulateRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(oneCall, async (c) => {
      const { account: accountCode, number, at: atMs = clock.now(), seconds, credit } = c.req.valid('query')
      const { tenantId } = c.get('tenant')
      const asked = { tenantId, accountCode, number, atMs, seconds }
      const done = await simulate(db, { ...asked, credit: credit === undefined ? undefined : parseMoney(credit) })
      return c.json(simulationOf(done, { number, atMs, seconds }), 200)
    })
    .openapi(holes, async (c) => {
      const { tenantId, zone } = c.get('tenant')
      const { from, to } = c.req.valid('query')
      const month = lastMonth(zone, clock.now())
      const [fromMs, toMs] = [from ?? month.fromMs, to ?? (from === undefined ? month.toMs : clock.now())]
      if (fromMs > toMs) throw new Refusal('bad-request', undefined, [{ field: 'to', message: 'is before from' }])
      const { unrated, belowCost } = await boundedRead(db, (tx) => coverage(tx, tenantId, fromMs, toMs))
      const groups = unrated.map(({ lastAtMs, reason, ...group }) => {
        return { ...group, reason: unratedOf(reason), lastAt: iso(lastAtMs) }
      })
      return c.json({ from: iso(fromMs), to: iso(toMs), unrated: groups, belowCost }, 200)
    })
}

type Asked = { readonly number: string; readonly atMs: number; readonly seconds: number }

function simulationOf(done: Simulated, { number, atMs, seconds }: Asked): wire.Simulation {
  const { account, plan, digits, zone, currency, outcome, destination, deck, price, trace, talk, routes } = done
  return {
    account: account === undefined ? null : { id: account.accountId, code: account.code, name: account.name },
    ...{ plan, number, digits, at: iso(atMs), zone, seconds, currency, outcome, destination, deck, trace },
    prefix: price?.prefix ?? '',
    deckId: price?.deckId ?? 0,
    deckVersion: price?.deckVersion ?? 0,
    billedSeconds: price?.billedS ?? 0,
    freeSeconds: price?.freeS ?? 0,
    amount: money(price?.amount),
    talk:
      talk === undefined
        ? null
        : {
            credit: formatMoney(talk.credit),
            seconds: talk.seconds,
            costs: formatMoney(talk.costs),
            next: money(talk.next),
          },
    routes: routes.map(routeOf),
  }
}

function routeOf(route: RouteOffer): wire.RouteOffer {
  const { pricePerMinute = null, marginPercent = null, cost, margin } = route
  return { ...route, pricePerMinute, marginPercent, cost: money(cost), margin: money(margin) }
}

function money(amount: Micros | undefined): string | null {
  return amount === undefined ? null : formatMoney(amount)
}
