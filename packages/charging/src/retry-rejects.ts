// Rows that were set aside, tried again after something was mended. A row that is read now takes the ordinary way.

import { closeRejects, listOpenRejects, type OpenReject, rereadRows, zoneConverter } from '@tollbook/calls'
import type { Db } from '@tollbook/db'
import { type SourceId, type TenantId, WAY, type Way } from '@tollbook/kernel'
import { captureBatch } from './capture.ts'

export type RetryRequest = {
  readonly tenantId: TenantId
  /** Only these rows; all open ones when absent. */
  readonly only?: readonly { readonly sourceId: SourceId; readonly rejectKey: string }[] | undefined
  readonly nowMs: number
}

export type RetryReport = { readonly tried: number; readonly recovered: number; readonly stillRejected: number }

/** Rows tried at a request. More than this is a broken file, which is better imported again. */
const MOST = 10_000
/** Rows in memory at once: one may be 64 KiB. */
const PAGE = 500

/** Tries open rows again, in the zone in which their file was read. */
export async function retryRejects(db: Db, request: RetryRequest): Promise<RetryReport> {
  let tried = 0
  let recovered = 0
  for (let after: OpenReject | undefined; tried < MOST; ) {
    const rows = await listOpenRejects(db, request.tenantId, { limit: PAGE, only: request.only, after })
    tried += rows.length
    for (const group of sameSourceAndZone(rows)) recovered += await retryGroup(db, request, group)
    if (rows.length < PAGE) break
    after = rows.at(-1)
  }
  return { tried, recovered, stillRejected: tried - recovered }
}

function sameSourceAndZone(rows: readonly OpenReject[]): OpenReject[][] {
  const groups = new Map<string, OpenReject[]>()
  for (const row of rows) {
    const key = `${row.sourceId} ${row.zone} ${wayOf(row.format)}`
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()]
}

/** Captures what can be read now, then marks it: in this order, so that nothing is lost when it breaks in between. */
async function retryGroup(db: Db, { tenantId, nowMs }: RetryRequest, rows: readonly OpenReject[]): Promise<number> {
  const { sourceId, zone } = rows[0]!
  const converter = zoneConverter(zone)
  if (!converter) return 0
  const read = rereadRows(rows, sourceId, converter)
  const good = read.flatMap((row) => (row.ok ? [row.value] : []))
  if (good.length === 0) return 0
  const legs = good.flatMap((row) => row.legs)
  const cel = good.flatMap((row) => row.cel)
  const queue = good.flatMap((row) => row.queue)
  const from = { way: wayOf(rows[0]!.format), toldBy: 'retry', zone }
  await captureBatch(db, { tenantId, sourceId, ...from, legs, cel, queue, nowMs })
  const recovered = rows.filter((_, i) => read[i]!.ok)
  return await closeRejects(db, tenantId, recovered, 'recovered')
}

function wayOf(format: string): Way {
  if (format === 'ami') return WAY.live
  if (format === 'push') return WAY.push
  return format.startsWith('table') ? WAY.table : WAY.file
}
