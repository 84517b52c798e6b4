// Whether a file is the copy Asterisk keeps of one account's rows (`accountlogs`): it bears the account's name and holds
// nobody else's. Its rows are true, but it tells nothing of other calls.

import { basename, extname } from 'node:path'
import type { Leg } from '@tollbook/calls'

export function accountCopy(path: string) {
  const stem = basename(path, extname(path))
  let isOnlyThis = true
  let rows = 0
  return {
    look(legs: readonly Leg[]): void {
      rows += legs.length
      if (isOnlyThis && legs.some((leg) => leg.accountcode !== stem)) isOnlyThis = false
    },
    isCopy: () => isOnlyThis && rows > 0,
  }
}
