// A rate sheet as it arrives: a form with one file and a few fields, read into memory within bounds.

import { z } from '@hono/zod-openapi'
import { DamagedArchive, gunzipIfNeeded } from '@tollbook/asterisk'
import { fieldText, type Part, partBytes, readMultipart } from './multipart.ts'
import { Refusal } from './problem.ts'
import { ChosenLayout } from './schemas/sheets.ts'

/** Some 500,000 rates. A deck is read whole, so this much memory is used. */
const MAX_DECK_BYTES = 64 * 1024 * 1024

/** The fields of a form, checked, and its file. What is missing or wrong is told field by field. */
export async function readSheetForm<S extends z.ZodType>(request: Request, schema: S) {
  const raw: Record<string, string> = {}
  let file: { filename: string; text: Buffer } | undefined
  for await (const part of readMultipart(request, MAX_DECK_BYTES + 1024 * 1024)) {
    if (part.filename === undefined) raw[part.name] = await fieldText(part)
    else file = { filename: part.filename.slice(0, 255), text: await deckText(part) }
  }
  const fields = schema.safeParse(raw)
  const faults = fields.success ? [] : fields.error.issues.map((i) => ({ field: i.path.join('.'), message: i.message }))
  if (!file) faults.push({ field: 'file', message: 'is missing' })
  if (!fields.success || !file) throw new Refusal('invalid', undefined, faults)
  return { fields: fields.data, ...file }
}

/** A layout as JSON in a field of the form. */
export const LayoutField = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' })
      return z.NEVER
    }
  })
  .pipe(ChosenLayout)
  .transform((chosen) => {
    const entries = Object.entries(chosen).filter(([, value]) => value !== undefined)
    return Object.fromEntries(entries) as { [K in keyof typeof chosen]: Exclude<(typeof chosen)[K], undefined> }
  })

/** The sheet, unpacked when it is a .gz; the bound is on what comes out. */
async function deckText(part: Part): Promise<Buffer> {
  try {
    return await partBytes({ ...part, body: gunzipIfNeeded(part.body) }, MAX_DECK_BYTES)
  } catch (error) {
    if (error instanceof DamagedArchive) throw new Refusal('bad-deck', 'The .gz is broken.')
    throw error
  }
}

type SheetRefusal = {
  readonly kind: string
  readonly message: string
  readonly problems?: readonly { readonly line: number; readonly message: string; readonly raw: string }[]
}

/** Bad rows are told like fields of a form, the line in place of the name. */
export function deckRefusal({ kind, message, problems = [] }: SheetRefusal): Refusal {
  if (kind === 'other-deck' || kind === 'other-currency') return new Refusal('in-the-way', message)
  if (kind === 'unknown-currency') return new Refusal('invalid', message, [{ field: 'currency', message }])
  if (kind === 'too-large') return new Refusal('too-large', message)
  const fields = problems.map((p) => ({ field: `line ${p.line}`, message: `${p.message}: ${p.raw}` }))
  return new Refusal('bad-deck', message, fields)
}
