// COPY of what a statement answers, as lines of CSV: the quickest way out for many rows.

import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { RawBuilder } from 'kysely'
import { escapeLiteral } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { Db, Queryable, Tx } from './connect.ts'

/** Writes all rows, without a heading, and ends the stream. Null is an empty field, an empty text is "". */
export async function copyOut(from: Db | Tx, statement: RawBuilder<unknown>, to: Writable): Promise<void> {
  const { sql: text, parameters } = statement.compile(from.q)
  // COPY takes no parameters, so they become constants.
  const whole = text.replace(/\$(\d+)/g, (_, place: string) => constant(parameters[Number(place) - 1]))
  const client = 'client' in from ? from.client : await from.pool.connect()
  try {
    await writeAll(client.query(copyTo(`copy (${whole}) to stdout (format csv)`)), to)
  } finally {
    if (!('client' in from)) client.release()
  }
}

/** Read to the end though nothing can be written any more: the connection would wait for it for ever. */
async function writeAll(lines: Readable, to: Writable): Promise<void> {
  const written = finished(to)
  let broken = false
  written.catch(() => {
    broken = true
  })
  try {
    for await (const chunk of lines)
      if (!broken && !to.write(chunk)) await Promise.race([once(to, 'drain'), written]).catch(() => undefined)
  } catch (fault) {
    to.destroy()
    throw fault
  }
  to.end()
  await written
}

/** What can be asked may be the door itself or a transaction; of anything else no lines are to be had. */
export function canCopyOut(q: Queryable): q is Db | Tx {
  return 'client' in q || 'pool' in q
}

function constant(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value === 'string') return escapeLiteral(value)
  throw new TypeError(`no constant for COPY: ${typeof value}`)
}
