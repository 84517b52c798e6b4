// A table as Parquet. Rows go to a file of lines, which DuckDB turns into the file that is sent: memory does not grow with the
// length, and both files are away when the last byte, or the reader, is gone.

import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type DuckHouse, textOf } from '@tollbook/stats/columns'
import type { Cell, Kind, Table } from './table.ts'

/** DuckDB, and a folder in which it may read and write. */
export type ParquetMaker = { readonly house: DuckHouse; readonly folder: string }

const TYPES: Readonly<Record<Kind, string>> = {
  text: 'varchar',
  instant: 'timestamptz',
  whole: 'bigint',
  money: 'decimal(18,6)',
  number: 'double',
}

export async function* parquet({ columns, pages }: Table, { house, folder }: ParquetMaker): AsyncGenerator<Uint8Array> {
  const name = join(folder, randomUUID())
  const lines = `${name}.csv`
  const file = `${name}.parquet`
  const duck = await house.connect()
  try {
    await pipeline(Readable.from(linesOf(pages)), createWriteStream(lines, { mode: 0o600 }))
    const types = columns.map(({ name, kind }) => `${textOf(name)}: '${TYPES[kind]}'`).join(', ')
    await duck.run(`copy (select * from read_csv(${textOf(lines)}, header = false, auto_detect = false, delim = ',', quote = '"',
      escape = '"', nullstr = '', allow_quoted_nulls = false, strict_mode = true, parallel = false, columns = {${types}}))
      to ${textOf(file)} (format parquet, compression zstd)`)
    await rm(lines)
    yield* createReadStream(file)
  } finally {
    duck.close()
    await rm(lines, { force: true })
    await rm(file, { force: true })
  }
}

async function* linesOf(pages: Table['pages']): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((cells) => `${cells.map(field).join(',')}\n`).join('')
}

/** An empty field is null, an empty text is "". */
function field(cell: Cell): string {
  if (cell === null) return ''
  return typeof cell === 'string' ? `"${cell.replaceAll('"', '""')}"` : String(cell)
}
