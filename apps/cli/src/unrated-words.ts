// Why calls have no charge, as options and answers name it.

import { UNRATED } from '@tollbook/calls'
import type { UnratedGroup } from '@tollbook/charging'
import { UsageError } from './command.ts'

export type UnratedWord =
  | 'no-account'
  | 'no-deck'
  | 'no-rate'
  | 'not-a-number'
  | 'blocked'
  | 'expired'
  | 'ambiguous'
  | 'held'

const NUMBERS: Readonly<Record<UnratedWord, UnratedGroup['reason']>> = {
  'no-account': UNRATED.noAccount,
  'no-deck': UNRATED.noDeck,
  'no-rate': UNRATED.noRate,
  'not-a-number': UNRATED.notANumber,
  blocked: UNRATED.blocked,
  expired: UNRATED.expired,
  ambiguous: UNRATED.ambiguous,
  held: UNRATED.held,
}

export const UNRATED_WORDS = Object.keys(NUMBERS) as readonly UnratedWord[]

/** The word for a number. */
export function unratedWord(reason: number): UnratedWord {
  return UNRATED_WORDS.find((word) => NUMBERS[word] === reason) ?? 'no-rate'
}

/** Numbers of words with commas between. */
export function unratedNumbers(text: string): readonly UnratedGroup['reason'][] {
  return text.split(',').map((part) => {
    const word = UNRATED_WORDS.find((w) => w === part.trim())
    if (word === undefined)
      throw new UsageError(`--reason: there is no reason "${part.trim()}". There are: ${UNRATED_WORDS.join(', ')}`)
    return NUMBERS[word]
  })
}
