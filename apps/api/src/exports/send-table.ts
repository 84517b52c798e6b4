// A table as the answer to a request. Who goes away ends it: the next page is not read.

import type { Context } from 'hono'
import { stream } from 'hono/streaming'
import type { ApiDeps, ApiEnv } from '../api-deps.ts'
import { seesMasked } from '../masking.ts'
import { Refusal } from '../problem.ts'
import type { Table } from './table.ts'
import { CONTENT_TYPES, type ExportFormat, written } from './written.ts'

export function sendTable(c: Context<ApiEnv>, log: ApiDeps['log'], name: string, format: ExportFormat, table: Table) {
  c.header('content-type', CONTENT_TYPES[format])
  c.header('content-disposition', `attachment; filename="${name}-${c.get('tenant').slug}.${format}"`)
  return stream(c, async (out) => {
    try {
      for await (const piece of written(format, table)) {
        if (out.aborted) return
        await out.write(piece)
      }
    } catch (fault) {
      // The head is sent, so no problem can be told any more: a connection that breaks is no complete file.
      log.error({ err: fault }, 'an export broke off')
      throw fault
    }
  })
}

/** Only kinds that are masked line by line go to whoever sees masks, so that nothing is held whole in memory. */
export function refuseUnmaskable(c: Context<ApiEnv>, format: ExportFormat): void {
  if (seesMasked(c.get('tenant')) && format !== 'csv' && format !== 'ndjson') {
    throw new Refusal('numbers-masked', 'Take CSV or NDJSON: this kind of file cannot be masked.')
  }
}
