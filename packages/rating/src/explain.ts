// How an amount came to be, step by step, in the order of the arithmetic. Steps carry values, not sentences: pages put
// the words around them in the reader's language.

import { type Decimal, formatDecimal, formatMoney } from '@tollbook/kernel'
import { type CompiledDeck, destinationOf, prefixOf, termsOf, windowOf } from './deck.ts'
import type { CallToRate } from './rate-call.ts'
import type { CompiledTerms } from './terms.ts'
import { type Trace, traceCall } from './trace.ts'

/** One step; `values` are plain text: digits, seconds, decimals. `amount` is money where the step yields some. */
export type TraceStep = {
  readonly kind:
    | 'number'
    | 'plan'
    | 'candidates'
    | 'match'
    | 'window'
    | 'package'
    | 'seconds'
    | 'tier'
    | 'price'
    | 'connect-fee'
    | 'disconnect-fee'
    | 'entry-fee'
    | 'block-fee'
    | 'markup'
    | 'minimum'
    | 'maximum'
    | 'rounding'
    | 'total'
  readonly values: Readonly<Record<string, string>>
  readonly amount: string | null
}

/** What only the caller knows of a call: the number as the PBX wrote it, by which rule it was read, names. */
export type TraceWords = {
  readonly dialled: string
  readonly rule: string
  readonly destinationName: (destinationId: number) => string
}

/** A priced call with the words only the caller knows. */
export type CallToExplain = CallToRate & TraceWords

/** The trace of what `rateCall` does with the same deck and call, as steps. */
export function explainCall(deck: CompiledDeck, call: CallToExplain): readonly TraceStep[] {
  return traceSteps(traceCall(deck, call), call)
}

/**
 * A trace as steps. Without a rate it ends after the match step, whose prefix is then '' and whose `outcome` says why.
 * Amounts of prices are shown with ten places at most, all others are exact.
 */
export function traceSteps(trace: Trace, words: TraceWords): readonly TraceStep[] {
  const number = step('number', { dialled: words.dialled, read: trace.digits, rule: words.rule })
  const match = step('match', matchValues(trace, words))
  if (trace.rate < 0) return [number, match]
  const total = formatMoney(trace.amount)
  return [
    number,
    match,
    ...windowSteps(trace),
    secondsStep(trace),
    ...packageSteps(trace),
    ...(trace.usage.charged ? chargedSteps(trace) : []),
    step(
      'rounding',
      { rule: trace.deck.rounding, places: String(trace.deck.places), exact: decimalOf(trace.exact, trace.deck) },
      total,
    ),
    step('total', {}, total),
  ]
}

function step(kind: TraceStep['kind'], values: Record<string, string>, amount: string | null = null): TraceStep {
  return { kind, values, amount }
}

function matchValues({ deck, digits, candidates, rate, outcome }: Trace, words: TraceWords) {
  // All that fit the number and hold, the least specific first; the default rate is written "*".
  let holding = ''
  for (const { rate: found, prefix } of candidates) {
    if (found >= 0) holding = holding === '' ? prefix : `${prefix} ${holding}`
  }
  const common = { candidates: holding, deck: deck.name, version: String(deck.version) }
  if (rate < 0) return { ...common, prefix: '', destination: '', outcome }
  return {
    ...common,
    prefix: prefixOf(deck, digits, rate),
    destination: words.destinationName(destinationOf(deck, rate)),
    pricePerMinute: formatDecimal(termsOf(deck, rate).tiers.at(-1)!.pricePerMinute),
  }
}

/** Told only where a deck has windows; '' is the rate that holds always. */
function windowSteps({ deck, rate }: Trace): TraceStep[] {
  if (deck.windows.length === 0) return []
  return [step('window', { window: windowName(deck, rate), zone: deck.zone, choice: deck.windowChoice })]
}

function windowName(deck: CompiledDeck, rate: number): string {
  const id = windowOf(deck, rate)
  return deck.windows.find((window) => window.id === id)?.name ?? ''
}

function secondsStep({ seconds, usage }: Trace): TraceStep {
  const { terms, countedS, billedS } = usage
  const { firstBlockS, fromZero, graceS, tiers } = terms
  const { incrementS } = tiers.at(-1)!
  const grace = seconds > 0 && seconds <= graceS ? { grace: String(graceS) } : {}
  return step('seconds', {
    talked: String(seconds),
    ...(countedS > seconds && countedS > firstBlockS ? { counted: String(countedS) } : {}),
    firstBlock: String(firstBlockS),
    increment: String(incrementS),
    anchor: fromZero ? 'zero' : 'first-block',
    blocks: String(blocksOf(billedS, terms)),
    billed: String(billedS),
    ...grace,
  })
}

/** Blocks charged: the first one (when there is one) and every increment begun. */
function blocksOf(billedS: number, { firstBlockS, fromZero, tiers }: CompiledTerms): number {
  const step = tiers.at(-1)!.incrementS || 1
  if (billedS === 0) return 0
  if (billedS <= firstBlockS) return 1
  if (fromZero) return Math.floor(billedS / step)
  return (firstBlockS > 0 ? 1 : 0) + Math.floor((billedS - firstBlockS) / step)
}

function packageSteps({ usage }: Trace): TraceStep[] {
  if (usage.freeS === 0) return []
  return [
    step('package', { free: String(usage.freeS), billed: String(usage.billedS), whole: usage.charged ? 'no' : 'yes' }),
  ]
}

/** Prices, one step a tier or window, then the fees in the order in which they are added, then minimum and maximum. */
function chargedSteps(trace: Trace): TraceStep[] {
  const { usage, uncapped, exact } = trace
  const { terms } = usage
  const steps = priceSteps(trace)
  const add = (kind: TraceStep['kind'], amount: Decimal, values: Record<string, string> = {}, times = 1n) => {
    if (amount.units === 0n) return
    const text = formatDecimal({ units: amount.units * times, scale: amount.scale })
    steps.push(step(kind, { fee: formatDecimal(amount), ...values }, text))
  }
  for (const [i, { tier, enters }] of usage.parts.entries()) {
    if (enters) add('entry-fee', tier.entryFee.amount, { tier: String(i + 1) })
  }
  add('connect-fee', terms.connectFee.amount)
  if (usage.disconnects) add('disconnect-fee', terms.disconnectFee.amount, { after: String(terms.disconnectAfterS) })
  if (usage.blockFees > 0) {
    const { blockFee, blockChargeS } = terms.extras!
    add(
      'block-fee',
      blockFee.amount,
      { count: String(usage.blockFees), every: String(blockChargeS) },
      BigInt(usage.blockFees),
    )
  }
  if (terms.minimum.amount.units !== 0n) {
    const raised = uncapped < terms.minimum.grains
    const minimum = formatDecimal(terms.minimum.amount)
    steps.push(step('minimum', { minimum, raised: raised ? 'yes' : 'no' }, raised ? minimum : null))
  }
  if (terms.maximum !== undefined) {
    const capped = exact === terms.maximum.grains && uncapped > exact
    const values = { maximum: formatDecimal(terms.maximum.amount), capped: capped ? 'yes' : 'no' }
    const after = terms.stopsAtMaximum ? 'stop' : 'free'
    steps.push(step('maximum', { ...values, after }, capped ? values.maximum : null))
  }
  return steps
}

function priceSteps({ deck, usage }: Trace): TraceStep[] {
  const { parts } = usage
  return parts.map(({ tier, billedS, freeS, rate }, i) => {
    const paid = billedS - freeS
    const amount = decimalOf(BigInt(paid) * tier.grainsPerSecond, deck)
    const values = { billed: String(paid), pricePerMinute: formatDecimal(tier.pricePerMinute) }
    if (parts.length === 1) return step('price', values, amount)
    const free = freeS === 0 ? {} : { free: String(freeS) }
    const window = deck.windowChoice === 'split' ? { window: windowName(deck, rate) } : {}
    return step('tier', { tier: String(i + 1), from: String(tier.fromS), ...values, ...free, ...window }, amount)
  })
}

/** Grains as a decimal with at most ten places; a sixtieth that does not end is rounded there, for display only. */
function decimalOf(grains: bigint, { scale }: CompiledDeck): string {
  const negative = grains < 0n
  const size = negative ? -grains : grains
  const tenPlaces = (size * 10_000_000_000n * 2n + scale.grainsPerUnit) / (scale.grainsPerUnit * 2n)
  const shown: Decimal = { units: negative ? -tenPlaces : tenPlaces, scale: 10 }
  return formatDecimal(shown)
}
