// A table as the answer to a request. Who goes away ends it: the next page is not read.

import {
  type Cell,
  CONTENT_TYPES,
  type Column,
  type ExportFormat,
  type ParquetMaker,
  type Table,
  written,
} from '@tollbook/exports'
import type { Context } from 'hono'
import { stream } from 'hono/streaming'
import type { ApiDeps, ApiEnv } from './api-deps.ts'
import { maskedText, seesMasked } from './masking.ts'
import { Refusal } from './problem.ts'

/** The first piece is made before the head is sent: what PostgreSQL refuses is told as a problem. */
export async function sendTable(
  c: Context<ApiEnv>,
  { log, columns }: Pick<ApiDeps, 'log' | 'columns'>,
  name: string,
  format: ExportFormat,
  table: Table,
) {
  const maker = format === 'parquet' ? await parquetMaker(columns) : undefined
  const begun = await readAhead(table)
  const pieces = written(format, begun, maker)[Symbol.asyncIterator]()
  const first = await pieces.next()
  c.header('content-type', CONTENT_TYPES[format])
  c.header('content-disposition', `attachment; filename="${name}-${c.get('tenant').slug}.${format}"`)
  return stream(c, async (out) => {
    try {
      for (let piece = first; !piece.done; piece = await pieces.next()) {
        if (out.aborted) return
        await out.write(piece.value)
      }
    } catch (fault) {
      // The head is sent, so no problem can be told any more: a connection that breaks is no complete file.
      log.error({ err: fault }, 'an export broke off')
      throw fault
    } finally {
      await pieces.return?.()
    }
  })
}

/** The table with its first page read. */
async function readAhead({ columns, pages }: Table): Promise<Table> {
  const rest = pages[Symbol.asyncIterator]()
  const first = await rest.next()
  return { columns, pages: from(first, rest) }
}

async function* from<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let page = first; !page.done; page = await rest.next()) yield page.value
  } finally {
    await rest.return?.()
  }
}

async function parquetMaker(copy: ApiDeps['columns']): Promise<ParquetMaker> {
  const house = await copy?.house()
  if (copy === undefined || house === undefined) throw new Refusal('no-parquet')
  return { house, folder: copy.spill }
}

/** The table as this person may see it, whatever kind of file it becomes. */
export function tableSeenBy(c: Context<ApiEnv>, { columns, pages }: Table): Table {
  if (!seesMasked(c.get('tenant'))) return { columns, pages }
  c.set('numbersMasked', true)
  return { columns, pages: maskedPages(columns, pages) }
}

async function* maskedPages(columns: Table['columns'], pages: Table['pages']): AsyncGenerator<Cell[][]> {
  for await (const page of pages) {
    yield page.map((cells) => cells.map((cell, i) => maskedCell(cell, columns[i]!)))
  }
}

function maskedCell(cell: Cell, { name, kind }: Column): Cell {
  return typeof cell === 'string' && kind === 'text' ? maskedText(cell, name) : cell
}
