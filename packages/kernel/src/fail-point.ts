// Named places at which a process can be made to die, for the tests that kill it there. Off, one comparison each; what
// dying means is decided by whoever arms it (runtime).

/** Every place, in the order a record passes them. A name stands in the source exactly once. */
export const FAIL_POINTS = [
  ...(['spool.before-write', 'spool.half-written', 'spool.written', 'spool.synced', 'spool.segment-begun'] as const),
  ...(['spool.before-delete', 'spool.deleted'] as const),
  ...(['drain.before-store', 'drain.stored'] as const),
  ...(['capture.before-transaction', 'capture.begun', 'copy.leg-written'] as const),
  ...(['store.cel-inserted', 'store.queue-inserted', 'store.legs-copied', 'store.legs-inserted'] as const),
  ...(['store.batch-noted', 'store.calls-inserted'] as const),
  ...(['stitch.calls-locked', 'stitch.legs-read', 'stitch.before-replace', 'stitch.replaced'] as const),
  ...(['capture.stored', 'capture.also-kept'] as const),
  ...(['settle.notes-deleted', 'settle.packages-locked', 'settle.priced', 'settle.charges-copied'] as const),
  ...(['settle.charges-inserted', 'settle.packages-moved', 'settle.posted', 'settle.notes-inserted'] as const),
  ...(['ledger.entries-copied', 'ledger.balances-moved'] as const),
  ...(['capture.settled', 'capture.hours-touched', 'capture.committed'] as const),
] as const

export type FailPoint = (typeof FAIL_POINTS)[number]

let hook: ((name: FailPoint) => void) | undefined

/** Passes one of the places. */
export function failPoint(name: FailPoint): void {
  if (hook !== undefined) hook(name)
}

/** Whether anything is armed: for places that are reached only by doing something in two steps. */
export function failPointsArmed(): boolean {
  return hook !== undefined
}

/** Called at every place passed from now on; undefined turns them off. */
export function onFailPoint(reached: ((name: FailPoint) => void) | undefined): void {
  hook = reached
}
