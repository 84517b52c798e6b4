// Rate sheets on the wire: how one is read, what came of it before anything is stored, and the draft that is made of it.

import { z } from '@hono/zod-openapi'
import { SHEET_FIELDS } from '@tollbook/tariffs'
import type * as wire from '../wire-tariffs.ts'
import { VersionRow } from './decks.ts'

const SheetField = z.enum(SHEET_FIELDS) satisfies z.ZodType<wire.SheetField>

const layoutFields = {
  sheet: z.string().max(200),
  delimiter: z.enum([',', ';', '\t', '|', '']),
  headerLine: z.int().min(0).max(1_000_000),
  columns: z.array(SheetField).max(500).readonly(),
  decimalComma: z.boolean(),
  unit: z.enum(['per-minute', 'per-second']),
  cents: z.boolean(),
  dateOrder: z.enum(['ymd', 'dmy', 'mdy']),
  firstBlockSeconds: z.int().min(0).max(86_400),
  incrementSeconds: z.int().min(0).max(86_400),
  anchor: z.enum(['first-block', 'zero']),
  mode: z.enum(['plain', 'a2billing']),
}

const exampleLayout: wire.SheetLayout = {
  ...{ sheet: '', delimiter: ';', headerLine: 1, decimalComma: true, unit: 'per-minute', cents: false },
  columns: ['prefix', 'destination', 'price'],
  ...{ dateOrder: 'dmy', firstBlockSeconds: 60, incrementSeconds: 60, anchor: 'first-block', mode: 'plain' },
}

export const SheetLayout = z
  .object(layoutFields)
  .openapi('SheetLayout', { example: exampleLayout }) satisfies z.ZodType<wire.SheetLayout>

/** What somebody chose of it; the rest is guessed. */
export const ChosenLayout = z.object(layoutFields).partial()

export const SheetProblemRow = z.object({
  line: z.int(),
  message: z.string(),
  raw: z.string(),
}) satisfies z.ZodType<wire.SheetProblemRow>

export const SheetPreview = z
  .object({
    filename: z.string(),
    layout: SheetLayout,
    sheets: z.array(z.string()).readonly(),
    header: z.array(z.string()).readonly(),
    reasons: z.array(z.string()).readonly(),
    missing: z.array(z.string()).readonly(),
    sample: z.array(z.object({ line: z.int(), cells: z.array(z.string()).readonly(), problem: z.string() })).readonly(),
    rows: z.int(),
    rates: z.int(),
    blankRows: z.int(),
    duplicateRows: z.int(),
    problems: z.array(SheetProblemRow).readonly(),
    problemCount: z.int(),
  })
  .openapi('SheetPreview', {
    example: {
      filename: 'carrier.csv',
      layout: exampleLayout,
      sheets: [],
      header: ['Code', 'Ziel', 'Preis'],
      reasons: ['header "Code"', 'header "Ziel"', 'header "Preis"'],
      missing: [],
      sample: [{ line: 2, cells: ['35386', 'Ireland mobile', '0,25'], problem: '' }],
      ...{ rows: 1204, rates: 1204, blankRows: 0, duplicateRows: 0, problems: [], problemCount: 0 },
    },
  }) satisfies z.ZodType<wire.SheetPreview>

export const DraftReport = z
  .object({
    deckId: z.int(),
    name: z.string(),
    version: z.int(),
    rates: z.int(),
    problems: z.array(SheetProblemRow).readonly(),
    problemCount: z.int(),
  })
  .openapi('DraftReport', {
    example: { deckId: 1, name: 'Retail', version: 4, rates: 1204, problems: [], problemCount: 0 },
  }) satisfies z.ZodType<wire.DraftReport>

export const VersionDetail = VersionRow.extend({
  layout: SheetLayout.nullable(),
  problems: z.array(SheetProblemRow).readonly(),
}).openapi('VersionDetail', {
  example: {
    ...{ version: 4, state: 'draft', origin: 'import', rates: 1204, filename: 'carrier.csv', note: '' },
    ...{ createdAt: '2026-11-02T09:00:00.000Z', createdBy: 'ada@example.net', effectiveFrom: null, problemCount: 0 },
    layout: exampleLayout,
    problems: [],
  },
}) satisfies z.ZodType<wire.VersionDetail>
