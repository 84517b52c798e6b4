// The steps of a price as plain English sentences, for a terminal. The pages have words of their own, in two languages.

import type { TraceStep } from '@tollbook/rating'

/** A sentence and, where the step yields one, its amount or seconds. */
export type TraceLine = { readonly text: string; readonly figure: string }

/** One line a step; the total is left to the caller, and so is a rounding that changes nothing. */
export function traceSentences(trace: readonly TraceStep[], currency: string): readonly TraceLine[] {
  return trace
    .filter((step) => step.kind !== 'total' && !changesNothing(step))
    .map((step) => ({ text: SENTENCES[step.kind](step.values, currency), figure: figureOf(step) }))
}

function changesNothing({ kind, values, amount }: TraceStep): boolean {
  return kind === 'rounding' && amount !== null && plain(values.exact ?? '') === plain(amount)
}

function plain(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/0+$/, '').replace(/\.$/, '') : decimal
}

function figureOf({ kind, values, amount }: TraceStep): string {
  if (kind === 'seconds') return `${values.billed} s`
  return amount === null ? '' : plain(amount)
}

type Values = Readonly<Record<string, string>>

const RULES: Values = {
  plus: 'it begins with +',
  'international-prefix': 'by the international prefix',
  'national-prefix': 'by the national prefix',
  'as-dialled': 'as dialled',
}

const SENTENCES: Readonly<Record<TraceStep['kind'], (v: Values, currency: string) => string>> = {
  number: (v) => {
    const stripped = v.stripped ? `, "${v.stripped}" taken off` : ''
    return `Number ${v.dialled} is read as +${v.read} (${RULES[v.rule ?? ''] ?? v.rule}${stripped})`
  },
  plan: (v) => {
    if (v.blocked) return `Plan "${v.plan}" does not sell numbers that begin with ${v.blocked}`
    const looked = v.decks ? `; looked at ${v.decks}` : ''
    return v.deck
      ? `Plan "${v.plan}" takes deck ${v.deck}${looked}`
      : `Plan "${v.plan}" has no rate (${v.reason})${looked}`
  },
  candidates: (v) => `Prefixes that fit: ${v.candidates}`,
  match: (v, currency) => {
    const deck = `deck ${v.deck}, version ${v.version}`
    if (!v.prefix)
      return `No rate of ${deck} fits (${v.outcome ?? 'no-rate'})${v.candidates ? `; begun: ${v.candidates}` : ''}`
    const fits = v.candidates && v.candidates !== v.prefix ? `, of ${v.candidates}` : ''
    return `Prefix ${v.prefix} ${v.destination}${fits}: ${v.pricePerMinute} ${currency} a minute (${deck})`
  },
  window: (v) =>
    `Time window: ${v.window || 'always'} (${v.zone}${v.choice === 'split' ? ', priced anew where a window ends' : ''})`,
  package: (v) => `Package${v.package ? ` "${v.package}"` : ''} gives ${v.free ?? v.freeSeconds} s free`,
  seconds: (v) => {
    if (v.grace) return `${v.talked} s talked: free up to ${v.grace} s`
    const first = v.firstBlock === '0' || v.firstBlock === v.increment ? '' : `first ${v.firstBlock} s, then `
    return `${v.talked} s talked, billed ${first}in steps of ${v.increment} s${v.anchor === 'zero' ? ', counted from zero' : ''}`
  },
  tier: (v) => `${v.billed} s from second ${v.from}${v.window ? ` (${v.window})` : ''} × ${v.pricePerMinute} ÷ 60`,
  price: (v) => `${v.billed} s × ${v.pricePerMinute} ÷ 60`,
  'connect-fee': () => 'Connection fee',
  'disconnect-fee': (v) => (v.after && v.after !== '0' ? `Fee at the end, from ${v.after} s on` : 'Fee at the end'),
  'entry-fee': (v) => `Fee for entering tier ${v.tier}`,
  'block-fee': (v) => `${v.count} × ${v.fee}, for every ${v.every} s`,
  markup: (v) => {
    const percent = v.percent === '0' ? '' : ` ${v.kind === 'margin' ? 'at a margin of' : 'plus'} ${v.percent} %`
    const minute = v.perMinute === '0' ? '' : ` plus ${v.perMinute} a minute`
    return `Bought at ${v.cost} a minute${percent}${minute}: sold at ${v.pricePerMinute}`
  },
  minimum: (v) => `Minimum charge ${v.minimum}${v.raised === 'yes' ? '' : ': met'}`,
  maximum: (v) => `Maximum charge ${v.maximum}${v.capped === 'yes' ? '' : ': not reached'}`,
  rounding: (v) => `Rounded ${v.rule} to ${v.places} places from ${plain(v.exact ?? '')}`,
  total: () => 'Charge',
}
