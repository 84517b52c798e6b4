// The decks and plans of a tenant that calls of a span are priced by, compiled: one plan for each tariff plan, one for
// each deck that is sold by itself, one timeline for each carrier's deck. Reads only.

import type { Queryable } from '@tollbook/db'
import type { Directory } from '@tollbook/directory'
import { assert } from '@tollbook/kernel'
import { type CompiledPlan, compilePlan, type DeckTimeline } from '@tollbook/rating'
import { deckTimeline, listPlans, loadDeck, type StoredPlan } from '@tollbook/tariffs'
import type { Span } from './span.ts'

/** A plan and the one currency its decks are in, as ISO 4217 number; 0 while no version of them is in force. */
export type SoldPlan = { readonly plan: CompiledPlan; readonly currency: number }

export type Tariffs = {
  /** By plan id. */
  readonly plans: ReadonlyMap<number, SoldPlan>
  /** By deck id: the deck alone, as accounts without a plan are sold it. */
  readonly deckPlans: ReadonlyMap<number, SoldPlan>
  /** By deck id: what carriers charge. */
  readonly buys: ReadonlyMap<number, DeckTimeline>
}

/** A version that stands for its deck at all times; version 0 = the deck has none. */
export type PinnedVersion = { readonly deckId: number; readonly version: number }

/** Loads and compiles what is in use. Compiled versions are kept by tariffs: only new ones cost more than a query. */
export async function loadTariffs(
  db: Queryable,
  directory: Directory,
  span: Span,
  pinned?: PinnedVersion,
): Promise<Tariffs> {
  const { tenant } = directory
  const timelines = new Map<number, DeckTimeline | undefined>()
  const timelineOf = async (deckId: number) => {
    if (!timelines.has(deckId)) timelines.set(deckId, await timeline(db, deckId, span, pinned))
    return timelines.get(deckId)
  }
  const plans = new Map<number, SoldPlan>()
  for (const stored of await listPlans(db, tenant.tenantId)) {
    plans.set(stored.planId, await soldPlan(stored, tenant.zone, timelineOf))
  }
  const deckPlans = new Map<number, SoldPlan>()
  for (const deckId of sellDeckIds(directory)) {
    const deck = await timelineOf(deckId)
    if (deck !== undefined) deckPlans.set(deckId, singleDeck(deck, tenant.zone))
  }
  const buys = new Map<number, DeckTimeline>()
  for (const { buyDeckId } of directory.carriersById.values()) {
    const deck = buyDeckId === 0 ? undefined : await timelineOf(buyDeckId)
    if (deck !== undefined) buys.set(buyDeckId, deck)
  }
  return { plans, deckPlans, buys }
}

async function timeline(
  db: Queryable,
  deckId: number,
  span: Span,
  pinned: PinnedVersion | undefined,
): Promise<DeckTimeline | undefined> {
  if (deckId !== pinned?.deckId) return deckTimeline(db, deckId, span.fromMs, span.toMs)
  const deck = pinned.version === 0 ? undefined : await loadDeck(db, deckId, pinned.version)
  return { deckId, name: deck?.name ?? '', spans: deck ? [{ fromMs: Number.NEGATIVE_INFINITY, deck }] : [] }
}

async function soldPlan(
  stored: StoredPlan,
  zone: string,
  timelineOf: (deckId: number) => Promise<DeckTimeline | undefined>,
): Promise<SoldPlan> {
  const entries = []
  for (const { deckId, markup } of stored.decks) {
    const deck = await timelineOf(deckId)
    assert(deck !== undefined, `deck ${deckId} of plan ${stored.planId}`) // a plan goes with the decks it names
    entries.push({ deck, markup })
  }
  const { planId, name, choice, expectedSeconds } = stored
  const blocked = stored.blocked.map(({ prefix }) => prefix)
  const packages = stored.packages.map(({ validToMs, ...pkg }) =>
    validToMs === undefined ? pkg : { ...pkg, validToMs },
  )
  const plan = compilePlan({ planId, name, choice, expectedSeconds, entries, blocked, packages, zone })
  return { plan, currency: currencyOf(entries.map(({ deck }) => deck)) }
}

function singleDeck(deck: DeckTimeline, zone: string): SoldPlan {
  const terms = { planId: 0, name: '', choice: 'order', expectedSeconds: 1 } as const
  const plan = compilePlan({ ...terms, entries: [{ deck }], blocked: [], packages: [], zone })
  return { plan, currency: currencyOf([deck]) }
}

function currencyOf(decks: readonly DeckTimeline[]): number {
  for (const { spans } of decks) for (const { deck } of spans) return deck.currency
  return 0
}

function sellDeckIds({ tenant, accountsById }: Directory): ReadonlySet<number> {
  const ids = new Set([tenant.sellDeckId])
  for (const account of accountsById.values()) ids.add(account.sellDeckId)
  ids.delete(0)
  return ids
}
