// Rate decks: which there are, their rates, a new version from a file, and which one is the default.

import { createRoute, z } from '@hono/zod-openapi'
import type { Db } from '@tollbook/db'
import { setDefaultDeck } from '@tollbook/directory'
import { currencyNumber } from '@tollbook/kernel'
import type { ApiDeps } from '../api-deps.ts'
import { fieldText, partBytes, readMultipart } from '../multipart.ts'
import { Refusal } from '../problem.ts'
import { anywhere, cursorField, decodeCursor, idField, isoOf, limitField, toPage } from '../query-fields.ts'
import type { DeckUpload } from '../rooms.ts'
import { access, FILE, formBody, json, newRouter, pageOf } from '../router.ts'
import { DeckImportReport, DeckRow, RateRow } from '../schemas/money.ts'
import { Currency, Name, Side } from '../schemas/values.ts'
import { lettersOf } from '../session-info.ts'
import type * as wire from '../wire.ts'

const tags = ['Rates']
const Place = z.tuple([z.string(), z.iso.datetime()])
/** Some 500,000 rates. A deck is read whole, so this much memory is used. */
const MAX_DECK_BYTES = 64 * 1024 * 1024

const Fields = z.object({ name: Name, side: Side, currency: Currency, makeDefault: z.stringbool().default(false) })
const Form = formBody(
  {
    file: { ...FILE, description: 'CSV: prefix,destination,rate,connect_fee,first_block,increment,effective_from' },
    name: { type: 'string', description: 'Of a new deck, or of the one that gets a new version' },
    side: { type: 'string', enum: ['sell', 'buy'] },
    currency: { type: 'string', example: 'EUR' },
    makeDefault: { type: 'boolean', default: false },
  },
  ['file', 'name', 'side', 'currency'],
)

export function deckRoutes({ db, clock, rooms }: ApiDeps) {
  const router = newRouter()
  router.openapi(
    createRoute({
      ...access('viewer'),
      method: 'get',
      path: '/decks',
      tags,
      summary: 'Rate decks by name, each with its live version',
      responses: { 200: json(pageOf(DeckRow, 'PageOfDecks'), 'All decks') },
    }),
    async (c) => c.json({ items: await readDecks(db, c.get('tenant').tenantId), next: null }, 200),
  )
  router.openapi(
    createRoute({
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
    }),
    async (c) => {
      const { q, cursor, limit } = c.req.valid('query')
      const { id } = c.req.valid('param')
      const after = decodeCursor(cursor, Place)
      const rows = await readRates(db, c.get('tenant').tenantId, id, { q, after, limit: limit + 1 })
      if (rows === undefined) throw new Refusal('not-found')
      return c.json(
        toPage(rows, limit, rateRow, (r) => [r.prefix, isoOf(r.effective_from)]),
        200,
      )
    },
  )
  router.openapi(
    createRoute({
      ...access('admin'),
      method: 'post',
      path: '/decks/import',
      tags,
      summary: 'Import a rate deck as a new version, which becomes live',
      request: { body: Form },
      responses: { 200: json(DeckImportReport, 'What was imported, and what was wrong with the rest') },
    }),
    async (c) => {
      const deck = await readDeckUpload(c.req.raw)
      const done = await rooms.importDeck(c.get('tenant').tenantId, deck, clock.now())
      if (!done.ok) throw deckRefusal(done.error)
      return c.json(done.value, 200)
    },
  )
  router.openapi(
    createRoute({
      ...access('admin'),
      method: 'post',
      path: '/decks/{id}/default',
      tags,
      summary: 'Charge accounts without a deck of their own by this one',
      request: { params: z.object({ id: idField }) },
      responses: { 200: json(pageOf(DeckRow, 'PageOfDecks'), 'All decks') },
    }),
    async (c) => {
      const { tenantId } = c.get('tenant')
      if (!(await setDefaultDeck(db, tenantId, c.req.valid('param').id))) {
        throw new Refusal('not-found', 'There is no such sell deck.')
      }
      return c.json({ items: await readDecks(db, tenantId), next: null }, 200)
    },
  )
  return router
}

async function readDeckUpload(request: Request): Promise<DeckUpload> {
  const raw: Record<string, string> = {}
  let file: { filename: string; text: Buffer } | undefined
  for await (const part of readMultipart(request, MAX_DECK_BYTES + 1024 * 1024)) {
    if (part.filename === undefined) raw[part.name] = await fieldText(part)
    else file = { filename: part.filename.slice(0, 255), text: await partBytes(part, MAX_DECK_BYTES) }
  }
  const fields = Fields.safeParse(raw)
  const faults = fields.success ? [] : fields.error.issues.map((i) => ({ field: i.path.join('.'), message: i.message }))
  if (!file) faults.push({ field: 'file', message: 'is missing' })
  if (!fields.success || !file) throw new Refusal('invalid', undefined, faults)
  if (currencyNumber(fields.data.currency) === undefined) {
    throw new Refusal('invalid', undefined, [{ field: 'currency', message: 'is not a currency known here' }])
  }
  return { ...fields.data, ...file }
}

/** A name that is taken by a deck of the other side or another currency is a conflict; the rest is about the file. */
function deckRefusal({ kind, message, field }: { kind: string; message: string; field?: string | undefined }): Refusal {
  const conflict = /conflict|taken|mismatch|other-/.test(kind)
  return new Refusal(conflict ? 'in-the-way' : 'bad-deck', message, field === undefined ? [] : [{ field, message }])
}

async function readDecks(db: Db, tenantId: number): Promise<wire.DeckRow[]> {
  const rows = await db.q
    .selectFrom('rate_deck as d')
    .innerJoin('tenant as t', 't.tenant_id', 'd.tenant_id')
    .leftJoin('deck_version as v', (j) =>
      j.onRef('v.deck_id', '=', 'd.deck_id').onRef('v.version', '=', 'd.live_version'),
    )
    .select(['d.deck_id', 'd.name', 'd.side', 'd.currency', 'd.live_version', 't.sell_deck_id'])
    .select(['v.rates', 'v.created_at', 'v.filename'])
    .where('d.tenant_id', '=', tenantId)
    .orderBy('d.name')
    .execute()
  return rows.map((d) => ({
    id: d.deck_id,
    name: d.name,
    side: d.side === 1 ? 'sell' : 'buy',
    currency: lettersOf(d.currency),
    version: d.live_version,
    rates: d.rates ?? 0,
    importedAt: isoOf(d.created_at),
    filename: d.filename ?? '',
    isDefault: d.deck_id === d.sell_deck_id,
  }))
}

type Asked = {
  readonly q: string | undefined
  readonly after: z.output<typeof Place> | undefined
  readonly limit: number
}
type RateRead = NonNullable<Awaited<ReturnType<typeof readRates>>>[number]

async function readRates(db: Db, tenantId: number, deckId: number, { q, after, limit }: Asked) {
  const deck = await db.q
    .selectFrom('rate_deck')
    .select('live_version')
    .where('deck_id', '=', deckId)
    .where('tenant_id', '=', tenantId)
    .executeTakeFirst()
  if (!deck) return undefined
  const digits = q?.replace(/^\+|\s/g, '') ?? ''
  return await db.q
    .selectFrom('rate as r')
    .leftJoin('destination as d', 'd.destination_id', 'r.destination_id')
    .select(['r.prefix', 'r.price_per_minute', 'r.connect_fee', 'r.first_block_s', 'r.increment_s', 'r.effective_from'])
    .select('d.name as destination')
    .where('r.deck_id', '=', deckId)
    .where('r.version', '=', deck.live_version)
    .$if(q !== undefined && /^\d+$/.test(digits), (s) => s.where('r.prefix', 'like', `${digits}%`))
    .$if(q !== undefined && !/^\d+$/.test(digits), (s) => s.where('d.name', 'ilike', anywhere(q!)))
    .$if(after !== undefined, (s) =>
      s.where((e) => e(e.refTuple('r.prefix', 'r.effective_from'), '>', e.tuple(after![0], new Date(after![1])))),
    )
    .orderBy('r.prefix')
    .orderBy('r.effective_from')
    .limit(limit)
    .execute()
}

function rateRow(row: RateRead): wire.RateRow {
  return {
    prefix: row.prefix,
    destination: row.destination ?? '',
    // Ten places are kept; the zeros at the end say nothing.
    pricePerMinute: row.price_per_minute.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''),
    connectFee: row.connect_fee,
    firstBlockSeconds: row.first_block_s,
    incrementSeconds: row.increment_s,
    effectiveFrom: isoOf(row.effective_from),
  }
}
