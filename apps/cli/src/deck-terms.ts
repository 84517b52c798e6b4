// What holds for a whole deck, as options of the command that makes it: rounding, places, split windows, quirks.

import type { Rounding } from '@tollbook/kernel'
import type { Quirks } from '@tollbook/rating'
import { QUIRK_NAMES } from '@tollbook/rating/a2billing'
import { type Args, optional, UsageError } from './command.ts'

export const DECK_TERMS_HELP = `Of a new deck; one that exists keeps its own:
  --rounding        half-up (default), half-even, up or down; once, at the end of each call
  --places          decimal places of a charge, 0 to 6 (default: 4; 6 in A2Billing's manner)
  --window-choice   start (default): a call keeps the time window it starts in; split: priced anew where one ends
  --quirks-off      in A2Billing's manner, what is not to be done as there: ${QUIRK_NAMES.join(', ')}`

export const DECK_TERMS_OPTIONS = {
  rounding: { type: 'string' },
  places: { type: 'string' },
  'window-choice': { type: 'string' },
  'quirks-off': { type: 'string' },
} as const

export type DeckTermsAsked = {
  readonly rounding?: Rounding
  readonly places?: number
  readonly windowChoice?: 'start' | 'split'
  readonly quirks?: Partial<Quirks>
}

/** The terms that were asked for; throws a usage error that says what there is to choose from. */
export function deckTerms(args: Args): DeckTermsAsked {
  const rounding = oneOf(args, 'rounding', ['half-up', 'half-even', 'up', 'down'] as const)
  const windowChoice = oneOf(args, 'window-choice', ['start', 'split'] as const)
  const places = oneOf(args, 'places', ['0', '1', '2', '3', '4', '5', '6'] as const)
  const off = optional(args, 'quirks-off')
    ?.split(',')
    .map((name) => name.trim())
  return {
    ...(rounding !== undefined && { rounding }),
    ...(windowChoice !== undefined && { windowChoice }),
    ...(places !== undefined && { places: Number(places) }),
    ...(off !== undefined && { quirks: Object.fromEntries(off.map((name) => [quirk(name), false])) }),
  }
}

function quirk(name: string): keyof Quirks {
  const known = QUIRK_NAMES.find((one) => one === name)
  if (known === undefined)
    throw new UsageError(`--quirks-off: there is no "${name}". There are: ${QUIRK_NAMES.join(', ')}`)
  return known
}

function oneOf<Choice extends string>(args: Args, name: string, choices: readonly Choice[]): Choice | undefined {
  const given = optional(args, name)
  const chosen = choices.find((choice) => choice === given)
  if (given !== undefined && chosen === undefined) throw new UsageError(`--${name} is one of ${choices.join(', ')}`)
  return chosen
}
