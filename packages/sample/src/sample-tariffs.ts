// What there is to try of tariffs in the sample: two plans nobody is sold yet, and a draft of next month's prices. None of
// it changes what a call of the sample costs.

import { importRateDraft } from '@tollbook/charging'
import { type Db, transaction } from '@tollbook/db'
import { listPlans, type PlanInput, savePlan } from '@tollbook/tariffs'
import { SAMPLE_RETAIL, sampleDraftCsv } from './decks.ts'
import type { SampleTenant } from './sample-directory.ts'
import { SAMPLE_CURRENCY } from './world.ts'

/** Makes what is missing; may be repeated. */
export async function writeSampleTariffs(db: Db, tenant: SampleTenant, nowMs: number): Promise<void> {
  await importDraft(db, tenant, nowMs)
  const there = new Set((await listPlans(db, tenant.tenantId)).map((plan) => plan.name))
  for (const plan of plansOf(await deckIds(db, tenant))) {
    if (there.has(plan.name)) continue
    const saved = await transaction(db, (tx) => savePlan(tx, tenant.tenantId, plan, nowMs))
    if (!saved.ok) throw new Error(`the sample's plan "${plan.name}" was refused: ${saved.error.message}`)
  }
}

/** A second version of the retail deck is this draft, or what became of it. */
async function importDraft(db: Db, tenant: SampleTenant, nowMs: number): Promise<void> {
  const known = await db.q
    .selectFrom('deck_version as v')
    .innerJoin('rate_deck as d', 'd.deck_id', 'v.deck_id')
    .select('v.version')
    .where('d.tenant_id', '=', tenant.tenantId)
    .where('d.name', '=', SAMPLE_RETAIL)
    .where('v.version', '>', 1)
    .executeTakeFirst()
  if (known) return
  const draft = await importRateDraft(db, {
    tenantId: tenant.tenantId,
    name: SAMPLE_RETAIL,
    side: 'sell',
    currency: SAMPLE_CURRENCY,
    filename: 'northpier-retail-next.csv',
    text: sampleDraftCsv(tenant.endMs, tenant.zone),
    nowMs,
    note: 'Prices from next month on',
  })
  if (!draft.ok) throw new Error(`the sample's draft was refused: ${draft.error.message}`)
}

type DeckIds = { readonly retail: number; readonly buy: readonly number[] }

async function deckIds({ q }: Db, tenant: SampleTenant): Promise<DeckIds> {
  const decks = await q
    .selectFrom('rate_deck')
    .select(['deck_id', 'name', 'side'])
    .where('tenant_id', '=', tenant.tenantId)
    .orderBy('deck_id')
    .execute()
  const retail = decks.find((deck) => deck.name === SAMPLE_RETAIL)!.deck_id
  return { retail, buy: decks.filter((deck) => deck.side === 2).map((deck) => deck.deck_id) }
}

function plansOf({ retail, buy }: DeckIds): readonly PlanInput[] {
  const asIs = {
    markupKind: 'none',
    markupPercent: '0',
    markupPerMinute: '0',
    markupPerCall: '0',
    pricePlaces: 6,
  } as const
  const plus = {
    ...asIs,
    markupKind: 'markup',
    markupPercent: '18',
    markupPerMinute: '0.0005',
    pricePlaces: 4,
  } as const
  return [
    {
      name: 'Business with minutes',
      choice: 'order',
      expectedSeconds: 180,
      decks: [{ deckId: retail, ...asIs }],
      blocked: [{ prefix: '88', note: 'Satellite and international networks' }],
      packages: [
        {
          ...({
            packageId: 0,
            name: '200 minutes to Ireland',
            kind: 'seconds',
            amount: 12_000,
            period: 'month',
          } as const),
          ...{ startDay: 1, prefixes: ['353'], validFromMs: 0 },
        },
      ],
    },
    {
      name: 'Wholesale, cost plus 18 %',
      choice: 'lcr',
      expectedSeconds: 180,
      decks: buy.map((deckId) => ({ deckId, ...plus })),
      blocked: [],
      packages: [],
    },
  ]
}
