// Rate sheets on their way in: looked at first, then stored as a draft, opened again with how it was read.

import { createRoute, z } from '@hono/zod-openapi'
import { type Db, transaction } from '@tollbook/db'
import { ensureDestinations } from '@tollbook/directory'
import { discardDraft, importDraft, previewSheet } from '@tollbook/tariffs'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { ownVersion, versionRow } from '../read-decks.ts'
import { access, FILE, formBody, json, newRouter } from '../router.ts'
import { isZone } from '../schemas/people.ts'
import { DraftReport, SheetLayout, SheetPreview, SheetProblemRow, VersionDetail } from '../schemas/sheets.ts'
import { Currency, Name, Side } from '../schemas/values.ts'
import { deckRefusal, LayoutField, readSheetForm } from '../sheet-form.ts'
import { VersionParams, versionRefusal } from '../version-refusal.ts'

const tags = ['Rates']
const Zone = z.string().max(64).refine(isZone, 'is no time zone known here')

const PreviewFields = z.object({
  name: z.string().max(200).default(''),
  side: Side.default('sell'),
  zone: Zone.optional(),
  layout: LayoutField.optional(),
})
const DraftFields = z.object({
  name: Name,
  side: Side,
  currency: Currency,
  zone: Zone.optional(),
  layout: LayoutField.optional(),
  allowProblems: z.stringbool().default(false),
  note: z.string().max(500).default(''),
})

const formFields = {
  file: { ...FILE, description: 'CSV or XLSX, any columns; packed as .gz if wanted' },
  name: { type: 'string', description: 'Of a new deck, or of the one that gets a new version' },
  side: { type: 'string', enum: ['sell', 'buy'] },
  zone: { type: 'string', description: 'Of dates without an offset, for a new deck', example: 'Europe/Dublin' },
  layout: { type: 'string', description: 'How the sheet is read, as JSON; what is absent is guessed' },
} as const

const preview = createRoute({
  ...access('operator'),
  method: 'post',
  path: '/decks/preview',
  tags,
  summary: 'How a rate sheet would be read, with the first rows and what is wrong; nothing is stored',
  request: { body: formBody(formFields, ['file']) },
  responses: { 200: json(SheetPreview, 'What an import would make of it') },
})

const draft = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/decks/draft',
  tags,
  summary: 'Store a rate sheet as a draft version, which counts only once it is activated',
  request: {
    body: formBody(
      {
        ...formFields,
        currency: { type: 'string', example: 'EUR' },
        allowProblems: { type: 'boolean', default: false, description: 'Import the good rows although others are bad' },
        note: { type: 'string' },
      },
      ['file', 'name', 'side', 'currency'],
    ),
  },
  responses: { 200: json(DraftReport, 'The draft') },
})

const oneVersion = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/decks/{id}/versions/{version}',
  tags,
  summary: 'A version with how its sheet was read',
  request: { params: VersionParams },
  responses: { 200: json(VersionDetail, 'The version') },
})

const discard = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/decks/{id}/versions/{version}',
  tags,
  summary: 'Discard a draft; what was ever in force stays',
  request: { params: VersionParams },
  responses: { 204: { description: 'Discarded' } },
})

export function deckSheetRoutes({ db, clock }: ApiDeps) {
  return newRouter()
    .openapi(preview, async (c) => {
      const { fields, filename, text } = await readSheetForm(c.req.raw, PreviewFields)
      const done = await previewSheet(db, { tenantId: c.get('tenant').tenantId, ...fields, file: text })
      if (!done.ok) throw deckRefusal(done.error)
      return c.json({ filename, ...done.value }, 200)
    })
    .openapi(draft, async (c) => {
      const { tenantId, zone: ownZone } = c.get('tenant')
      const { fields, filename, text } = await readSheetForm(c.req.raw, DraftFields)
      const { zone = ownZone, ...rest } = fields
      const input = { tenantId, ...rest, zone, filename, text, nowMs: clock.now(), createdBy: c.get('user').email }
      const done = await importDraft(db, input, {
        ensureDestinations: (tx, destinations) => ensureDestinations(tx, tenantId, destinations),
      })
      if (!done.ok) throw deckRefusal(done.error)
      const { deckId, name, version, rates, problems, problemCount } = done.value
      return c.json({ deckId, name, version, rates, problems, problemCount }, 200)
    })
    .openapi(oneVersion, async (c) => {
      const { id: deckId, version: number } = c.req.valid('param')
      const asked = { tenantId: c.get('tenant').tenantId, deckId, version: number, nowMs: clock.now() }
      const { version } = await ownVersion(db, asked)
      return c.json({ ...versionRow(version), ...(await howRead(db, deckId, number)) }, 200)
    })
    .openapi(discard, async (c) => {
      const { id: deckId, version } = c.req.valid('param')
      await ownVersion(db, { tenantId: c.get('tenant').tenantId, deckId, version, nowMs: clock.now() })
      const done = await transaction(db, (tx) => discardDraft(tx, { deckId, version }))
      if (!done.ok) throw versionRefusal(done.error)
      return c.body(null, 204)
    })
}

/** Layout and problems as the import stored them. Checked, for they are JSON in a column. */
async function howRead({ q }: Db, deckId: number, version: number) {
  const row = await q
    .selectFrom('deck_version')
    .select(['layout', 'problems'])
    .where('deck_id', '=', deckId)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!row) throw new Refusal('not-found')
  const layout = SheetLayout.safeParse(row.layout)
  const problems = z.array(SheetProblemRow).safeParse(row.problems)
  return { layout: layout.success ? layout.data : null, problems: problems.success ? problems.data : [] }
}
