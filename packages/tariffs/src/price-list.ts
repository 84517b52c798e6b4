// What customers are told: the prices of a deck, or of a plan with its markups, as of a moment. Rates of one destination
// and the same terms are one line, with all their prefixes.

import type { Queryable } from '@tollbook/db'
import { assert, formatDecimal, type PhoneDigits, parseDecimal, type TenantId } from '@tollbook/kernel'
import {
  type CompiledPlan,
  compileDeck,
  compilePlan,
  type Markup,
  markedUp,
  matchRate,
  type Rate,
  rateByPlan,
} from '@tollbook/rating'
import { listPlans, type StoredPlan } from './plans/list-plans.ts'
import type { RateRow, SheetTier } from './sheets/sheet-rate.ts'
import { findDeckById, findVersions } from './versions/deck-versions.ts'
import { csvField, spared } from './versions/export-version.ts'
import { timelineOf, versionAt } from './versions/in-force.ts'
import { deckTimeline } from './versions/load-deck.ts'
import { allRows } from './versions/read-rows.ts'

/** One line of a price list. Decimals as text. */
export type PriceLine = {
  readonly destination: string
  /** Digits and patterns; '*' = every other number. */
  readonly prefixes: readonly string[]
  /** Name of the window; '' = always. */
  readonly window: string
  readonly pricePerMinute: string
  readonly connectFee: string
  readonly firstBlockSeconds: number
  readonly incrementSeconds: number
  readonly disconnectFee: string
  readonly minimumCharge: string
  readonly maximumCharge: string | null
  readonly tiers: readonly SheetTier[]
  /** When it ends, if it does. */
  readonly validToMs: number | undefined
}

export type PriceList = {
  readonly name: string
  /** ISO 4217 number; 0 when nothing is in force. */
  readonly currency: number
  readonly lines: readonly PriceLine[]
}

export type PriceListQuestion = {
  readonly tenantId: TenantId | number
  readonly atMs: number
} & ({ readonly deckId: number } | { readonly planId: number; readonly zone: string })

/** The price list; undefined when there is no such deck or plan. Empty when nothing is in force. */
export async function priceList(db: Queryable, question: PriceListQuestion): Promise<PriceList | undefined> {
  const { tenantId, atMs } = question
  if ('deckId' in question) {
    const deck = await findDeckById(db, question.deckId)
    if (deck === undefined || deck.tenantId !== Number(tenantId)) return undefined
    const rates = await ratesAt(db, question.deckId, atMs)
    return { name: deck.name, currency: deck.currency, lines: linesOf(rates) }
  }
  const plan = (await listPlans(db, tenantId)).find((p) => p.planId === question.planId)
  return plan && planPrices(db, plan, atMs, question.zone)
}

/** Rates of the version in force at a moment that hold then. */
async function ratesAt(db: Queryable, deckId: number, atMs: number): Promise<readonly RateRow[]> {
  const version = versionAt(timelineOf(await findVersions(db, deckId)), atMs)
  const latest = new Map<string, RateRow>()
  if (version === 0) return []
  for await (const rows of allRows(db, deckId, version)) {
    for (const rate of rows) {
      const holds = rate.effectiveFromMs <= atMs && (rate.validToMs ?? Number.POSITIVE_INFINITY) > atMs
      // Rows come by start: the last that has begun is the one that counts.
      if (holds) latest.set(`${rate.prefix}\t${rate.windowId}`, rate)
    }
  }
  return [...latest.values()]
}

/** Each prefix at the price of the deck the plan would choose for it; what is blocked or never chosen is left out. */
async function planPrices(db: Queryable, plan: StoredPlan, atMs: number, zone: string): Promise<PriceList> {
  const compiled = await compiledPlan(db, plan, atMs, zone)
  const rates: RateRow[] = []
  let currency = 0
  for (const [entry, { deckId, markup }] of plan.decks.entries()) {
    const deck = await findDeckById(db, deckId)
    currency ||= deck?.currency ?? 0
    const raise = raiser(markup, deck?.mode ?? 'plain')
    for (const rate of await ratesAt(db, deckId, atMs)) {
      if (isChosen(compiled, rate.prefix, entry, plan, atMs)) rates.push(raise(rate))
    }
  }
  return { name: plan.name, currency, lines: linesOf(rates) }
}

async function compiledPlan(db: Queryable, plan: StoredPlan, atMs: number, zone: string): Promise<CompiledPlan> {
  const entries = []
  for (const { deckId, markup, markupKind } of plan.decks) {
    const deck = await deckTimeline(db, deckId, atMs, atMs + 1)
    assert(deck !== undefined, `deck ${deckId} of plan ${plan.planId}`)
    entries.push(markupKind === 'none' ? { deck } : { deck, markup })
  }
  const { planId, name, choice, expectedSeconds } = plan
  return compilePlan({
    planId,
    name,
    choice,
    expectedSeconds,
    entries,
    blocked: plan.blocked.map((b) => b.prefix),
    packages: [],
    zone,
  })
}

/** Patterns and default rates are listed for every deck: which numbers they are for shows only with a number. */
function isChosen(compiled: CompiledPlan, prefix: string, entry: number, plan: StoredPlan, atMs: number): boolean {
  if (prefix === '' || prefix.startsWith('_')) return true
  const rated = rateByPlan(compiled, { digits: prefix as PhoneDigits, atMs, seconds: plan.expectedSeconds })
  // Windows: the rate may hold at another hour than now.
  if (!rated.ok) return rated.error.kind !== 'blocked'
  return rated.value.entry === entry && rated.value.prefix === prefix
}

/** Raises rates as rating raises decks: by a deck of one rate, each different one once. */
function raiser(markup: Markup, mode: 'plain' | 'a2billing'): (rate: RateRow) => RateRow {
  const known = new Map<string, Partial<RateRow>>()
  return (rate) => {
    if (markup.kind === 'none') return rate
    const key = JSON.stringify([
      rate.pricePerMinute,
      rate.connectFee,
      rate.disconnectFee,
      rate.minimumCharge,
      rate.maximumCharge,
      rate.tiers,
    ])
    let raised = known.get(key)
    if (raised === undefined) {
      raised = raisedTerms(rate, markup, mode)
      known.set(key, raised)
    }
    return { ...rate, ...raised }
  }
}

function raisedTerms(rate: RateRow, markup: Markup, mode: 'plain' | 'a2billing'): Partial<RateRow> {
  const decimal = (text: string | undefined) => parseDecimal(text ?? '0')!
  const alone: Rate = {
    prefix: '1',
    effectiveFromMs: 0,
    destinationId: 0,
    pricePerMinute: decimal(rate.pricePerMinute),
    connectFee: decimal(rate.connectFee),
    firstBlockS: rate.firstBlockS,
    incrementS: rate.incrementS,
    ...(rate.disconnectFee === undefined ? {} : { disconnectFee: decimal(rate.disconnectFee) }),
    ...(rate.minimumCharge === undefined ? {} : { minimumCharge: decimal(rate.minimumCharge) }),
    ...(rate.maximumCharge === undefined ? {} : { maximumCharge: decimal(rate.maximumCharge) }),
    ...(rate.tiers && {
      tiers: rate.tiers.map((t) => ({
        ...t,
        pricePerMinute: decimal(t.pricePerMinute),
        entryFee: decimal(t.entryFee),
      })),
    }),
  }
  const deck = markedUp(compileDeck([alone], { currency: 0, rounding: 'half-up', places: 6, mode }), markup)
  const found = matchRate(deck, '1' as PhoneDigits, 0)
  assert(found.ok, 'a deck of one rate has it')
  const { pricePerMinute, connectFee, disconnectFee, minimumCharge, maximumCharge, tiers } = found.value
  return {
    pricePerMinute: formatDecimal(pricePerMinute),
    connectFee: formatDecimal(connectFee ?? decimal('0')),
    ...(disconnectFee && { disconnectFee: formatDecimal(disconnectFee) }),
    ...(minimumCharge && { minimumCharge: formatDecimal(minimumCharge) }),
    ...(maximumCharge && { maximumCharge: formatDecimal(maximumCharge) }),
    ...(tiers && {
      tiers: tiers.map((t) => ({
        ...t,
        pricePerMinute: formatDecimal(t.pricePerMinute),
        entryFee: formatDecimal(t.entryFee),
      })),
    }),
  }
}

/** Lines by destination, window and terms; prefixes in order. */
function linesOf(rates: readonly RateRow[]): readonly PriceLine[] {
  const lines = new Map<string, { readonly line: Omit<PriceLine, 'prefixes'>; readonly prefixes: Set<string> }>()
  for (const rate of rates) {
    const line = {
      destination: rate.destination,
      window: rate.window ?? '',
      pricePerMinute: rate.pricePerMinute,
      connectFee: rate.connectFee,
      firstBlockSeconds: rate.firstBlockS,
      incrementSeconds: rate.incrementS,
      disconnectFee: rate.disconnectFee ?? '0',
      minimumCharge: rate.minimumCharge ?? '0',
      maximumCharge: rate.maximumCharge ?? null,
      tiers: rate.tiers ?? [],
      validToMs: rate.validToMs,
    }
    const key = JSON.stringify(line)
    const known = lines.get(key) ?? { line, prefixes: new Set<string>() }
    known.prefixes.add(rate.prefix || '*')
    lines.set(key, known)
  }
  const listed = [...lines.values()].map(({ line, prefixes }) => ({ ...line, prefixes: [...prefixes].sort() }))
  return listed.sort(
    (a, b) => order(a.destination, b.destination) || order(a.window, b.window) || order(a.prefixes[0]!, b.prefixes[0]!),
  )
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The list as CSV, with a header. */
export function priceListCsv({ lines }: PriceList): string {
  const windows = lines.some((line) => line.window !== '')
  const head = [
    'Destination',
    'Prefixes',
    ...(windows ? ['Time'] : []),
    'Price per minute',
    'Connection',
    'First block',
    'Increment',
  ]
  const rows = lines.map((line) => [
    spared(line.destination),
    line.prefixes.join(' '),
    ...(windows ? [spared(line.window)] : []),
    ...[line.pricePerMinute, line.connectFee, String(line.firstBlockSeconds), String(line.incrementSeconds)],
  ])
  return [head, ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('')
}
