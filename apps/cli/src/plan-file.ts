// A tariff plan as a file: with the names of its decks, so that a person can write it, and `plan show --json` can be read
// again.

import type { DeckSummary, PlanDeck, PlanInput, PlanPackage, StoredPlan } from '@tollbook/tariffs'
import { CommandError } from './command.ts'
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
  const file = reader(parsed(text), '')
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

function deckOf(item: Reader, decks: readonly DeckSummary[]): PlanDeck {
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

function packageOf(item: Reader, before: StoredPlan | undefined, zone: string): PlanPackage {
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CommandError('bad-plan', `This is no JSON: ${(error as Error).message}`)
  }
}

type Reader = {
  text(field: string, otherwise?: string): string
  whole(field: string, otherwise?: number): number
  word<const W extends string>(field: string, words: readonly W[], otherwise?: W): W
  texts(field: string, otherwise?: readonly string[]): readonly string[]
  list(field: string, otherwise?: readonly unknown[]): readonly Reader[]
  /** A field nobody knows is a slip of the pen, and would be lost. */
  end(known: readonly string[]): void
}

/** Reads fields of an object by name; `at` says where it is, for what is told of a wrong one. */
function reader(value: unknown, at: string): Reader {
  const bad = (field: string, what: string) => new CommandError('bad-plan', `${at}${field} ${what}`)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(at === '' ? 'The file' : '', 'is no object { … }')
  const fields = value as Readonly<Record<string, unknown>>
  const given = (field: string) => (Object.hasOwn(fields, field) ? fields[field] : undefined)
  const missing = (field: string) => bad(field, 'is missing')
  return {
    text(field, otherwise) {
      const found = given(field) ?? otherwise
      if (found === undefined) throw missing(field)
      if (typeof found === 'number') throw bad(field, `is a number; write it as text: "${found}"`)
      if (typeof found !== 'string') throw bad(field, 'is no text')
      return found
    },
    whole(field, otherwise) {
      const found = given(field) ?? otherwise
      if (found === undefined) throw missing(field)
      if (typeof found !== 'number' || !Number.isSafeInteger(found)) throw bad(field, 'is no whole number')
      return found
    },
    word(field, words, otherwise) {
      const found = given(field) ?? otherwise
      const word = words.find((w) => w === found)
      if (word === undefined)
        throw bad(field, `is ${JSON.stringify(found) ?? 'missing'}; use one of ${words.join(', ')}`)
      return word
    },
    texts(field, otherwise) {
      const found = given(field) ?? otherwise
      if (!Array.isArray(found) || found.some((item) => typeof item !== 'string'))
        throw bad(field, 'is no list of texts ["…"]')
      return found as readonly string[]
    },
    list(field, otherwise) {
      const found = given(field) ?? otherwise
      if (!Array.isArray(found)) throw found === undefined ? missing(field) : bad(field, 'is no list [ … ]')
      return found.map((item, i) => reader(item, `${at}${field}[${i + 1}].`))
    },
    end(known) {
      const other = Object.keys(fields).find((field) => !known.includes(field))
      if (other !== undefined) throw bad(other, `is no field. There are: ${known.join(', ')}`)
    },
  }
}
