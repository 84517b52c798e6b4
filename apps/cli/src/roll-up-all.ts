// Brings the rollups up to date after a command that changed calls, so that the next question is answered at once.

import type { Db } from '@tollbook/db'
import type { Clock } from '@tollbook/kernel'
import { rollUpTouched } from '@tollbook/stats'

/** Years of hours come in sets; a bound so that a busy import beside us cannot keep us here. */
const SETS_MAX = 200

/** Rolls up until nothing is left, or another process has taken the work. */
export async function rollUpAll(db: Db, clock: Clock): Promise<void> {
  for (let set = 0; set < SETS_MAX; set++) {
    if ((await rollUpTouched(db, clock.now())).hours === 0) return
  }
}
