// COPY of rows in binary: the way everything goes in that comes by the thousand. (copy.ts: lines of text, for the rest.)

import type pg from 'pg'
import type { Tx } from './connect.ts'
import { KEPT_BYTES, RowWriter } from './row-writer.ts'

/** Tag and length of the one message in which all rows travel. */
const MESSAGE_HEAD = 5

/** A connection copies one thing at a time, so each keeps one buffer. */
const writers = new WeakMap<pg.PoolClient, RowWriter>()

/**
 * Copies `rows` into `table`; `write` puts the fields of one row, as many as there are `columns` and each of its
 * column's very type. Names are trusted: they come from code. All rows are held as bytes at once: copy by the batch.
 * When the server refuses a row, `UNDO_COPY` brings the transaction back to where it was before.
 */
export async function copyRows<Row>(
  tx: Tx,
  table: string,
  columns: readonly string[],
  rows: readonly Row[],
  write: (to: RowWriter, row: Row) => void,
): Promise<void> {
  if (rows.length === 0) return
  const writer = writers.get(tx.client) ?? new RowWriter(MESSAGE_HEAD)
  writer.start()
  for (const row of rows) {
    writer.row(columns.length)
    write(writer, row)
  }
  const message = writer.end()
  message[0] = COPY_DATA
  message.writeUInt32BE(message.length - 1, 1)
  if (writer.capacity <= KEPT_BYTES) writers.set(tx.client, writer)
  else writers.delete(tx.client)
  await send(tx.client, `savepoint copied; copy ${table} (${columns.join(', ')}) from stdin (format binary)`, message)
}

/** Savepoints are not released one by one: they go with the transaction, and each would cost a round trip. */
export const UNDO_COPY = 'rollback to savepoint copied'

const COPY_DATA = 0x64
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4])

/**
 * A query of its own kind for pg. Rows and their end go out behind the query without waiting for its answer, which is
 * allowed: a server that refuses the query passes over them. So the server is at work while this process does
 * something else, and when it refuses a row nothing is left here that could be sent into whatever comes next.
 */
function send(client: pg.PoolClient, text: string, message: Buffer): Promise<void> {
  return new Promise((done, fail) => {
    client.query({
      submit(connection: pg.Connection) {
        connection.stream.cork()
        connection.query(text)
        connection.stream.write(message)
        connection.stream.write(COPY_DONE)
        connection.stream.uncork()
      },
      handleCopyInResponse() {},
      handleCommandComplete() {},
      handleReadyForQuery() {
        done()
      },
      handleError(error: Error) {
        fail(error)
      },
    } as pg.Submittable)
  })
}
