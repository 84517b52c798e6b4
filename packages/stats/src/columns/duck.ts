// DuckDB in this process, if it loads here: one database in memory, held small, that reads and writes files of one folder
// and nothing else. Knows no call.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBInstance, DuckDBMaterializedResult } from '@duckdb/node-api'
import type bindings from '@duckdb/node-bindings'
import type { Portion } from '../engine.ts'

/** A connection, with temporary tables of its own. */
export type Duck = {
  run(text: string, values?: readonly (string | number | null)[]): Promise<void>
  /** Rows as PostgreSQL gives them: what is longer than a double as text. */
  rows(text: string, values?: readonly (string | number | null)[]): Promise<readonly Row[]>
  /** Rows of doubles that are not null, held by DuckDB and read as they are gone through. */
  numbers(text: string, values?: readonly (string | number | null)[]): Promise<Iterable<Portion>>
  /** Breaks off what runs. */
  interrupt(): void
  close(): void
}
export type Row = Readonly<Record<string, string | number | boolean | null>>

export type DuckHouse = { readonly version: string; connect(): Promise<Duck> }

/** Opens DuckDB for files below `dir`; an error where it does not load, as on a platform nobody builds it for. */
export async function openDuck(dir: string): Promise<DuckHouse> {
  const { DuckDBInstance: Instance, version } = await import('@duckdb/node-api')
  const { default: below } = await import('@duckdb/node-bindings')
  const spill = join(dir, 'spill')
  mkdirSync(spill, { recursive: true, mode: 0o700 })
  const instance = await Instance.create(':memory:', {
    memory_limit: '512MB',
    threads: '2',
    temp_directory: spill,
    max_temp_directory_size: '4GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'false',
  })
  await shutIn(instance, dir)
  return { version: version(), connect: async () => duckOn(await instance.connect(), below) }
}

/** From here on: no file outside the folder, no network, no extension, and no way back. */
async function shutIn(instance: DuckDBInstance, dir: string): Promise<void> {
  const connection = await instance.connect()
  await connection.run(`set allowed_directories = [${textOf(dir)}]`)
  await connection.run('set enable_external_access = false')
  await connection.run('set lock_configuration = true')
  connection.closeSync()
}

/** What vectors are read with: their arrays, which the API hands out item by item only. */
type Below = Pick<typeof bindings, 'data_chunk_get_vector' | 'vector_get_data'>

function duckOn(connection: DuckDBConnection, below: Below): Duck {
  return {
    async run(text, values = []) {
      await connection.run(text, [...values])
    },
    async rows(text, values = []) {
      const reader = await connection.runAndReadAll(text, [...values])
      return reader.getRowObjectsJson() as Row[]
    },
    async numbers(text, values = []) {
      return portionsOf(await connection.run(text, [...values]), below)
    },
    interrupt: () => connection.interrupt(),
    close: () => connection.closeSync(),
  }
}

/** Item by item, thirty million calls took a fifth of a second longer. */
function* portionsOf(result: DuckDBMaterializedResult, below: Below): Generator<Portion> {
  for (let i = 0; i < result.chunkCount; i++) {
    const { chunk, rowCount: count } = result.getChunk(i)
    const columns = Array.from({ length: result.columnCount }, (_, c) => {
      const bytes = below.vector_get_data(below.data_chunk_get_vector(chunk, c), count * Float64Array.BYTES_PER_ELEMENT)
      return new Float64Array(bytes.buffer, bytes.byteOffset, count)
    })
    yield { count, columns }
  }
}

/** A text as an SQL constant. */
export function textOf(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
