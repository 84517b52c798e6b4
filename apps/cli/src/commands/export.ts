// tollbook export: calls and figures as files, the same as the API's.

import { statSync } from 'node:fs'
import { transaction } from '@tollbook/db'
import {
  CALL_COLUMNS,
  callTable,
  columnsNamed,
  EXPORT_FORMATS,
  type ExportFormat,
  type ParquetMaker,
  statsTable,
  type Table,
  written,
} from '@tollbook/exports'
import { newestPages } from '@tollbook/exports/find-calls'
import { ok } from '@tollbook/kernel'
import { FILTER_NAMES } from '@tollbook/selection'
import { isZone } from '@tollbook/selection/local-time'
import { COMPARES, parseStatsQuery, queryStats, STATS_BY, STATS_SPLIT } from '@tollbook/stats'
import { columnCopy } from '@tollbook/stats/columns'
import { callsFilter, filterHelp } from '../calls-filter.ts'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { oneOf } from '../sheet-options.ts'
import { counted } from '../text.ts'
import { writeFilePieces } from '../write-out.ts'

export const exportCalls: Command = {
  needs: 'tenant',
  help: `export calls writes the calls of a search into a file of any length, newest first.

  tollbook export calls [--from T] [--to T] [--format ${EXPORT_FORMATS.join('|')}] [--columns a,b,c] [--zone ZONE]
                        [--out FILE] [--tenant SLUG]

  --from, --to dates (2026-11-01, midnight in the tenant's zone) or instants; --to is exclusive (default: since last month began)
  --format     default: csv
  --columns    some, in the order wanted (default: all): ${CALL_COLUMNS.map((c) => c.name).join(', ')}
  --zone       of the times (default: UTC); Parquet holds instants
  --out        default: standard output for text; a workbook and Parquet need it
${filterHelp(15)}

  tollbook export calls --from 2026-10-01 --to 2026-11-01 --format parquet --out october.parquet`,
  options: stringOptions('from', 'to', 'format', 'columns', 'zone', 'out', ...FILTER_NAMES),
  run: runCalls,
}

const QUESTION = ['from', 'to', 'by', 'split', 'metrics', 'zone', 'limit', 'compare', ...FILTER_NAMES] as const

export const exportStats: Command = {
  needs: 'tenant',
  help: `export stats writes an answer of tollbook stats into a file.

  tollbook export stats --from DATE --to DATE [--by ${STATS_BY.join('|')}]
                        [--split ${STATS_SPLIT.join('|')}]
                        [--compare ${COMPARES.join('|')}] [--metrics a,b,c] [--limit N] [--zone ZONE] [--format ${EXPORT_FORMATS.join('|')}]
                        [--out FILE] [--tenant SLUG]

  --format     default: csv
  --out        default: standard output for text; a workbook and Parquet need it
${filterHelp(15)}

  tollbook export stats --from 2026-01-01 --to 2027-01-01 --by month --split trunk --format xlsx --out year.xlsx`,
  options: stringOptions('format', 'out', ...QUESTION),
  run: runStats,
}

function stringOptions(...names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
}

async function runCalls(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { db } = around
  const zone = optional(args, 'zone')
  if (zone !== undefined && !isZone(zone)) throw new UsageError(`--zone: there is no time zone "${zone}"`)
  const names = optional(args, 'columns')
  const columns = names === undefined ? ok(CALL_COLUMNS) : columnsNamed(names)
  if (!columns.ok) throw new UsageError(`--columns: there is no column "${columns.error}"`)
  const filter = await callsFilter(args, around)
  const pages = newestPages((ask) => transaction(db, ask), columnCopy(around.config.dataDir))
  const table = callTable(pages, filter, columns.value, zone)
  return await send(args, around, 'call', table)
}

async function runStats(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { tenantId, zone, currencyNumber } = around.tenant
  const raw = Object.fromEntries(QUESTION.map((name) => [name, optional(args, name)]))
  const query = parseStatsQuery(raw, { tenantId, zone, currency: currencyNumber }, around.clock.now())
  if (!query.ok) throw new UsageError(query.error.fields.map((f) => `--${f.field} ${f.message}`).join('\n'))
  const answer = await queryStats(around.db, query.value, columnCopy(around.config.dataDir))
  return await send(args, around, 'row', statsTable(answer))
}

async function send(args: Args, around: TenantSurroundings, what: string, table: Table): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}.`)
  const format: ExportFormat = oneOf(args, 'format', EXPORT_FORMATS) ?? 'csv'
  const out = optional(args, 'out')
  const isText = format !== 'xlsx' && format !== 'parquet'
  if (out === undefined && !isText) throw new UsageError(`This goes into a file: --out ${what}s.${format}`)
  if (out === undefined && args.options.json === true) throw new UsageError('With --json name a file: --out FILE')
  let rows = 0
  const counting = async function* () {
    for await (const page of table.pages) {
      rows += page.length
      yield page
    }
  }
  const maker = format === 'parquet' ? await parquetMaker(around) : undefined
  const pieces = written(format, { columns: table.columns, pages: counting() }, maker)
  if (out === undefined) {
    for await (const piece of pieces) around.out(String(piece))
    return { json: {}, text: '', streamed: true }
  }
  const file = await writeFilePieces(out, pieces, around)
  return { json: { file, rows, bytes: statSync(file).size }, text: `${counted(rows, what)} in ${file}` }
}

async function parquetMaker({ config }: TenantSurroundings): Promise<ParquetMaker> {
  let why = ''
  const copy = columnCopy(config.dataDir, (fault) => {
    why = (fault as Error).message
  })
  const house = await copy.house()
  if (house === undefined) throw new CommandError('no-parquet', `No Parquet can be made on this machine: ${why}`)
  return { house, folder: copy.spill }
}
