// Rows of a followed file into the database, with the place behind them, in one transaction. A row the database will never
// take is found by halving and set aside, so that it holds nothing up.

import { type Reject, setAside } from '@tollbook/calls'
import type { RecordBatch } from '@tollbook/calls/files'
import { type CaptureBatch, captureBatch } from '@tollbook/charging'
import { type Db, type Tx, transaction } from '@tollbook/db'
import { type Feed, moveCheckpoint, noteCoverage } from '@tollbook/intake'
import { AssertionError, type Clock, WAY } from '@tollbook/kernel'
import type { FileLot } from './file-follower.ts'

type Place = (tx: Tx) => Promise<void>

/** Stores one lot; throws when the database is away, and then nothing is stored. */
export function fileLotStore(
  db: Db,
  { feedId, tenantId, sourceId }: Pick<Feed, 'feedId' | 'tenantId' | 'sourceId'>,
  clock: Clock,
): (lot: FileLot) => Promise<void> {
  let book: CaptureBatch['book']
  const capture = async (batch: RecordBatch, format: string, place: Place) => {
    const { legs, cel, queue, rejects, zone, instants } = batch
    const also = async (tx: Tx) => {
      const origin = { tenantId, sourceId, importId: undefined, zone, format }
      if (rejects.length > 0) await setAside(tx, origin, rejects, clock.now())
      await place(tx)
    }
    if (legs.length + cel.length + queue.length === 0) return await transaction(db, also)
    const from = { way: WAY.file, toldBy: `feed ${feedId}`, zone: instants ? '' : zone }
    const done = await captureBatch(db, {
      tenantId,
      sourceId,
      ...from,
      legs,
      cel,
      queue,
      also,
      nowMs: clock.now(),
      book,
    })
    book = done.book
  }
  const halve = async (batch: RecordBatch, format: string, place: Place): Promise<void> => {
    try {
      return await capture(batch, format, place)
    } catch (error) {
      const records = batch.legs.length + batch.cel.length + batch.queue.length
      if (!isDataError(error) || records === 0) throw error
      if (records === 1) return await capture(refused(batch, error), format, place)
      const [first, second] = halves(batch)
      await halve(first, format, async () => undefined)
      await halve(second, format, place)
    }
  }
  return ({ batch, position, format, coverage }) =>
    halve(batch, format, async (tx) => {
      await moveCheckpoint(tx, feedId, position, clock.now())
      if (coverage) await noteCoverage(tx, { sourceId, toldBy: `feed ${feedId}`, ...coverage }, clock.now())
    })
}

/** Legs apart from events, else the half of them: which half is which does not matter, every row is in one. */
function halves(batch: RecordBatch): [RecordBatch, RecordBatch] {
  const { legs, cel, queue, rejects } = batch
  const part = (from: number, to: number, more: readonly Reject[]): RecordBatch => {
    const cut = <T>(items: readonly T[]) => {
      const [a, b] = [Math.round(items.length * from), Math.round(items.length * to)]
      return { items: items.slice(a, b), at: a }
    }
    const [l, c, q] = [cut(legs), cut(cel), cut(queue)]
    const rawOf = {
      leg: (i: number) => batch.rawOf.leg(i + l.at),
      cel: (i: number) => batch.rawOf.cel(i + c.at),
      queue: (i: number) => batch.rawOf.queue(i + q.at),
    }
    return { ...batch, legs: l.items, cel: c.items, queue: q.items, rejects: more, rawOf }
  }
  const isMixed = legs.length === 1 && cel.length + queue.length > 0
  if (!isMixed) return [part(0, 0.5, rejects), part(0.5, 1, [])]
  return [
    { ...batch, cel: [], queue: [] },
    { ...batch, legs: [], rejects: [] },
  ]
}

function refused(batch: RecordBatch, error: unknown): RecordBatch {
  const reason = `it cannot be stored: ${error instanceof Error ? error.message : String(error)}`
  const { rawOf } = batch
  const raw = batch.legs.length > 0 ? rawOf.leg(0) : batch.cel.length > 0 ? rawOf.cel(0) : rawOf.queue(0)
  const reject = { line: batch.legs[0]?.line ?? 0, reason, raw }
  return { ...batch, legs: [], cel: [], queue: [], rejects: [...batch.rejects, reject] }
}

/** Trying again cannot help: SQLSTATE class 22 (bad data) or 23 (a constraint), or an invariant of our own. */
function isDataError(error: unknown): boolean {
  if (error instanceof AssertionError || error instanceof TypeError || error instanceof RangeError) return true
  return /^2[23]/.test(String((error as { readonly code?: unknown }).code ?? ''))
}
