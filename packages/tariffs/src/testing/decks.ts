// Decks for the tests of this room: a tenant, and imports that are expected to succeed.

import type { Db, Tx } from '@tollbook/db'
import { type DeckImport, type DeckImportReport, importDeck, importDraft } from '../import-deck.ts'
import type { EnsureDestinations } from '../versions/ensure-destinations.ts'

export const NOW = Date.UTC(2026, 2, 1)

/** Stands in for the directory, which is no floor below this one: it owns the table, so only tests may do this. */
export const ensureDestinations: EnsureDestinations = async (tx: Tx, destinations) => {
  const names = [...new Set(destinations.map((d) => d.name))]
  const { rows } = await tx.client.query(
    `insert into destination (destination_id, tenant_id, name)
     select coalesce((select max(destination_id) from destination), 0) + n, 1, name
     from unnest($1::text[]) with ordinality as seen (name, n)
     on conflict (tenant_id, name) do update set name = excluded.name returning name, destination_id`,
    [names],
  )
  return new Map(rows.map((row) => [row.name, row.destination_id]))
}

export async function insertTenant(db: Db): Promise<void> {
  await db.pool.query(
    `insert into tenant (tenant_id, slug, name, currency, created_at) values (1, 'main', 'Main', 978, now())`,
  )
}

export function deckImport(text: string | Uint8Array, more: Partial<DeckImport> = {}): DeckImport {
  return { tenantId: 1, name: 'Retail', side: 'sell', currency: 'EUR', filename: 'r.csv', text, nowMs: NOW, ...more }
}

/** Imports and activates; throws what was refused. */
export async function imported(
  db: Db,
  text: string | Uint8Array,
  more: Partial<DeckImport> = {},
): Promise<DeckImportReport> {
  const report = await importDeck(db, deckImport(text, more), { ensureDestinations })
  if (!report.ok) throw new Error(JSON.stringify(report.error))
  return report.value
}

export async function drafted(
  db: Db,
  text: string | Uint8Array,
  more: Partial<DeckImport> = {},
): Promise<DeckImportReport> {
  const report = await importDraft(db, deckImport(text, more), { ensureDestinations })
  if (!report.ok) throw new Error(JSON.stringify(report.error))
  return report.value
}
