// Carriers, whom we pay, and trunks, the lines that lead to them. Owns tables carrier and trunk.

import { nextId, type Tx } from '@tollbook/db'
import type { TenantId } from '@tollbook/kernel'
import { requireCurrency } from './currencies.ts'

/** A carrier to have. `currency` (ISO 4217 letters) is the tenant's when absent; `buyDeckId` 0 or absent = none. */
export type CarrierChange = { readonly name: string; readonly currency?: string; readonly buyDeckId?: number }

/** Makes or changes the carrier of this name and answers its id. */
export async function ensureCarrier(
  tx: Tx,
  tenantId: TenantId | number,
  change: CarrierChange,
  nowMs: number,
): Promise<number> {
  const existing = await tx.q
    .selectFrom('carrier')
    .select('carrier_id')
    .where('tenant_id', '=', tenantId)
    .where('name', '=', change.name)
    .executeTakeFirst()
  const { rows } = await tx.client.query<{ carrier_id: number }>(
    `insert into carrier (carrier_id, tenant_id, name, currency, buy_deck_id, created_at)
     select $1, tenant_id, $3, coalesce($4, currency), coalesce($5, 0), $6 from tenant where tenant_id = $2
     on conflict (tenant_id, name) do update set currency = coalesce($4, carrier.currency),
       buy_deck_id = coalesce($5, carrier.buy_deck_id)
     returning carrier_id`,
    [
      existing?.carrier_id ?? (await nextId(tx, 'carrier')),
      tenantId,
      change.name,
      change.currency === undefined ? null : requireCurrency(change.currency),
      change.buyDeckId ?? null,
      new Date(nowMs),
    ],
  )
  return rows[0]!.carrier_id
}

/** A trunk to have. `peer` is the channel name without its suffix, as Asterisk writes it: "PJSIP/northlink". */
export type TrunkChange = {
  readonly peer: string
  readonly name?: string
  readonly carrierId?: number
  /** Channels it can carry; 0 = unknown. */
  readonly capacity?: number
}

/** Makes or changes the trunk of this peer and answers its id. */
export async function saveTrunk(
  tx: Tx,
  tenantId: TenantId | number,
  change: TrunkChange,
  nowMs: number,
): Promise<number> {
  const existing = await tx.q
    .selectFrom('trunk')
    .select('trunk_id')
    .where('tenant_id', '=', tenantId)
    .where('peer', '=', change.peer)
    .executeTakeFirst()
  const { rows } = await tx.client.query<{ trunk_id: number }>(
    `insert into trunk (trunk_id, tenant_id, peer, name, carrier_id, capacity, created_at)
     values ($1, $2, $3, coalesce($4, $3), coalesce($5, 0), coalesce($6, 0), $7)
     on conflict (tenant_id, peer) do update set name = coalesce($4, trunk.name),
       carrier_id = coalesce($5, trunk.carrier_id), capacity = coalesce($6, trunk.capacity)
     returning trunk_id`,
    [
      existing?.trunk_id ?? (await nextId(tx, 'trunk')),
      tenantId,
      change.peer,
      change.name ?? null,
      change.carrierId ?? null,
      change.capacity ?? null,
      new Date(nowMs),
    ],
  )
  return rows[0]!.trunk_id
}

/**
 * Changes a carrier that is there, its name too; absent = leave. False when the tenant has none of this id. The name is
 * free: whoever asks looks for others of that name first, under a lock of its own.
 */
export async function changeCarrier(
  tx: Tx,
  tenantId: TenantId | number,
  carrierId: number,
  change: { readonly name?: string; readonly buyDeckId?: number },
): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `update carrier set name = coalesce($3, name), buy_deck_id = coalesce($4, buy_deck_id)
     where tenant_id = $1 and carrier_id = $2`,
    [tenantId, carrierId, change.name ?? null, change.buyDeckId ?? null],
  )
  return rowCount === 1
}

/** Changes a trunk that is there, its peer too, under the same conditions. Calls that went by it keep it. */
export async function changeTrunk(
  tx: Tx,
  tenantId: TenantId | number,
  trunkId: number,
  change: Partial<TrunkChange>,
): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `update trunk set peer = coalesce($3, peer), name = coalesce($4, name), carrier_id = coalesce($5, carrier_id),
       capacity = coalesce($6, capacity)
     where tenant_id = $1 and trunk_id = $2`,
    [tenantId, trunkId, change.peer ?? null, change.name ?? null, change.carrierId ?? null, change.capacity ?? null],
  )
  return rowCount === 1
}
