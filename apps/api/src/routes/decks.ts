// Rate decks: which there are, their rates, a new version from a file, and which one is the default.

import { createRoute, z } from '@hono/zod-openapi'
import { DamagedArchive, gunzipIfNeeded } from '@tollbook/asterisk'
import { importRateDeck, type RateDeckRefusal } from '@tollbook/charging'
import type { Db } from '@tollbook/db'
import { setDefaultDeck, tenantBySlug } from '@tollbook/directory'
import { listDecks, listRates } from '@tollbook/tariffs'
import type { ApiDeps } from '../api-deps.ts'
import { fieldText, type Part, partBytes, readMultipart } from '../multipart.ts'
import { Refusal } from '../problem.ts'
import { cursorField, idField, limitField } from '../query-fields.ts'
import { access, FILE, formBody, json, newRouter, pageOf } from '../router.ts'
import { DeckImportReport, DeckRow, RateRow } from '../schemas/money.ts'
import { Currency, Name, Side } from '../schemas/values.ts'
import type * as wire from '../wire.ts'

const tags = ['Rates']
/** Some 500,000 rates. A deck is read whole, so this much memory is used. */
const MAX_DECK_BYTES = 64 * 1024 * 1024

const Fields = z.object({
  name: Name,
  side: Side,
  currency: Currency,
  makeDefault: z.stringbool().default(false),
  allowProblems: z.stringbool().default(false),
})
const Form = formBody(
  {
    file: { ...FILE, description: 'CSV: prefix,destination,rate,connect_fee,first_block,increment,effective_from' },
    name: { type: 'string', description: 'Of a new deck, or of the one that gets a new version' },
    side: { type: 'string', enum: ['sell', 'buy'] },
    currency: { type: 'string', example: 'EUR' },
    makeDefault: { type: 'boolean', default: false },
    allowProblems: { type: 'boolean', default: false, description: 'Import the good rows although others are bad' },
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
  summary: 'Rates of the live version, by prefix',
  request: {
    params: z.object({ id: idField }),
    query: z.object({
      q: z.string().max(100).optional().openapi({ description: 'Beginning of a prefix, or part of a destination' }),
      cursor: cursorField,
      limit: limitField(500, 100),
    }),
  },
  responses: { 200: json(pageOf(RateRow, 'PageOfRates'), 'A page of rates') },
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
  router.openapi(deckRates, async (c) => {
    const { q, cursor, limit } = c.req.valid('query')
    const { id } = c.req.valid('param')
    await ownDeck(db, c.get('tenant').tenantId, id)
    const question = { limit, ...(q !== undefined && { search: q }), ...(cursor !== undefined && { cursor }) }
    const { items, next } = await listRates(db, id, question)
    const told = items.map(({ effectiveFromMs, ...rate }) => ({ ...rate, effectiveFrom: iso(effectiveFromMs) }))
    return c.json({ items: told, next }, 200)
  })
  router.openapi(importDeck, async (c) => {
    const deck = await readDeckUpload(c.req.raw)
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
    await setDefaultDeck(db, tenantId, deck.id)
    return c.json({ items: await readDecks(db, tenantId), next: null }, 200)
  })
  return router
}

async function readDeckUpload(request: Request) {
  const raw: Record<string, string> = {}
  let file: { filename: string; text: Buffer } | undefined
  for await (const part of readMultipart(request, MAX_DECK_BYTES + 1024 * 1024)) {
    if (part.filename === undefined) raw[part.name] = await fieldText(part)
    else file = { filename: part.filename.slice(0, 255), text: await deckText(part) }
  }
  const fields = Fields.safeParse(raw)
  const faults = fields.success ? [] : fields.error.issues.map((i) => ({ field: i.path.join('.'), message: i.message }))
  if (!file) faults.push({ field: 'file', message: 'is missing' })
  if (!fields.success || !file) throw new Refusal('invalid', undefined, faults)
  return { ...fields.data, ...file }
}

/** The sheet, unpacked when it is a .gz; the bound is on what comes out. */
async function deckText(part: Part): Promise<Buffer> {
  try {
    return await partBytes({ ...part, body: gunzipIfNeeded(part.body) }, MAX_DECK_BYTES)
  } catch (error) {
    if (error instanceof DamagedArchive) throw new Refusal('bad-deck', 'The .gz is broken.')
    throw error
  }
}

/** Bad rows are told like fields of a form, the line in place of the name. */
function deckRefusal(refusal: RateDeckRefusal): Refusal {
  const { kind, message } = refusal
  if (kind === 'other-deck' || kind === 'other-currency') return new Refusal('in-the-way', message)
  if (kind === 'unknown-currency') return new Refusal('invalid', message, [{ field: 'currency', message }])
  const rows = 'problems' in refusal ? refusal.problems : []
  const fields = rows.map((p) => ({ field: `line ${p.line}`, message: `${p.message}: ${p.raw}` }))
  return new Refusal('bad-deck', message, fields)
}

async function ownDeck(db: Db, tenantId: number, deckId: number): Promise<wire.DeckRow> {
  const deck = (await readDecks(db, tenantId)).find((d) => d.id === deckId)
  if (!deck) throw new Refusal('not-found', 'There is no such deck.')
  return deck
}

async function readDecks(db: Db, tenantId: number): Promise<wire.DeckRow[]> {
  const decks = await listDecks(db, tenantId)
  return decks.map(({ importedAtMs, ...deck }) => ({
    ...deck,
    importedAt: importedAtMs === undefined ? null : iso(importedAtMs),
  }))
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
