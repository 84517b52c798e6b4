// Between the eager reader and the database: a bounded queue and one batch in flight, tried again until it is stored.
//
// Two kinds of trouble. PostgreSQL away, full or busy: the same batch is tried again, with growing pauses, for as long
// as it takes. A row the database will never take (a data error): the batch is halved until the row stands alone, and
// that one is set aside with its bytes, so that it holds nothing up.

import type { Cel, Leg, Reject } from '@tollbook/calls'
import { AssertionError } from '@tollbook/kernel'
import { backoffMs, type Log, pause } from '@tollbook/runtime'

export type CaptureBatchItem =
  | { readonly kind: 'leg'; readonly leg: Leg; readonly raw: Buffer }
  | { readonly kind: 'cel'; readonly cel: Cel; readonly raw: Buffer }
  | { readonly kind: 'reject'; readonly reject: Reject }

export type Stored = { readonly legs: number; readonly cel: number; readonly rejected: number }

export type BatchQueueOptions = {
  readonly capture: (batch: readonly CaptureBatchItem[]) => Promise<void>
  readonly setAside: (rejects: readonly Reject[]) => Promise<void>
  readonly onStored: (stored: Stored) => void
  readonly onTrouble: () => void
  readonly log: Log
}

export type BatchQueue = {
  add(items: readonly CaptureBatchItem[]): void
  /** In words, '' when all is well. */
  trouble(): string
  /** Stores what waits, trying for STOP_MS at most. */
  stop(): Promise<void>
}

/** About 1 KiB each, so 100 MB per PBX at worst: half an hour of a busy one. */
const MAX_WAITING = 100_000
/** Items per transaction when catching up. */
const MAX_BATCH = 4000
/** A stopping process has 15 s in all. */
const STOP_MS = 8000

export function batchQueue(options: BatchQueueOptions): BatchQueue {
  const stopping = new AbortController()
  let waiting: CaptureBatchItem[] = []
  let running: Promise<void> | undefined
  let lost = 0
  let fault = ''
  const setFault = (text: string) => {
    if (text === fault) return
    fault = text
    if (text !== '') options.log.warn({ waiting: waiting.length }, text)
    options.onTrouble()
  }
  const drain = async () => {
    while (waiting.length > 0 && !stopping.signal.aborted) {
      const batch = waiting.slice(0, MAX_BATCH)
      waiting = waiting.slice(batch.length)
      const stored = await storeBatch(batch, options, setFault, stopping.signal)
      if (stored) options.onStored(stored)
      else waiting = [...batch, ...waiting]
    }
    running = undefined
  }
  return {
    add(items) {
      const room = MAX_WAITING - waiting.length
      if (items.length > room && lost === 0) options.log.error({}, 'live records are being lost: the queue is full')
      lost += Math.max(0, items.length - room)
      waiting.push(...items.slice(0, Math.max(0, room)))
      running ??= drain()
    },
    trouble: () => (lost === 0 ? fault : `${fault}${fault === '' ? '' : '; '}${lost} records lost: import Master.csv`),
    async stop() {
      const timer = setTimeout(() => stopping.abort(), STOP_MS)
      await running
      clearTimeout(timer)
      if (waiting.length > 0) options.log.error({ lost: waiting.length }, 'stopped before these records were stored')
    },
  }
}

/** What was stored, or undefined when stopped before it could be. */
async function storeBatch(
  batch: readonly CaptureBatchItem[],
  options: BatchQueueOptions,
  setFault: (text: string) => void,
  stop: AbortSignal,
): Promise<Stored | undefined> {
  for (let attempt = 1; !stop.aborted; attempt++) {
    try {
      const stored = await storeOrHalve(batch, options)
      setFault('')
      return stored
    } catch (error) {
      setFault(`cannot store: ${error instanceof Error ? error.message : String(error)}`)
      await pause(backoffMs(attempt), stop)
    }
  }
  return undefined
}

async function storeOrHalve(batch: readonly CaptureBatchItem[], options: BatchQueueOptions): Promise<Stored> {
  const rejects = batch.flatMap((item) => (item.kind === 'reject' ? [item.reject] : []))
  const rows = batch.filter((item) => item.kind !== 'reject')
  if (rejects.length > 0) await options.setAside(rejects)
  const legs = rows.filter((item) => item.kind === 'leg').length
  try {
    if (rows.length > 0) await options.capture(rows)
    return { legs, cel: rows.length - legs, rejected: rejects.length }
  } catch (error) {
    if (!isDataError(error)) throw error
    if (rows.length > 1) {
      const middle = rows.length >> 1
      const first = await storeOrHalve(rows.slice(0, middle), options)
      const second = await storeOrHalve(rows.slice(middle), options)
      return {
        legs: first.legs + second.legs,
        cel: first.cel + second.cel,
        rejected: rejects.length + first.rejected + second.rejected,
      }
    }
    const reason = `it cannot be stored: ${error instanceof Error ? error.message : String(error)}`
    await options.setAside(rows.map((row) => ({ line: 0, reason, raw: row.raw })))
    return { legs: 0, cel: 0, rejected: rejects.length + rows.length }
  }
}

/** Trying again cannot help: SQLSTATE class 22 (bad data) or 23 (a constraint), or an invariant of our own. */
function isDataError(error: unknown): boolean {
  if (error instanceof AssertionError || error instanceof TypeError || error instanceof RangeError) return true
  return /^2[23]/.test(String((error as { readonly code?: unknown }).code ?? ''))
}
