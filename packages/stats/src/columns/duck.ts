// DuckDB in this process, if it loads here: one database in memory, held small, that reads and writes files of one folder
// and nothing else. Knows no call.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection, DuckDBDoubleVector, DuckDBInstance, DuckDBMaterializedResult } from '@duckdb/node-api'
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
  return { version: version(), connect: async () => duckOn(await instance.connect()) }
}

/** From here on: no file outside the folder, no network, no extension, and no way back. */
async function shutIn(instance: DuckDBInstance, dir: string): Promise<void> {
  const connection = await instance.connect()
  await connection.run(`set allowed_directories = [${textOf(dir)}]`)
  await connection.run('set enable_external_access = false')
  await connection.run('set lock_configuration = true')
  connection.closeSync()
}

function duckOn(connection: DuckDBConnection): Duck {
  return {
    async run(text, values = []) {
      await connection.run(text, [...values])
    },
    async rows(text, values = []) {
      const reader = await connection.runAndReadAll(text, [...values])
      return reader.getRowObjectsJson() as Row[]
    },
    async numbers(text, values = []) {
      return portionsOf(await connection.run(text, [...values]))
    },
    interrupt: () => connection.interrupt(),
    close: () => connection.closeSync(),
  }
}

/** The arrays of a portion are DuckDB's own, and hold until the next one is taken. */
function* portionsOf(result: DuckDBMaterializedResult): Generator<Portion> {
  for (let i = 0; i < result.chunkCount; i++) {
    const chunk = result.getChunk(i)
    const columns = Array.from({ length: result.columnCount }, (_, c) =>
      doublesOf(chunk.getColumnVector(c) as DuckDBDoubleVector),
    )
    yield { count: chunk.rowCount, columns }
  }
}

/** Its array as it lies there: asked for item by item, thirty million calls took a fifth of a second longer. */
function doublesOf(vector: DuckDBDoubleVector): Float64Array {
  const held: unknown = Reflect.get(vector, 'items')
  return held instanceof Float64Array
    ? held
    : Float64Array.from({ length: vector.itemCount }, (_, row) => vector.getItem(row)!)
}

/** A text as an SQL constant. */
export function textOf(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
