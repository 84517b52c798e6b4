// The zone of a source is set, and what was read in another ordered to be read anew: in one transaction.

import { randomBytes } from 'node:crypto'
import { zoneConverter } from '@tollbook/calls'
import { orderRestitch } from '@tollbook/calls/restitching'
import { type Db, notifyStatement, type Tx, transaction } from '@tollbook/db'
import { setZoneDetected } from '@tollbook/directory'
import { err, ok, type Result, type SourceId, type TenantId, timeFirstUuid } from '@tollbook/kernel'

export type ZoneOrder = {
  readonly tenantId: TenantId
  readonly sourceId: SourceId
  /** 'auto', 'UTC', '+03:00' or an IANA name. */
  readonly zone: string
  readonly by: string
  readonly nowMs: number
}

/** Sets it; answers with the id of the restitch, undefined when nothing stored was read otherwise. */
export async function orderZone(
  db: Db,
  order: ZoneOrder,
): Promise<Result<string | undefined, { readonly kind: 'bad-zone'; readonly reason: string }>> {
  const { tenantId, sourceId, zone, by, nowMs } = order
  if (zone !== 'auto' && zoneConverter(zone) === undefined) {
    return err({ kind: 'bad-zone', reason: `"${zone}" is not a time zone` })
  }
  return await transaction(db, async (tx) => {
    const was = await tx.q
      .selectFrom('source')
      .select('zone_detected')
      .where('source_id', '=', sourceId)
      .executeTakeFirst()
    await setZoneDetected(tx, sourceId, was?.zone_detected ?? '', zone)
    await tell(tx, 'sources')
    // What is set to be found is right as it was found.
    return ok(zone === 'auto' ? undefined : await orderFeedZone(tx, { tenantId, sourceId, by, nowMs }))
  })
}

/** Orders that what a source's feeds and imports told is read in the zones that are set now; answers with its id. */
export async function orderFeedZone(tx: Tx, order: Omit<ZoneOrder, 'zone'>): Promise<string | undefined> {
  const { tenantId, sourceId, by, nowMs } = order
  const { rowCount } = await tx.client.query('select from batch where source_id = $1 limit 1', [sourceId])
  if (rowCount === 0) return undefined
  const id = timeFirstUuid(nowMs, randomBytes(10))
  const span = { tenantId, sourceId, fromMs: undefined, toMs: undefined }
  await orderRestitch(tx, { ...span, id, cause: 'zone', revision: 0, createdBy: by }, nowMs)
  await tell(tx, 'restitches')
  return id
}

async function tell(tx: Tx, topic: 'restitches' | 'sources'): Promise<void> {
  const { text, values } = notifyStatement(topic)
  await tx.client.query(text, values)
}
