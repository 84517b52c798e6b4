// Seeing a revaluation through: this process does the work, or watches another do it, with progress on standard error.

import { type Revaluation, revaluationById, runRevaluation } from '@tollbook/charging'
import { assert } from '@tollbook/kernel'
import { CommandError, type TenantSurroundings } from './command.ts'
import { progressOn } from './progress.ts'

/** How often is looked; work that another process does is taken up by us when it is silent for half a minute. */
const LOOK_MS = 250

/**
 * Waits until a revaluation has left the states in which there is work, and answers it then. Cut off, it stays where it
 * is: a worker, or whoever asks for it again, goes on.
 */
export async function seeThrough(
  around: TenantSurroundings,
  id: string,
  label: string,
  again: string,
): Promise<Revaluation> {
  const { db, clock, tenant, tty, err } = around
  const progress = progressOn(tty.err, (line) => err(`${line}\n`))
  const look = async () => {
    const now = await revaluationById(db, tenant.tenantId, id)
    assert(now !== undefined, `revaluation ${id} was there`)
    if (WORKING.includes(now.state) && now.callsTotal > 0) progress.show(label, now.callsSeen / now.callsTotal)
    return now
  }
  const stop = new AbortController()
  let work: Promise<string | undefined> = Promise.resolve(undefined)
  around.onStop?.(async () => {
    // The batch under way is finished and the rest released, so that whoever goes on need not wait for us.
    stop.abort()
    await work.catch(() => undefined)
  })
  for (let now = await look(); ; now = await look()) {
    if (!WORKING.includes(now.state)) {
      if (now.callsTotal > 0) progress.show(label, 1)
      progress.end()
      return ended(now)
    }
    // The oldest that waits comes first, whosesoever it is: then ours is next.
    let working = true
    work = runRevaluation(db, clock, stop.signal)
    const ends = () => {
      working = false
    }
    work.then(ends, ends)
    while (working && WORKING.includes((await look()).state)) await Promise.race([work, pause()])
    if ((await work) === undefined) await pause()
    if (stop.signal.aborted) throw new CommandError('stopped', `Stopped. To go on: tollbook ${again}`)
  }
}

const WORKING: readonly Revaluation['state'][] = ['counting', 'applying']

function ended(now: Revaluation): Revaluation {
  if (now.state === 'failed') {
    throw new CommandError('failed', `It failed: ${now.error} To go on with it: tollbook rerate --resume ${now.id}`)
  }
  if (now.state === 'cancelled') throw new CommandError('cancelled', 'Somebody cancelled it.')
  return now
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS))
}
