// How a plan came to its deck: which decks had a rate, what each would have cost, which was taken and why, and what its
// markup made of the price. For traces and simulators; rating itself goes through `chooseEntry` alone.

import { formatDecimal, formatMoney, type PhoneDigits } from '@tollbook/kernel'
import { type CompiledDeck, prefixOf } from './deck.ts'
import { findRate, NO_RATE, noRate, rateAt } from './find-rate.ts'
import type { PackageChoice } from './package.ts'
import { type CompiledPlan, chooseEntry, deckAt } from './plan.ts'
import { rateCall } from './rate-call.ts'

/** A step of a trace before the arithmetic begins. */
export type PlanStep = {
  readonly kind: 'plan' | 'markup' | 'package'
  /** Plain text: names, digits, decimals. */
  readonly values: Readonly<Record<string, string>>
  readonly amount: null
}

/** What one deck of a plan says to a number. */
export type PlanOffer = {
  readonly entry: number
  /** The version in force; undefined when there is none yet. */
  readonly deck: CompiledDeck | undefined
  /** The prefix or pattern it would price by, '*' its default rate; '' when it has none. */
  readonly prefix: string
  /** Why it has none; undefined when it has one. */
  readonly reason: 'no-rate' | 'expired' | 'ambiguous' | undefined
  /** What a call of the plan's expected length is sold for, and bought for where there is a buy deck: money as text. */
  readonly price: string
  readonly cost: string
  readonly isChosen: boolean
}

/** Every deck of the plan, in its order. */
export function planOffers(plan: CompiledPlan, digits: PhoneDigits, atMs: number): readonly PlanOffer[] {
  const chosen = chooseEntry(plan, digits, atMs)
  return plan.entries.map(({ sell, buy }, entry) => {
    const deck = deckAt(sell, atMs)
    const rate = deck === undefined ? NO_RATE : findRate(deck, digits, atMs)
    const call = { digits, atMs, seconds: plan.expectedSeconds }
    const price = (by: CompiledDeck | undefined) => {
      const rated = by && rateCall(by, call)
      return rated?.ok ? formatMoney(rated.value.amount) : ''
    }
    return {
      entry,
      deck,
      prefix: deck !== undefined && rate >= 0 ? prefixOf(deck, digits, rate) : '',
      reason: rate < 0 ? noRate(rate, digits).kind : undefined,
      price: price(deck),
      cost: price(buy && deckAt(buy, atMs)),
      isChosen: chosen.ok && chosen.value.entry === entry,
    }
  })
}

/**
 * The steps `plan` and `markup` of a trace; none for a single deck without a plan. A blocked number has the entry that
 * blocks it in `blocked`; `decks` lists what was looked at, each with the prefix it has.
 */
export function explainPlan(plan: CompiledPlan, digits: PhoneDigits, atMs: number): readonly PlanStep[] {
  if (plan.planId === 0) return []
  const chosen = chooseEntry(plan, digits, atMs)
  const named = { plan: plan.name, choice: plan.choice, expectedSeconds: String(plan.expectedSeconds) }
  if (!chosen.ok && chosen.error.kind === 'blocked') return [step('plan', { ...named, blocked: chosen.error.pattern })]
  const offers = planOffers(plan, digits, atMs)
  const decks = offers.map(({ deck, prefix, reason, entry }) => {
    const name = deck?.name ?? plan.entries[entry]!.sell.name
    return `${name} (${reason ?? prefix})`
  })
  const values = { ...named, decks: decks.join(', ') }
  if (!chosen.ok) return [step('plan', { ...values, deck: '', reason: chosen.error.kind })]
  const { deck, entry } = chosen.value
  return [step('plan', { ...values, deck: deck.name, entry: String(entry) }), ...markupStep(plan, entry, digits, atMs)]
}

function markupStep(plan: CompiledPlan, entry: number, digits: PhoneDigits, atMs: number): readonly PlanStep[] {
  const { sell, buy, markup } = plan.entries[entry]!
  const [sold, bought] = [deckAt(sell, atMs), buy && deckAt(buy, atMs)]
  if (markup === undefined || sold === undefined || bought === undefined) return []
  const rate = findRate(sold, digits, atMs)
  const priceIn = (deck: CompiledDeck) => formatDecimal(rateAt(deck, digits, rate).pricePerMinute)
  return [
    step('markup', {
      kind: markup.kind,
      percent: formatDecimal(markup.percent),
      perMinute: formatDecimal(markup.perMinute),
      perCall: formatDecimal(markup.perCall),
      places: String(markup.places),
      cost: priceIn(bought),
      pricePerMinute: priceIn(sold),
    }),
  ]
}

/** The step `package`: which package a call used and what it got of it. */
export function explainPackage({ state }: PackageChoice, rated: { readonly freeSeconds: number }): PlanStep {
  const { package: pkg, periodStart, usedSeconds, usedCalls } = state
  return step('package', {
    package: pkg.name,
    kind: pkg.kind,
    amount: String(pkg.amount),
    periodStart,
    usedBefore: String(pkg.kind === 'calls' ? usedCalls : usedSeconds),
    freeSeconds: String(rated.freeSeconds),
  })
}

function step(kind: PlanStep['kind'], values: Readonly<Record<string, string>>): PlanStep {
  return { kind, values, amount: null }
}
