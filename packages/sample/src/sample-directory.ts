// The sample's standing data: tenant, price lists, carriers, trunks and accounts. Everything here may be written again
// and stays the same, so a start that was cut off is simply repeated.

import { importRateDeck } from '@tollbook/charging'
import { type Db, transaction } from '@tollbook/db'
import { ensureCarrier, ensureTenant, saveAccount, saveTrunk, type Tenant } from '@tollbook/directory'
import { sampleDecks } from './decks.ts'
import {
  ACCOUNTS,
  CARRIERS,
  SAMPLE_CURRENCY,
  SAMPLE_LEGAL,
  SAMPLE_NAME,
  SAMPLE_PLAN,
  SAMPLE_SLUG,
  SAMPLE_ZONE,
  TRUNKS,
} from './world.ts'

export type SampleTenant = Tenant & {
  /** The sample's last instant, milliseconds: when the tenant was made, so that a repeated start writes the same. */
  readonly endMs: number
}

/** Makes the sample tenant, or finds the one that is there. */
export async function ensureSampleTenant(db: Db, nowMs: number): Promise<SampleTenant> {
  return transaction(db, async (tx) => {
    const wanted = { slug: SAMPLE_SLUG, name: SAMPLE_NAME, zone: SAMPLE_ZONE, currency: SAMPLE_CURRENCY }
    const tenant = await ensureTenant(tx, { ...wanted, isSample: true, plan: SAMPLE_PLAN, legal: SAMPLE_LEGAL }, nowMs)
    const row = await tx.q
      .selectFrom('tenant')
      .select('created_at')
      .where('tenant_id', '=', tenant.tenantId)
      .executeTakeFirstOrThrow()
    return { ...tenant, endMs: row.created_at.getTime() }
  })
}

/** Imports the decks that are missing and writes carriers, trunks and accounts. */
export async function writeSampleDirectory(db: Db, tenant: SampleTenant, nowMs: number): Promise<void> {
  const buyDecks = await importDecks(db, tenant, nowMs)
  await transaction(db, async (tx) => {
    const carriers: number[] = []
    for (const [i, name] of CARRIERS.entries()) {
      carriers.push(await ensureCarrier(tx, tenant.tenantId, { name, buyDeckId: buyDecks[i]! }, nowMs))
    }
    for (const { carrier, ...trunk } of TRUNKS) {
      await saveTrunk(tx, tenant.tenantId, { ...trunk, carrierId: carriers[carrier]! }, nowMs)
    }
    for (const { code, name, locale, email, address } of ACCOUNTS) {
      await saveAccount(tx, tenant.tenantId, { code, name, locale, email, address }, nowMs)
    }
  })
}

/** Ids of the buy decks, in the order of CARRIERS. A deck that has a live version is left alone. */
async function importDecks(db: Db, tenant: SampleTenant, nowMs: number): Promise<number[]> {
  const existing = await db.q
    .selectFrom('rate_deck')
    .select(['name', 'deck_id'])
    .where('tenant_id', '=', tenant.tenantId)
    .where('live_version', '>', 0)
    .execute()
  const ids = new Map(existing.map((row) => [row.name, row.deck_id]))
  const buy: number[] = []
  for (const deck of sampleDecks(tenant.endMs, tenant.zone)) {
    const deckId = ids.get(deck.name) ?? (await importOne(db, tenant, deck, nowMs))
    if (deck.side === 'buy') buy.push(deckId)
  }
  return buy
}

async function importOne(
  db: Db,
  tenant: SampleTenant,
  deck: ReturnType<typeof sampleDecks>[number],
  nowMs: number,
): Promise<number> {
  const report = await importRateDeck(db, {
    tenantId: tenant.tenantId,
    name: deck.name,
    side: deck.side,
    currency: SAMPLE_CURRENCY,
    filename: deck.filename,
    text: deck.csv,
    zone: tenant.zone,
    nowMs,
    makeDefault: deck.side === 'sell',
  })
  if (!report.ok) throw new Error(`the sample's deck "${deck.name}" was refused: ${JSON.stringify(report.error)}`)
  return report.value.deckId
}
