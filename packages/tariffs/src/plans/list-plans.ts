// Tariff plans as they are stored: for pages, and for rating, which compiles them.

import type { Queryable } from '@tollbook/db'
import { currencyLetters, type Decimal, formatDecimal, parseDecimal, type TenantId } from '@tollbook/kernel'
import { sql } from 'kysely'
import type { PlanDeck, PlanPackage } from './save-plan.ts'

/** A deck of a plan, with what a page shows of it. */
export type StoredPlanDeck = PlanDeck & {
  readonly name: string
  readonly side: 'sell' | 'buy'
  /** ISO 4217 letters. */
  readonly currency: string
  /** The same as decimals, as rating takes them. */
  readonly markup: {
    readonly kind: PlanDeck['markupKind']
    readonly percent: Decimal
    readonly perMinute: Decimal
    readonly perCall: Decimal
    readonly places: number
  }
}

export type StoredPlan = {
  readonly planId: number
  readonly tenantId: number
  readonly name: string
  readonly choice: 'order' | 'longest' | 'lcr' | 'lcd'
  readonly expectedSeconds: number
  readonly decks: readonly StoredPlanDeck[]
  readonly blocked: readonly { readonly prefix: string; readonly note: string }[]
  readonly packages: readonly PlanPackage[]
  /** Accounts that are sold by it by name; those that have none are not counted. */
  readonly accounts: number
  /** True for the plan of accounts that have none of their own. */
  readonly isDefault: boolean
  readonly changedAtMs: number
}

/** All plans of a tenant, by name. */
export async function listPlans(db: Queryable, tenantId: TenantId | number): Promise<readonly StoredPlan[]> {
  return plansWhere(db, Number(tenantId))
}

/** One plan of a tenant; undefined when there is none. */
export async function planById(
  db: Queryable,
  tenantId: TenantId | number,
  planId: number,
): Promise<StoredPlan | undefined> {
  const [plan] = await plansWhere(db, Number(tenantId), planId)
  return plan
}

async function plansWhere({ q }: Queryable, tenantId: number, planId?: number): Promise<readonly StoredPlan[]> {
  const only = planId === undefined ? sql<boolean>`true` : sql<boolean>`p.plan_id = ${planId}`
  const { rows } = await sql<PlanRow>`
    select p.plan_id, p.name, p.choice, p.expected_s, (extract(epoch from p.changed_at) * 1000)::float8 as changed_ms,
      t.plan_id = p.plan_id as is_default,
      (select count(*)::int from account a where a.tenant_id = p.tenant_id and a.plan_id = p.plan_id) as accounts,
      (select coalesce(json_agg(json_build_object('deckId', d.deck_id, 'name', r.name, 'side', r.side,
         'currency', r.currency, 'kind', d.markup_kind, 'percent', trim_scale(d.markup_percent)::text,
         'perMinute', trim_scale(d.markup_per_minute)::text, 'perCall', trim_scale(d.markup_per_call)::text,
         'places', d.price_places) order by d.position), '[]')
       from plan_deck d join rate_deck r using (deck_id) where d.plan_id = p.plan_id) as decks,
      (select coalesce(json_agg(json_build_object('prefix', b.prefix, 'note', b.note) order by b.prefix), '[]')
       from plan_block b where b.plan_id = p.plan_id) as blocked,
      (select coalesce(json_agg(json_build_object('packageId', k.package_id, 'name', k.name, 'kind', k.kind,
         'amount', k.amount, 'period', k.period, 'startDay', k.start_day, 'prefixes', k.prefixes,
         'validFromMs', extract(epoch from k.valid_from) * 1000, 'validToMs', extract(epoch from k.valid_to) * 1000)
         order by k.position), '[]')
       from plan_package k where k.plan_id = p.plan_id) as packages
    from tariff_plan p join tenant t using (tenant_id)
    where p.tenant_id = ${tenantId} and ${only} order by p.name`.execute(q)
  return rows.map((row) => toPlan(row, tenantId))
}

type PlanRow = {
  readonly plan_id: number
  readonly name: string
  readonly choice: StoredPlan['choice']
  readonly expected_s: number
  readonly changed_ms: number
  readonly is_default: boolean
  readonly accounts: number
  readonly decks: readonly DeckJson[]
  readonly blocked: StoredPlan['blocked']
  readonly packages: readonly (Omit<PlanPackage, 'validToMs'> & { readonly validToMs: number | null })[]
}

type DeckJson = {
  readonly deckId: number
  readonly name: string
  readonly side: number
  readonly currency: number
  readonly kind: PlanDeck['markupKind']
  readonly percent: string
  readonly perMinute: string
  readonly perCall: string
  readonly places: number
}

function toPlan(row: PlanRow, tenantId: number): StoredPlan {
  return {
    planId: row.plan_id,
    tenantId,
    name: row.name,
    choice: row.choice,
    expectedSeconds: row.expected_s,
    decks: row.decks.map(toDeck),
    blocked: row.blocked,
    packages: row.packages.map(({ validToMs, ...pack }) => (validToMs === null ? pack : { ...pack, validToMs })),
    accounts: row.accounts,
    isDefault: row.is_default,
    changedAtMs: row.changed_ms,
  }
}

function toDeck(deck: DeckJson): StoredPlanDeck {
  const [percent, perMinute, perCall] = [deck.percent, deck.perMinute, deck.perCall].map((t) => parseDecimal(t)!) as [
    Decimal,
    Decimal,
    Decimal,
  ]
  return {
    deckId: deck.deckId,
    name: deck.name,
    side: deck.side === 1 ? 'sell' : 'buy',
    currency: currencyLetters(deck.currency) ?? String(deck.currency),
    markupKind: deck.kind,
    markupPercent: formatDecimal(percent),
    markupPerMinute: formatDecimal(perMinute),
    markupPerCall: formatDecimal(perCall),
    pricePlaces: deck.places,
    markup: { kind: deck.kind, percent, perMinute, perCall, places: deck.places },
  }
}
