// Doing what was ordered: one revaluation at a time, taken up wherever the last process left it.

import type { Db } from '@tollbook/db'
import { AssertionError, type Clock } from '@tollbook/kernel'
import { applyRerate } from './apply-rerate.ts'
import { countImpact } from './count-impact.ts'
import { countRerate } from './count-rerate.ts'
import { type ClaimedRevaluation, claimRevaluation, endState, releaseRevaluation } from './revaluations.ts'

/**
 * Takes up the oldest revaluation that waits or was cut off, and answers its id when it has ended or been counted;
 * undefined when there is none. With `stopping` it leaves off after the batch under way, for another process to go on.
 */
export async function runRevaluation(db: Db, clock: Clock, stopping: AbortSignal = NEVER): Promise<string | undefined> {
  const job = await claimRevaluation(db, clock.now())
  if (job === undefined) return undefined
  try {
    const ended = await run(db, job, clock, stopping)
    if (!ended) await releaseRevaluation(db, job.id)
    return job.id
  } catch (error) {
    // A fault of ours would come again each time; anything else, such as a database that is away, may pass.
    if (error instanceof AssertionError) {
      await endState(db, job.id, job.state, 'failed', { error: error.message }, clock.now())
    } else await releaseRevaluation(db, job.id).catch(() => undefined)
    throw error
  }
}

const NEVER = new AbortController().signal

function run(db: Db, job: ClaimedRevaluation, clock: Clock, stopping: AbortSignal): Promise<boolean> {
  if (job.kind === 'impact') return countImpact(db, job, clock, stopping)
  return job.state === 'counting' ? countRerate(db, job, clock, stopping) : applyRerate(db, job, clock, stopping)
}
