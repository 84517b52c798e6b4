// Trunks and carriers: the ways out, and whom we pay for them.

import { createRoute, z } from '@hono/zod-openapi'
import { type Db, lockInTransaction, type Queryable, transaction } from '@tollbook/db'
import { changeCarrier, changeTrunk, ensureCarrier, saveTrunk } from '@tollbook/directory'
import { currencyNumber } from '@tollbook/kernel'
import type { ApiDeps } from '../api-deps.ts'
import { given } from '../given.ts'
import { Refusal } from '../problem.ts'
import { idField } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { CarrierChange, NewCarrier, NewTrunk, TrunkChange } from '../schemas/charging.ts'
import { CarrierRow, TrunkRow } from '../schemas/money.ts'
import { lettersOf } from '../session-info.ts'
import type * as wire from '../wire.ts'
import { unknownCurrency } from './accounts.ts'

const tags = ['Trunks']
const params = z.object({ id: idField })

const listTrunks = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/trunks',
  tags,
  summary: 'Trunks by name',
  responses: { 200: json(pageOf(TrunkRow, 'PageOfTrunks'), 'All trunks') },
})

const addTrunk = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/trunks',
  tags,
  summary: 'Name a trunk by its peer, and the carrier it leads to',
  request: { body: jsonBody(NewTrunk) },
  responses: { 201: json(TrunkRow, 'The trunk') },
})

const patchTrunk = createRoute({
  ...access('admin'),
  method: 'patch',
  path: '/trunks/{id}',
  tags,
  summary: 'Change a trunk; carrierId 0 = none, capacity 0 = unknown',
  request: { params, body: jsonBody(TrunkChange) },
  responses: { 200: json(TrunkRow, 'The trunk') },
})

const listCarriers = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/carriers',
  tags,
  summary: 'Carriers by name',
  responses: { 200: json(pageOf(CarrierRow, 'PageOfCarriers'), 'All carriers') },
})

const addCarrier = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/carriers',
  tags,
  summary: 'Add a carrier, with the deck it is paid by',
  request: { body: jsonBody(NewCarrier) },
  responses: { 201: json(CarrierRow, 'The carrier') },
})

const patchCarrier = createRoute({
  ...access('admin'),
  method: 'patch',
  path: '/carriers/{id}',
  tags,
  summary: 'Change the name of a carrier, or by which deck it is paid; 0 = none',
  request: { params, body: jsonBody(CarrierChange) },
  responses: { 200: json(CarrierRow, 'The carrier') },
})

export function trunkRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(listTrunks, async (c) =>
      c.json({ items: await readTrunks(db, c.get('tenant').tenantId), next: null }, 200),
    )
    .openapi(addTrunk, async (c) => {
      const { tenantId } = c.get('tenant')
      const trunk = c.req.valid('json')
      await refuseForeignCarrier(db, tenantId, trunk.carrierId)
      const id = await transaction(db, async (tx) => {
        await lockInTransaction(tx, `trunks of ${tenantId}`)
        await refuseTakenPeer(tx, tenantId, trunk.peer)
        return saveTrunk(tx, tenantId, given(trunk), clock.now())
      })
      return c.json(await readTrunk(db, tenantId, id), 201)
    })
    .openapi(patchTrunk, async (c) => {
      const { tenantId } = c.get('tenant')
      const change = c.req.valid('json')
      const { id } = await readTrunk(db, tenantId, c.req.valid('param').id)
      await refuseForeignCarrier(db, tenantId, change.carrierId)
      await transaction(db, async (tx) => {
        await lockInTransaction(tx, `trunks of ${tenantId}`)
        await refuseTakenPeer(tx, tenantId, change.peer, id)
        await changeTrunk(tx, tenantId, id, given(change))
      })
      return c.json(await readTrunk(db, tenantId, id), 200)
    })
    .openapi(listCarriers, async (c) => {
      return c.json({ items: await readCarriers(db, c.get('tenant').tenantId), next: null }, 200)
    })
    .openapi(addCarrier, async (c) => {
      const { tenantId } = c.get('tenant')
      const { name, currency, deckId } = c.req.valid('json')
      if (currency !== undefined && currencyNumber(currency) === undefined) throw unknownCurrency()
      await refuseForeignBuyDeck(db, tenantId, deckId)
      const id = await transaction(db, async (tx) => {
        await lockInTransaction(tx, `carriers of ${tenantId}`)
        await refuseTakenName(tx, tenantId, name)
        return ensureCarrier(tx, tenantId, { name, ...given({ currency, buyDeckId: deckId }) }, clock.now())
      })
      return c.json(await readCarrier(db, tenantId, id), 201)
    })
    .openapi(patchCarrier, async (c) => {
      const { tenantId } = c.get('tenant')
      const { name, deckId } = c.req.valid('json')
      const { id } = await readCarrier(db, tenantId, c.req.valid('param').id)
      await refuseForeignBuyDeck(db, tenantId, deckId)
      await transaction(db, async (tx) => {
        await lockInTransaction(tx, `carriers of ${tenantId}`)
        await refuseTakenName(tx, tenantId, name, id)
        await changeCarrier(tx, tenantId, id, given({ name, buyDeckId: deckId }))
      })
      return c.json(await readCarrier(db, tenantId, id), 200)
    })
}

async function readTrunk(db: Db, tenantId: number, id: number): Promise<wire.TrunkRow> {
  const trunk = (await readTrunks(db, tenantId)).find((t) => t.id === id)
  if (!trunk) throw new Refusal('not-found', 'There is no such trunk.')
  return trunk
}

async function readCarrier(db: Db, tenantId: number, id: number): Promise<wire.CarrierRow> {
  const carrier = (await readCarriers(db, tenantId)).find((r) => r.id === id)
  if (!carrier) throw new Refusal('not-found', 'There is no such carrier.')
  return carrier
}

/** Peers are found without regard to case: two that differ in nothing else would be one. */
async function refuseTakenPeer(db: Queryable, tenantId: number, peer: string | undefined, except = 0): Promise<void> {
  const same = (t: wire.TrunkRow) => t.id !== except && t.peer.toLowerCase() === peer?.toLowerCase()
  if (peer === undefined || !(await readTrunks(db, tenantId)).some(same)) return
  throw new Refusal('already-exists', `There is a trunk "${peer}" already.`)
}

async function refuseTakenName(db: Queryable, tenantId: number, name: string | undefined, except = 0): Promise<void> {
  const same = (r: wire.CarrierRow) => r.id !== except && r.name === name
  if (name === undefined || !(await readCarriers(db, tenantId)).some(same)) return
  throw new Refusal('already-exists', `There is a carrier "${name}" already.`)
}

async function refuseForeignCarrier(db: Db, tenantId: number, carrierId = 0): Promise<void> {
  if (carrierId === 0 || (await readCarriers(db, tenantId)).some((r) => r.id === carrierId)) return
  throw new Refusal('invalid', undefined, [{ field: 'carrierId', message: 'is no carrier here' }])
}

async function refuseForeignBuyDeck({ q }: Db, tenantId: number, deckId = 0): Promise<void> {
  if (deckId === 0) return
  const deck = await q
    .selectFrom('rate_deck')
    .select('deck_id')
    .where('deck_id', '=', deckId)
    .where('tenant_id', '=', tenantId)
    .where('side', '=', 2)
    .executeTakeFirst()
  if (!deck) throw new Refusal('invalid', undefined, [{ field: 'deckId', message: 'is no buy deck here' }])
}

async function readTrunks({ q }: Queryable, tenantId: number): Promise<wire.TrunkRow[]> {
  const rows = await q
    .selectFrom('trunk as t')
    .leftJoin('carrier as r', 'r.carrier_id', 't.carrier_id')
    .select(['t.trunk_id', 't.name', 't.peer', 't.capacity', 'r.carrier_id', 'r.name as carrier'])
    .where('t.tenant_id', '=', tenantId)
    .orderBy('t.name')
    .orderBy('t.trunk_id')
    .execute()
  return rows.map((t) => ({
    id: t.trunk_id,
    name: t.name,
    peer: t.peer,
    carrier: t.carrier_id === null ? null : { id: t.carrier_id, name: t.carrier ?? '' },
    capacity: t.capacity === 0 ? null : t.capacity,
  }))
}

async function readCarriers({ q }: Queryable, tenantId: number): Promise<wire.CarrierRow[]> {
  const rows = await q
    .selectFrom('carrier as r')
    .leftJoin('rate_deck as k', 'k.deck_id', 'r.buy_deck_id')
    .select(['r.carrier_id', 'r.name', 'r.currency', 'r.buy_deck_id', 'k.name as deck'])
    .where('r.tenant_id', '=', tenantId)
    .orderBy('r.name')
    .execute()
  return rows.map((r) => ({
    id: r.carrier_id,
    name: r.name,
    currency: lettersOf(r.currency),
    deckId: r.buy_deck_id,
    deck: r.deck ?? '',
  }))
}
