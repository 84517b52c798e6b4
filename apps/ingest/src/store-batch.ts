// One batch into the database, however long it takes.
//
// Two kinds of trouble. PostgreSQL away, full or busy: the same batch is tried again, with growing pauses, for as long
// as it takes. A row the database will never take (a data error): the batch is halved until the row stands alone, and
// that one is set aside with its bytes, so that it holds nothing up.

import type { Cel, Leg, QueueEvent, Reject } from '@tollbook/calls'
import { AssertionError } from '@tollbook/kernel'
import { backoffMs, pause } from '@tollbook/runtime'

export type CaptureBatchItem =
  | { readonly kind: 'leg'; readonly leg: Leg; readonly raw: Buffer }
  | { readonly kind: 'cel'; readonly cel: Cel; readonly raw: Buffer }
  | { readonly kind: 'queue'; readonly event: QueueEvent; readonly raw: Buffer }
  | { readonly kind: 'reject'; readonly reject: Reject }

export type CaptureBatchRow = Exclude<CaptureBatchItem, { readonly kind: 'reject' }>

export type Stored = { readonly legs: number; readonly cel: number; readonly queue: number; readonly rejected: number }

export type BatchStore = {
  /** Stores rows in one transaction; with `last` also what is to be kept with the whole batch. Throws when it cannot. */
  readonly capture: (rows: readonly CaptureBatchRow[], last: boolean) => Promise<void>
  /** Keeps rows that are none; one that is kept already stays as it is. */
  readonly setAside: (rejects: readonly Reject[]) => Promise<void>
  /** In words, '' when all is well. */
  readonly onTrouble: (text: string) => void
}

/** What was stored, or undefined when stopped before it could be. */
export async function storeBatch(
  batch: readonly CaptureBatchItem[],
  store: BatchStore,
  stop: AbortSignal,
): Promise<Stored | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      const stored = await storeOrHalve(batch, store, true)
      store.onTrouble('')
      return stored
    } catch (error) {
      store.onTrouble(`cannot store: ${wordsOf(error)}`)
      if (stop.aborted) return undefined
      await pause(backoffMs(attempt), stop)
    }
  }
}

async function storeOrHalve(batch: readonly CaptureBatchItem[], store: BatchStore, last: boolean): Promise<Stored> {
  const rejects = batch.flatMap((item) => (item.kind === 'reject' ? [item.reject] : []))
  const rows = batch.filter((item) => item.kind !== 'reject')
  if (rejects.length > 0) await store.setAside(rejects)
  try {
    if (rows.length > 0 || last) await store.capture(rows, last)
    const of = (kind: CaptureBatchRow['kind']) => rows.filter((row) => row.kind === kind).length
    return { legs: of('leg'), cel: of('cel'), queue: of('queue'), rejected: rejects.length }
  } catch (error) {
    if (!isDataError(error) || rows.length === 0) throw error
    if (rows.length > 1) {
      const middle = rows.length >> 1
      const first = await storeOrHalve(rows.slice(0, middle), store, false)
      const second = await storeOrHalve(rows.slice(middle), store, last)
      return together({ legs: 0, cel: 0, queue: 0, rejected: rejects.length }, together(first, second))
    }
    const reason = `it cannot be stored: ${wordsOf(error)}`
    await store.setAside(rows.map((row) => ({ line: 0, reason, raw: row.raw })))
    if (last) await store.capture([], true)
    return { legs: 0, cel: 0, queue: 0, rejected: rejects.length + rows.length }
  }
}

function together(a: Stored, b: Stored): Stored {
  return {
    legs: a.legs + b.legs,
    cel: a.cel + b.cel,
    queue: a.queue + b.queue,
    rejected: a.rejected + b.rejected,
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Several addresses refused at once: the error of all of them has no words of its own.
  return error.message === '' ? String((error as { code?: unknown }).code ?? error.name) : error.message
}

/** Trying again cannot help: SQLSTATE class 22 (bad data) or 23 (a constraint), or an invariant of our own. */
function isDataError(error: unknown): boolean {
  if (error instanceof AssertionError || error instanceof TypeError || error instanceof RangeError) return true
  return /^2[23]/.test(String((error as { readonly code?: unknown }).code ?? ''))
}
