// Rate decks: which there are, their rates, a new version from a file, and which one is the default.

import { createRoute, z } from '@hono/zod-openapi'
import { importRateDeck } from '@tollbook/charging'
import { transaction } from '@tollbook/db'
import { setDefaultDeck, tenantBySlug } from '@tollbook/directory'
import { changeDeckSettings, listRates, type SettingsRefusal } from '@tollbook/tariffs'
import type { ApiDeps } from '../api-deps.ts'
import { given } from '../given.ts'
import { Refusal } from '../problem.ts'
import { cursorField, effectiveOf, idField, limitField, versionField } from '../query-fields.ts'
import { iso, ownDeck, ownVersion, readDeck, readDecks } from '../read-decks.ts'
import { access, FILE, formBody, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { DeckChange, DeckDetail, EffectiveFrom, RateDetail } from '../schemas/decks.ts'
import { DeckImportReport, DeckRow } from '../schemas/money.ts'
import { Currency, Name, Side } from '../schemas/values.ts'
import { deckRefusal, readSheetForm } from '../sheet-form.ts'

const tags = ['Rates']
const Fields = z.object({
  name: Name,
  side: Side,
  currency: Currency,
  makeDefault: z.stringbool().default(false),
  allowProblems: z.stringbool().default(false),
  effectiveFrom: EffectiveFrom.optional(),
})
const Form = formBody(
  {
    file: { ...FILE, description: 'CSV: prefix,destination,rate,connect_fee,first_block,increment,effective_from' },
    name: { type: 'string', description: 'Of a new deck, or of the one that gets a new version' },
    side: { type: 'string', enum: ['sell', 'buy'] },
    currency: { type: 'string', example: 'EUR' },
    makeDefault: { type: 'boolean', default: false },
    allowProblems: { type: 'boolean', default: false, description: 'Import the good rows although others are bad' },
    effectiveFrom: {
      type: 'string',
      description: '"always", "now" or an instant; absent: always for a first version, now for a later one',
    },
  },
  ['file', 'name', 'side', 'currency'],
)

const allDecks = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/decks',
  tags,
  summary: 'Rate decks by name, each with its live version',
  responses: { 200: json(pageOf(DeckRow, 'PageOfDecks'), 'All decks') },
})

const deckRates = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/decks/{id}/rates',
  tags,
  summary: 'Rates of a version in full, by prefix',
  request: {
    params: z.object({ id: idField }),
    query: z.object({
      q: z.string().max(100).optional().openapi({ description: 'Beginning of a prefix, or part of a destination' }),
      version: versionField.optional().openapi({ description: 'The version in force when absent' }),
      cursor: cursorField,
      limit: limitField(500, 100),
    }),
  },
  responses: { 200: json(pageOf(RateDetail, 'PageOfRates'), 'A page of rates') },
})

const oneDeck = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/decks/{id}',
  tags,
  summary: 'One deck: its terms, windows and versions, and who uses it',
  request: { params: z.object({ id: idField }) },
  responses: { 200: json(DeckDetail, 'The deck') },
})

const changeDeck = createRoute({
  ...access('admin'),
  method: 'patch',
  path: '/decks/{id}',
  tags,
  summary: 'Change a deck: its name any time, its zone and rounding only while no version was in force',
  request: { params: z.object({ id: idField }), body: jsonBody(DeckChange) },
  responses: { 200: json(DeckDetail, 'The deck') },
})

const importDeck = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/decks/import',
  tags,
  summary: 'Import a rate deck as a new version, which becomes live',
  request: { body: Form },
  responses: { 200: json(DeckImportReport, 'What was imported, and what was wrong with the rest') },
})

const makeDefault = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/decks/{id}/default',
  tags,
  summary: 'Charge accounts without a deck of their own by this one',
  request: { params: z.object({ id: idField }) },
  responses: { 200: json(pageOf(DeckRow, 'PageOfDecks'), 'All decks') },
})

export function deckRoutes({ db, clock }: ApiDeps) {
  const router = newRouter()
  router.openapi(allDecks, async (c) =>
    c.json({ items: await readDecks(db, c.get('tenant').tenantId), next: null }, 200),
  )
  router.openapi(oneDeck, async (c) => {
    const { tenantId } = c.get('tenant')
    return c.json(await readDeck(db, tenantId, c.req.valid('param').id, clock.now()), 200)
  })
  router.openapi(changeDeck, async (c) => {
    const { tenantId } = c.get('tenant')
    const { id } = c.req.valid('param')
    await ownDeck(db, tenantId, id)
    const now = clock.now()
    const done = await transaction(db, (tx) => changeDeckSettings(tx, id, c.req.valid('json'), now))
    if (!done.ok) throw settingsRefusal(done.error)
    return c.json(await readDeck(db, tenantId, id, now), 200)
  })
  router.openapi(deckRates, async (c) => {
    const { q, cursor, limit, version } = c.req.valid('query')
    const { id } = c.req.valid('param')
    const { tenantId } = c.get('tenant')
    if (version === undefined) await ownDeck(db, tenantId, id)
    else await ownVersion(db, { tenantId, deckId: id, version, nowMs: clock.now() })
    const question = { limit, ...given({ search: q, cursor, version }) }
    const { items, next } = await listRates(db, id, question)
    const told = items.map(({ effectiveFromMs, validToMs, tiers, ...rate }) => ({
      ...rate,
      tiers: tiers.map(({ incrementS, ...tier }) => ({ ...tier, incrementSeconds: incrementS })),
      effectiveFrom: iso(effectiveFromMs),
      validTo: validToMs === undefined ? null : iso(validToMs),
    }))
    return c.json({ items: told, next }, 200)
  })
  router.openapi(importDeck, async (c) => {
    const { fields, filename, text } = await readSheetForm(c.req.raw, Fields)
    const { effectiveFrom: from, ...rest } = fields
    const effective = from === undefined ? {} : { effective: effectiveOf(from) }
    const deck = { ...rest, ...effective, filename, text, createdBy: c.get('user').email }
    const done = await importRateDeck(db, { ...deck, tenantId: c.get('tenant').tenantId, nowMs: clock.now() })
    if (!done.ok) throw deckRefusal(done.error)
    const { deckId, name, version, rates, problems } = done.value
    return c.json({ deckId, name, version, rates, problems }, 200)
  })
  router.openapi(makeDefault, async (c) => {
    const { tenantId, slug } = c.get('tenant')
    const deck = await ownDeck(db, tenantId, c.req.valid('param').id)
    if (deck.side !== 'sell') throw new Refusal('in-the-way', 'Accounts are sold by a sell deck.')
    const tenant = await tenantBySlug(db, slug)
    if (tenant?.currency !== deck.currency) {
      throw new Refusal('in-the-way', `The default deck has to be in ${tenant?.currency}.`)
    }
    if (tenant.planId !== 0) {
      throw new Refusal(
        'in-the-way',
        'Accounts without terms of their own are sold by the default plan. Take that away first.',
      )
    }
    await setDefaultDeck(db, tenantId, deck.id)
    return c.json({ items: await readDecks(db, tenantId), next: null }, 200)
  })
  return router
}

function settingsRefusal({ kind, message }: SettingsRefusal): Refusal {
  if (kind === 'no-such-deck') return new Refusal('not-found', message)
  if (kind === 'name-taken') return new Refusal('already-exists', message)
  return new Refusal(kind === 'in-force' ? 'in-the-way' : 'invalid', message)
}
