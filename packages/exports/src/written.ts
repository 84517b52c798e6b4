// A table in the format asked for, as a stream of pieces.

import { assert } from '@tollbook/kernel'
import { csvLine } from './csv.ts'
import { type ParquetMaker, parquet } from './parquet.ts'
import type { Cell, Column, Table } from './table.ts'
import { workbook } from './workbook.ts'

/** `parquetIn`: what Parquet is made by. */
export function written(
  format: ExportFormat,
  table: Table,
  parquetIn?: ParquetMaker,
): AsyncIterable<string | Uint8Array> {
  if (format === 'parquet') {
    assert(parquetIn !== undefined, 'no DuckDB to make Parquet by')
    return parquet(table, parquetIn)
  }
  if (format === 'xlsx') return workbook(table)
  if (format === 'csv') return csv(table)
  return format === 'ndjson' ? ndjson(table) : jsonArray(table)
}

export const EXPORT_FORMATS = ['csv', 'xlsx', 'json', 'ndjson', 'parquet'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
}

async function* csv({ columns, pages }: Table): AsyncGenerator<string> {
  yield csvLine(columns.map((c) => c.name))
  for await (const page of pages) yield page.map(csvLine).join('')
}

async function* ndjson({ columns, pages }: Table): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((cells) => `${objectOf(columns, cells)}\n`).join('')
}

async function* jsonArray({ columns, pages }: Table): AsyncGenerator<string> {
  let separator = '[\n'
  for await (const page of pages) {
    if (page.length === 0) continue
    yield separator + page.map((cells) => objectOf(columns, cells)).join(',\n')
    separator = ',\n'
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n'
}

function objectOf(columns: readonly Column[], cells: readonly Cell[]): string {
  return JSON.stringify(Object.fromEntries(columns.map((c, i) => [c.name, cells[i] ?? null])))
}
