// How a rate sheet is to be read, as options say it: what is not said is guessed.

import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { SHEET_FIELDS, type SheetField, type SheetLayout, type SheetPreview } from '@tollbook/tariffs'
import { IANAZone } from 'luxon'
import { type Args, CommandError, optional, type Surroundings, UsageError } from './command.ts'
import { type DeckWindows, readWindowsFile } from './windows-file.ts'

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

export const SHEET_OPTIONS = {
  map: text,
  'decimal-comma': flag,
  unit: text,
  cents: flag,
  'date-order': text,
  'header-line': text,
  sheet: text,
  zone: text,
  windows: text,
} as const

export const SHEET_HELP = `How the sheet is read is guessed from its header and its cells, and can be said:
  --map COLUMN=FIELD,…   a column by its title or its number (1 = the first): --map "Dest Code=prefix,4=price,5=ignore"
                         fields: ${wrapped(SHEET_FIELDS.filter((f) => !/^(tier-|week-|round-|block-charge|added)/.test(f)))}
  --decimal-comma        1,25 is one and a quarter
  --unit                 per-minute or per-second
  --cents                prices are in cents (pence …)
  --date-order           ymd, dmy or mdy
  --header-line N        line of the titles; 0 = there are none
  --sheet NAME           of a workbook with several (default: the first)
  --windows FILE.json    time windows that rates may name, and holidays (default: those of the newest version):
                         { "windows": [{ "name": "peak", "priority": 1, "rules": [
                             { "weekdays": ["Mon-Fri"], "from": "08:00", "to": "18:00", "holidays": "except" }] }],
                           "holidays": ["12-25", "2026-04-06"] }
  --zone ZONE            in which dates begin, of a new deck (default: the tenant's)`

function wrapped(fields: readonly string[]): string {
  const lines: string[] = ['']
  for (const field of fields) {
    if (lines.at(-1)!.length + field.length > 80) lines.push('')
    lines.push(`${lines.pop()!}${lines.at(-1) === '' ? '' : ' '}${field}`)
  }
  return lines.map((line) => line.trim()).join(`\n${' '.repeat(33)}`)
}

/** What was chosen but for the columns, which need the sheet's header; see `mappedColumns`. */
export function chosenLayout(args: Args): Partial<SheetLayout> {
  const unit = oneOf(args, 'unit', ['per-minute', 'per-second'] as const)
  const dateOrder = oneOf(args, 'date-order', ['ymd', 'dmy', 'mdy'] as const)
  const sheet = optional(args, 'sheet')
  const headerLine = optional(args, 'header-line')
  if (headerLine !== undefined && !/^\d{1,6}$/.test(headerLine)) {
    throw new UsageError(`--header-line is "${headerLine}"; use the number of a line, 0 for none`)
  }
  return {
    ...(args.options['decimal-comma'] === true && { decimalComma: true }),
    ...(args.options.cents === true && { cents: true }),
    ...(unit !== undefined && { unit }),
    ...(dateOrder !== undefined && { dateOrder }),
    ...(sheet !== undefined && { sheet }),
    ...(headerLine !== undefined && { headerLine: Number(headerLine) }),
  }
}

/** The windows of --windows; those of the deck when nothing was said. */
export async function chosenWindows(args: Args, { config }: Surroundings): Promise<Partial<DeckWindows>> {
  const file = optional(args, 'windows')
  if (file === undefined) return {}
  const path = resolve(config.invokedFrom, file)
  const json = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError('no-file', `${path} cannot be read (${error.code}).`)
  })
  return readWindowsFile(json)
}

/** The zone in which dates begin; the tenant's when nothing was said. */
export function chosenZone(args: Args, otherwise: string): string {
  const zone = optional(args, 'zone') ?? otherwise
  if (!IANAZone.isValidZone(zone)) throw new UsageError(`--zone ${zone} is no time zone such as Europe/Dublin`)
  return zone
}

/** The value of an option that is one of a few words; undefined when it was not given. */
export function oneOf<const W extends string>(args: Args, name: string, words: readonly W[]): W | undefined {
  const value = optional(args, name)
  if (value === undefined) return undefined
  const found = words.find((word) => word === value)
  if (found === undefined)
    throw new UsageError(`--${name} is "${value}"; use ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`)
  return found
}

/** The columns as guessed, with those changed that --map names. What a mapped field was guessed for is then ignored. */
export function mappedColumns(map: string, { header, layout }: SheetPreview): readonly SheetField[] {
  const columns = [...layout.columns]
  const mapped = map.split(',').map((part) => {
    const at = part.lastIndexOf('=')
    if (at < 1) throw new UsageError(`--map "${part}" is not COLUMN=FIELD`)
    const field = SHEET_FIELDS.find(
      (f) =>
        f ===
        part
          .slice(at + 1)
          .trim()
          .toLowerCase(),
    )
    if (field === undefined) {
      throw new UsageError(
        `--map "${part}": there is no field "${part.slice(at + 1)}". There are: ${SHEET_FIELDS.join(', ')}`,
      )
    }
    return { field, column: columnOf(part.slice(0, at).trim(), header, columns.length) }
  })
  for (const { field } of mapped) for (const [i, f] of columns.entries()) if (f === field) columns[i] = 'ignore'
  for (const { field, column } of mapped) columns[column] = field
  return columns
}

function columnOf(name: string, header: readonly string[], width: number): number {
  const plain = (title: string) => title.trim().replace(/\s+/g, ' ').toLowerCase()
  const named = header.findIndex((title) => plain(title) === plain(name))
  if (named >= 0) return named
  const number = /^\d{1,4}$/.test(name) ? Number(name) : 0
  if (number >= 1 && number <= width) return number - 1
  const titles = header.filter((title) => title.trim() !== '')
  const there =
    titles.length > 0
      ? `Its columns are: ${titles.join(', ')}`
      : `It has ${width} columns and no header: use their numbers`
  throw new UsageError(`--map: the sheet has no column "${name}". ${there}.`)
}

export type SheetFile = { readonly name: string; readonly bytes: Uint8Array }

/** A sheet is refused beyond this; a packed one must not fill the memory before anybody can say so. */
const LARGEST_UNPACKED = 64 * 1024 * 1024

/** The file as it is read: unpacked when it is a .gz, by its first bytes. */
export async function readSheetFile(word: string, { config }: Surroundings): Promise<SheetFile> {
  const path = resolve(config.invokedFrom, word)
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError('no-file', `${path} cannot be read (${error.code}).`)
  })
  const name = basename(path)
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { name, bytes }
  const unpacked = await promisify(gunzip)(bytes, { maxOutputLength: LARGEST_UNPACKED }).catch(() => {
    throw new CommandError('bad-archive', `${path} cannot be unpacked: it is damaged, or larger than 64 MB.`)
  })
  return { name: name.replace(/\.gz$/i, ''), bytes: unpacked }
}
