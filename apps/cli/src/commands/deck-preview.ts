// tollbook deck preview: how a sheet would be read and why, before anything is stored.

import { previewSheet, type SheetPreview, type SheetProblem } from '@tollbook/tariffs'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import {
  chosenLayout,
  chosenWindows,
  chosenZone,
  mappedColumns,
  oneOf,
  readSheetFile,
  SHEET_HELP,
  SHEET_OPTIONS,
} from '../sheet-options.ts'
import { counted, grouped, table } from '../text.ts'

export const deckPreview: Command = {
  needs: 'tenant',
  help: `deck preview shows how a rate sheet would be read, and why; nothing is stored.

  tollbook deck preview FILE [--name NAME] [--side sell|buy] [--map …] [--tenant SLUG] [--json]

  --name NAME       the deck it is meant for, whose zone and windows count
  --side            which prices of an A2Billing sheet are read: sell (default) or buy

FILE is CSV of any delimiter, XLSX, or either as .gz.
${SHEET_HELP}

  tollbook deck preview carrier-rates.xlsx --side buy`,
  options: { name: { type: 'string' }, side: { type: 'string' }, ...SHEET_OPTIONS },
  run,
}

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  const [file, ...more] = args.words
  if (file === undefined || more.length > 0) throw new UsageError('One file: tollbook deck preview FILE')
  const { preview, filename } = await readAsAsked(file, args, around)
  const { sample, ...rest } = preview
  const failed = preview.missing.length > 0 || preview.rates === 0
  return { json: { filename, ...rest, sample }, text: textOf(file, filename, preview), failed }
}

/** Reads a file by the options; --map is applied to the columns as they are guessed. */
export async function readAsAsked(word: string, args: Args, around: TenantSurroundings) {
  const { name: filename, bytes } = await readSheetFile(word, around)
  const [map, name, chosen] = [optional(args, 'map'), optional(args, 'name') ?? '', chosenLayout(args)]
  const side = oneOf(args, 'side', ['sell', 'buy']) ?? 'sell'
  const zone = chosenZone(args, around.tenant.zone)
  const windows = await chosenWindows(args, around)
  const read = async (layout: typeof chosen) => {
    const done = await previewSheet(around.db, {
      tenantId: around.tenant.tenantId,
      name,
      side,
      zone,
      layout,
      windows: windows.windows,
      file: bytes,
    })
    if (!done.ok) throw new CommandError(done.error.kind, `${filename}: ${done.error.message}`)
    return done.value
  }
  let guessed = await read(chosen)
  if (map === undefined) return { filename, bytes, side, zone, layout: chosen, windows, preview: guessed }
  if (guessed.header.length === 0 && /[^\d,=]+=/.test(map)) {
    // Titles nobody knows were not taken for a header; whoever maps by title says that there is one.
    guessed = await read({ ...chosen, headerLine: guessed.layout.headerLine || 1 })
  }
  const titled = guessed.header.length > 0 ? { headerLine: guessed.layout.headerLine } : {}
  const layout = { ...chosen, ...titled, columns: mappedColumns(map, guessed) }
  return { filename, bytes, side, zone, layout, windows, preview: await read(layout) }
}

const SHOWN = { sample: 3, problems: 20 } as const

function textOf(file: string, filename: string, preview: SheetPreview): string {
  const { missing, rates, rows, problemCount } = preview
  const parts = [
    `${filename}: ${counted(rates, 'rate')} of ${counted(rows, 'row')}.${manner(preview)}`,
    columnsText(preview),
  ]
  if (missing.length > 0) {
    parts.push(`No column was taken for: ${missing.join(', ')}. Say which it is: --map COLUMN=${fieldOf(missing[0]!)}`)
  }
  if (problemCount > 0) parts.push(problemsText(preview))
  const left = [
    ...(preview.blankRows > 0 ? [`${counted(preview.blankRows, 'row')} blank`] : []),
    ...(preview.duplicateRows > 0 ? [`${counted(preview.duplicateRows, 'row')} said twice`] : []),
  ]
  if (left.length > 0) parts.push(`${left.join(', ')}.`)
  if (missing.length === 0) {
    const bad = problemCount > 0 ? ' --allow-problems' : ''
    parts.push(`Nothing was stored. Next: tollbook deck import ${file} --name NAME${bad}`)
  }
  return parts.join('\n\n')
}

function fieldOf(missing: string): string {
  return missing === 'rate' ? 'price' : missing
}

function manner({ layout, sheets }: SheetPreview): string {
  const marks = [
    layout.mode === 'a2billing' ? "in A2Billing's manner" : '',
    `prices ${layout.unit.replace('-', ' ')}${layout.cents ? ' in cents' : ''}`,
    layout.decimalComma ? 'with a decimal comma' : '',
    layout.columns.includes('effective-from') ? `dates ${layout.dateOrder}` : '',
    sheets.length > 1 ? `from "${layout.sheet}" of the sheets ${sheets.join(', ')}` : '',
  ]
  return ` Read as: ${marks.filter((mark) => mark !== '').join(', ')}.`
}

function columnsText({ header, layout, reasons, sample }: SheetPreview): string {
  const columns = [
    { title: '', align: 'right' as const },
    { title: 'column' },
    { title: 'is' },
    { title: 'for example' },
    { title: 'because' },
  ]
  const rows = layout.columns.map((field, i) => [
    String(i + 1),
    short(header[i] ?? ''),
    field === 'ignore' ? '–' : field,
    short([...new Set(sample.slice(0, SHOWN.sample).map((row) => row.cells[i] ?? ''))].join(' | ')),
    reasons[i] ?? '',
  ])
  return table(columns, rows)
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 40 ? `${line.slice(0, 39)}…` : line
}

export function problemsText({ problems, problemCount }: Pick<SheetPreview, 'problems' | 'problemCount'>): string {
  const rows = problems.slice(0, SHOWN.problems).map((p: SheetProblem) => [String(p.line), p.message, short(p.raw)])
  const columns = [{ title: 'line', align: 'right' as const }, { title: 'what is wrong' }, { title: 'the row' }]
  const rest = problemCount - rows.length
  return `${table(columns, rows)}${rest > 0 ? `\n… and ${grouped(rest)} more` : ''}`
}
