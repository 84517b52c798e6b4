// Trunks and carriers: the ways out, and whom we pay for them. Read only for now.

import { createRoute } from '@hono/zod-openapi'
import type { ApiDeps } from '../api-deps.ts'
import { access, json, newRouter, pageOf } from '../router.ts'
import { CarrierRow, TrunkRow } from '../schemas/money.ts'
import { lettersOf } from '../session-info.ts'

const tags = ['Trunks']

const listTrunks = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/trunks',
  tags,
  summary: 'Trunks by name',
  responses: { 200: json(pageOf(TrunkRow, 'PageOfTrunks'), 'All trunks') },
})

const listCarriers = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/carriers',
  tags,
  summary: 'Carriers by name',
  responses: { 200: json(pageOf(CarrierRow, 'PageOfCarriers'), 'All carriers') },
})

export function trunkRoutes({ db }: ApiDeps) {
  return newRouter()
    .openapi(listTrunks, async (c) => {
      const rows = await db.q
        .selectFrom('trunk as t')
        .leftJoin('carrier as r', 'r.carrier_id', 't.carrier_id')
        .select(['t.trunk_id', 't.name', 't.peer', 't.capacity', 'r.carrier_id', 'r.name as carrier'])
        .where('t.tenant_id', '=', c.get('tenant').tenantId)
        .orderBy('t.name')
        .orderBy('t.trunk_id')
        .execute()
      const items = rows.map((t) => ({
        id: t.trunk_id,
        name: t.name,
        peer: t.peer,
        carrier: t.carrier_id === null ? null : { id: t.carrier_id, name: t.carrier ?? '' },
        capacity: t.capacity === 0 ? null : t.capacity,
      }))
      return c.json({ items, next: null }, 200)
    })
    .openapi(listCarriers, async (c) => {
      const rows = await db.q
        .selectFrom('carrier as r')
        .leftJoin('rate_deck as k', 'k.deck_id', 'r.buy_deck_id')
        .select(['r.carrier_id', 'r.name', 'r.currency', 'r.buy_deck_id', 'k.name as deck'])
        .where('r.tenant_id', '=', c.get('tenant').tenantId)
        .orderBy('r.name')
        .execute()
      const items = rows.map((r) => ({
        id: r.carrier_id,
        name: r.name,
        currency: lettersOf(r.currency),
        deckId: r.buy_deck_id,
        deck: r.deck ?? '',
      }))
      return c.json({ items, next: null }, 200)
    })
}
