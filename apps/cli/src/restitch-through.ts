// A restitch seen through to its end: done here, or waited for when the worker has it. Progress on standard error.

import { listRestitches, type RestitchJob } from '@tollbook/calls/restitching'
import { type RestitchRun, runRestitch } from '@tollbook/charging/restitch'
import { CommandError, type TenantSurroundings } from './command.ts'
import { progressOn } from './progress.ts'
import { rollUpAll } from './roll-up-all.ts'

const LOOK_MS = 250
/** Orders of a tenant that are looked through for ours: it is among the newest. */
const LOOKED_THROUGH = 200

/** Waits until the restitch has ended and answers it then. Cut off, the worker goes on with it. */
export async function restitchThrough(around: TenantSurroundings, id: string): Promise<RestitchJob> {
  const { db, clock, tenant, err, tty } = around
  const progress = progressOn(tty.err, (line) => err(`${line}\n`))
  const stop = new AbortController()
  let work: Promise<RestitchRun | undefined> = Promise.resolve(undefined)
  around.onStop?.(async () => {
    stop.abort()
    await work.catch(() => undefined)
  })
  try {
    for (;;) {
      const jobs = await listRestitches(db, tenant.tenantId, LOOKED_THROUGH)
      const job = jobs.find((one) => one.id === id)
      if (job === undefined || job.state === 'cancelled') {
        throw new CommandError('cancelled', 'Newer rules were saved meanwhile: the calls are made anew by those.')
      }
      if (job.callsTotal) progress.show('Stitching', job.callsSeen / job.callsTotal)
      if (job.state === 'done') break
      if (stop.signal.aborted) throw new CommandError('stopped', 'Stopped. The worker goes on with it: npm start')
      // The oldest that waits comes first, whosesoever it is: then ours is next.
      work = runRestitch(db, clock, stop.signal)
      if ((await work) === undefined) await pause()
    }
  } finally {
    progress.end()
  }
  await rollUpAll(db, clock)
  return (await listRestitches(db, tenant.tenantId, LOOKED_THROUGH)).find((one) => one.id === id)!
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS))
}
