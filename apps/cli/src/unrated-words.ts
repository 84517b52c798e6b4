// Why calls have no charge, as options name it.

import { UNRATED_WORDS, type Unrated, type UnratedWord } from '@tollbook/calls'
import { UsageError } from './command.ts'

export const UNRATED_REASONS = Object.keys(UNRATED_WORDS) as readonly UnratedWord[]

/** Numbers of words with commas between. */
export function unratedNumbers(text: string): readonly Unrated[] {
  return text.split(',').map((part) => {
    const word = UNRATED_REASONS.find((w) => w === part.trim())
    if (word === undefined)
      throw new UsageError(`--reason: there is no reason "${part.trim()}". There are: ${UNRATED_REASONS.join(', ')}`)
    return UNRATED_WORDS[word]
  })
}
