// A tariff plan as a file: with the names of its decks, so that a person can write it, and `plan show --json` can be read
// again.

import type { DeckSummary, PlanDeck, PlanInput, PlanPackage, StoredPlan } from '@tollbook/tariffs'
import { CommandError } from './command.ts'
import { type JsonReader, readJson } from './json-reader.ts'
import { parseInstant } from './parse-instant.ts'

/** The file of a plan. */
export function planFile(plan: StoredPlan) {
  return {
    name: plan.name,
    choice: plan.choice,
    expectedSeconds: plan.expectedSeconds,
    decks: plan.decks.map(({ name, markupKind, markupPercent, markupPerMinute, markupPerCall, pricePlaces }) => ({
      deck: name,
      ...(markupKind !== 'none' && { markupKind, markupPercent, markupPerMinute, markupPerCall, pricePlaces }),
    })),
    blocked: plan.blocked,
    packages: plan.packages.map(({ packageId: _, kind, amount, validFromMs, validToMs, ...rest }) => ({
      ...{ ...rest, kind, ...(kind !== 'unlimited' && { amount }) },
      ...(validFromMs !== 0 && { validFrom: new Date(validFromMs).toISOString() }),
      ...(validToMs !== undefined && { validTo: new Date(validToMs).toISOString() }),
    })),
  }
}

export type PlanWorld = {
  readonly decks: readonly DeckSummary[]
  readonly plans: readonly StoredPlan[]
  readonly zone: string
}

/** The plan a file tells of. One of this name is replaced; packages that keep their name keep what was used of them. */
export function readPlanFile(text: string, { decks, plans, zone }: PlanWorld): PlanInput {
  const file = readJson(text, 'bad-plan')
  const name = file.text('name')
  const before = plans.find((plan) => plan.name === name.trim())
  const plan: PlanInput = {
    ...(before && { planId: before.planId }),
    name,
    choice: file.word('choice', ['order', 'longest', 'lcr', 'lcd'], 'order'),
    expectedSeconds: file.whole('expectedSeconds', 180),
    decks: file.list('decks').map((item) => deckOf(item, decks)),
    blocked: file.list('blocked', []).map((item) => ({ prefix: item.text('prefix'), note: item.text('note', '') })),
    packages: file.list('packages', []).map((item) => packageOf(item, before, zone)),
  }
  file.end(['name', 'choice', 'expectedSeconds', 'decks', 'blocked', 'packages'])
  return plan
}

function deckOf(item: JsonReader, decks: readonly DeckSummary[]): PlanDeck {
  const name = item.text('deck')
  const found = decks.find((deck) => deck.name === name)
  if (found === undefined) {
    const names = decks.map((deck) => `"${deck.name}"`).join(', ')
    throw new CommandError('no-deck', `There is no deck "${name}". There are: ${names === '' ? 'none' : names}.`)
  }
  const deck = {
    deckId: found.id,
    markupKind: item.word('markupKind', ['none', 'markup', 'margin'], 'none'),
    markupPercent: item.text('markupPercent', '0'),
    markupPerMinute: item.text('markupPerMinute', '0'),
    markupPerCall: item.text('markupPerCall', '0'),
    pricePlaces: item.whole('pricePlaces', 4),
  }
  item.end(['deck', 'markupKind', 'markupPercent', 'markupPerMinute', 'markupPerCall', 'pricePlaces'])
  return deck
}

function packageOf(item: JsonReader, before: StoredPlan | undefined, zone: string): PlanPackage {
  const name = item.text('name')
  const kind = item.word('kind', ['seconds', 'calls', 'unlimited'])
  const [from, to] = [item.text('validFrom', ''), item.text('validTo', '')]
  const pack = {
    packageId: before?.packages.find((p) => p.name === name.trim())?.packageId ?? 0,
    ...{ name, kind, amount: item.whole('amount', kind === 'unlimited' ? 0 : undefined) },
    period: item.word('period', ['day', 'week', 'month'], 'month'),
    startDay: item.whole('startDay', 1),
    prefixes: item.texts('prefixes', []),
    validFromMs: from === '' ? 0 : parseInstant('validFrom', from, zone),
    ...(to !== '' && { validToMs: parseInstant('validTo', to, zone) }),
  }
  item.end(['name', 'kind', 'amount', 'period', 'startDay', 'prefixes', 'validFrom', 'validTo'])
  return pack
}
