// Rows that were set aside, tried again after something was mended. A row that is read now takes the ordinary way.

import { closeRejects, listOpenRejects, type OpenReject, rereadRows, zoneConverter } from '@tollbook/calls'
import type { Db } from '@tollbook/db'
import type { SourceId, TenantId } from '@tollbook/kernel'
import { captureBatch } from './capture.ts'

export type RetryRequest = {
  readonly tenantId: TenantId
  /** Only these rows; all open ones when absent. */
  readonly only?: readonly { readonly sourceId: SourceId; readonly rejectKey: string }[] | undefined
  readonly nowMs: number
}

export type RetryReport = { readonly tried: number; readonly recovered: number; readonly stillRejected: number }

/** Rows tried in one go. More than this is a broken file, which is better imported again. */
const MOST = 10_000

/** Tries open rows again, in the zone in which their file was read. */
export async function retryRejects(db: Db, request: RetryRequest): Promise<RetryReport> {
  const open = await listOpenRejects(db, request.tenantId, { limit: MOST })
  const wanted = request.only && new Set(request.only.map((ref) => `${ref.sourceId} ${ref.rejectKey}`))
  const rows = wanted ? open.filter((row) => wanted.has(`${row.sourceId} ${row.rejectKey}`)) : open
  let recovered = 0
  for (const group of sameSourceAndZone(rows)) recovered += await retryGroup(db, request, group)
  return { tried: rows.length, recovered, stillRejected: rows.length - recovered }
}

function sameSourceAndZone(rows: readonly OpenReject[]): OpenReject[][] {
  const groups = new Map<string, OpenReject[]>()
  for (const row of rows) {
    const key = `${row.sourceId} ${row.zone}`
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
  const legs = read.flatMap((leg) => (leg.ok ? [leg.value] : []))
  if (legs.length === 0) return 0
  await captureBatch(db, { tenantId, sourceId, legs, cel: [], nowMs })
  const recovered = rows.filter((_, i) => read[i]!.ok)
  return await closeRejects(db, tenantId, recovered, 'recovered')
}
