// What an account is sold: decks in order with a rule of choice between them, numbers that are blocked, packages.
// Knows compiled decks and instants; knows no account and no database.

import { assert, err, type Micros, ok, type PhoneDigits, type Result } from '@tollbook/kernel'
import type { CompiledDeck } from './deck.ts'
import { AMBIGUOUS, EXPIRED, findDefaultRate, findOwnRate, NO_RATE, type NoRate, noRate } from './find-rate.ts'
import { type Markup, markedUp } from './markup.ts'
import { maxSeconds } from './max-seconds.ts'
import { listedAs, type NumberList, numberList } from './number-list.ts'
import {
  type Allowance,
  type CompiledPackage,
  compilePackage,
  isCovered,
  type Package,
  packagePeriodStart,
} from './package.ts'
import { type CallToRate, type Rated, rateCall } from './rate-call.ts'
import { compareSpecificity } from './specificity.ts'

/** The versions of one deck, ascending: the last with `fromMs` <= t is in force at t. Swapped whole, never changed. */
export type DeckTimeline = {
  readonly deckId: number
  readonly name: string
  readonly spans: readonly { readonly fromMs: number; readonly deck: CompiledDeck }[]
}

/** A deck of a plan. With a markup `buy` is the deck it was made from. */
export type PlanEntry = { readonly sell: DeckTimeline; readonly buy?: DeckTimeline; readonly markup?: Markup }

/**
 * Which deck of a plan prices a call, of those that have a rate for it. `order`: the first. `longest`: the one whose
 * prefix or pattern is the most specific. `lcr`: the one whose buy deck makes a call of `expectedSeconds` cheapest (its
 * own price where it has no buy deck). `lcd`: the one that sells such a call cheapest. Ties go to the earlier position.
 */
export type PlanChoice = 'order' | 'longest' | 'lcr' | 'lcd'

export type CompiledPlan = {
  /** 0 = no plan: a single deck. */
  readonly planId: number
  readonly name: string
  readonly choice: PlanChoice
  readonly expectedSeconds: number
  readonly entries: readonly PlanEntry[]
  readonly blocked: NumberList
  /** In order of priority. */
  readonly packages: readonly CompiledPackage[]
  /** Whose calendar the periods of packages follow. */
  readonly zone: string
}

export type PlanInput = {
  readonly planId: number
  readonly name: string
  readonly choice: PlanChoice
  readonly expectedSeconds: number
  /** A deck with a markup is a buy deck, and sold as `markedUp` makes it. */
  readonly entries: readonly { readonly deck: DeckTimeline; readonly markup?: Markup }[]
  readonly blocked: readonly string[]
  readonly packages: readonly Package[]
  readonly zone: string
}

/** No rate, or the plan forbids the number: `pattern` says by which of its entries. */
export type NoCharge = NoRate | { readonly kind: 'blocked'; readonly digits: PhoneDigits; readonly pattern: string }

/** A call priced by a plan: by which deck, and which entry of the plan that is. */
export type PlanRated = Rated & { readonly deck: CompiledDeck; readonly entry: number }

/** Makes a plan ready for rating. Its decks must be of one currency, or `lcr` and `lcd` would compare unlike things. */
export function compilePlan(input: PlanInput): CompiledPlan {
  const { expectedSeconds } = input
  assert(Number.isSafeInteger(expectedSeconds) && expectedSeconds > 0, `expected seconds of plan ${input.name}`)
  const currencies = new Set(input.entries.flatMap(({ deck }) => deck.spans.map((span) => span.deck.currency)))
  assert(currencies.size <= 1, `plan ${input.name} has decks of several currencies`)
  return Object.freeze({
    planId: input.planId,
    name: input.name,
    choice: input.choice,
    expectedSeconds,
    entries: input.entries.map(({ deck, markup }) => planEntry(deck, markup)),
    blocked: numberList(input.blocked),
    packages: input.packages.map(compilePackage),
    zone: input.zone,
  })
}

function planEntry(deck: DeckTimeline, markup: Markup | undefined): PlanEntry {
  if (markup === undefined || markup.kind === 'none') return { sell: deck }
  const spans = deck.spans.map((span) => ({ fromMs: span.fromMs, deck: markedUp(span.deck, markup) }))
  return { sell: { ...deck, spans }, buy: deck, markup }
}

/** The version in force at an instant; undefined before the first. */
export function deckAt({ spans }: DeckTimeline, atMs: number): CompiledDeck | undefined {
  for (let i = spans.length - 1; i >= 0; i--) if (spans[i]!.fromMs <= atMs) return spans[i]!.deck
  return undefined
}

/** Prices a call by the deck the plan chooses for it. */
export function rateByPlan(plan: CompiledPlan, call: CallToRate): Result<PlanRated, NoCharge> {
  const chosen = chooseEntry(plan, call.digits, call.atMs)
  if (!chosen.ok) return chosen
  const rated = rateCall(chosen.value.deck, call)
  return rated.ok ? ok({ ...rated.value, deck: chosen.value.deck, entry: chosen.value.entry }) : rated
}

/** How long one may talk for `credit`, by the deck that would price the call. */
export function maxSecondsByPlan(
  plan: CompiledPlan,
  question: {
    readonly digits: PhoneDigits
    readonly atMs: number
    readonly credit: Micros
    readonly allowance?: Allowance
  },
): Result<{ readonly seconds: number; readonly deck: CompiledDeck; readonly entry: number }, NoCharge> {
  const chosen = chooseEntry(plan, question.digits, question.atMs)
  if (!chosen.ok) return chosen
  const seconds = maxSeconds(chosen.value.deck, question)
  return seconds.ok ? ok({ ...chosen.value, seconds: seconds.value }) : seconds
}

/** The packages that cover a call, in order of priority, each with the first day of the period the call lies in. */
export function packagesFor(plan: CompiledPlan, digits: PhoneDigits, atMs: number) {
  return plan.packages
    .filter((pkg) => isCovered(pkg, digits, atMs))
    .map((pkg) => ({ package: pkg, periodStart: packagePeriodStart(pkg, atMs, plan.zone) }))
}

type Chosen = { readonly deck: CompiledDeck; readonly entry: number }

/**
 * The entry that prices a number at an instant. Default rates count only when no deck has any other. A deck that does
 * not know which of its rates to take makes the plan not know either, once it is looked at.
 */
export function chooseEntry(plan: CompiledPlan, digits: PhoneDigits, atMs: number): Result<Chosen, NoCharge> {
  const pattern = listedAs(plan.blocked, digits)
  if (pattern !== undefined) return err({ kind: 'blocked', digits, pattern })
  let reason = NO_RATE
  for (const find of [findOwnRate, findDefaultRate]) {
    let best: (Chosen & { readonly rate: number }) | undefined
    for (let entry = 0; entry < plan.entries.length; entry++) {
      const deck = deckAt(plan.entries[entry]!.sell, atMs)
      if (deck === undefined) continue
      const rate = find(deck, digits, atMs)
      if (rate === AMBIGUOUS) return err(noRate(AMBIGUOUS, digits))
      if (rate === EXPIRED) reason = EXPIRED
      if (rate < 0) continue
      const candidate = { deck, entry, rate }
      if (best === undefined || isBetter(plan, candidate, best, digits, atMs)) best = candidate
      if (plan.choice === 'order') break
    }
    if (best !== undefined) return ok({ deck: best.deck, entry: best.entry })
  }
  return err(noRate(reason, digits))
}

type Found = Chosen & { readonly rate: number }

function isBetter(plan: CompiledPlan, a: Found, b: Found, digits: PhoneDigits, atMs: number): boolean {
  switch (plan.choice) {
    case 'order':
      return false
    case 'longest':
      return compareSpecificity(a.deck, a.rate, b.deck, b.rate) < 0
    case 'lcr':
    case 'lcd':
      return compareCost(plan, a, digits, atMs) < compareCost(plan, b, digits, atMs)
  }
}

/** What a call of the expected length costs by an entry: what we pay for `lcr`, what is asked for it for `lcd`. */
function compareCost(plan: CompiledPlan, { deck, entry }: Found, digits: PhoneDigits, atMs: number): bigint {
  const { buy } = plan.entries[entry]!
  const by = (plan.choice === 'lcr' && buy !== undefined && deckAt(buy, atMs)) || deck
  const rated = rateCall(by, { digits, atMs, seconds: plan.expectedSeconds })
  assert(rated.ok, 'a deck and the one it was made from have the same rates')
  return rated.value.amount
}
