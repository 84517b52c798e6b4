// Why a call that should be charged is not, in the words of files and of the wire.

import { type CallSummary, UNRATED } from '@tollbook/calls'

export const UNRATED_WORDS = {
  [UNRATED.noAccount]: 'no-account',
  [UNRATED.noDeck]: 'no-deck',
  [UNRATED.noRate]: 'no-rate',
  [UNRATED.notANumber]: 'not-a-number',
  [UNRATED.blocked]: 'blocked',
  [UNRATED.expired]: 'expired',
  [UNRATED.ambiguous]: 'ambiguous',
  [UNRATED.held]: 'held',
} as const satisfies Record<NonNullable<CallSummary['unrated']>, string>
