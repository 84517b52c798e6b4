// Stored calls made anew, as was ordered: stitched and attributed by the rules and trunks of today, and charged anew where
// that changes what they cost. Batch by batch, each in a transaction of its own; taken up wherever it was left.

import { randomBytes } from 'node:crypto'
import type { Call } from '@tollbook/calls'
import {
  claimRestitch,
  countSpan,
  endRestitch,
  moveRestitch,
  type RestitchJob,
  type RezoneHow,
  releaseRestitch,
  restitchNext,
  rezoneNext,
  setRestitchTotal,
} from '@tollbook/calls/restitching'
import { type Db, ensureMonths, lockInTransaction, type Tx, transaction } from '@tollbook/db'
import { type CallKey, type Clock, timeFirstUuid } from '@tollbook/kernel'
import { attributeBy } from '../attribute.ts'
import { type ChargingBook, coveringBook, rulesOf } from '../book.ts'
import { awaitPricing, bookInForce } from '../book-in-force.ts'
import { chargeableParts, withGoneParts } from '../call-parts.ts'
import { partKey } from '../charge-lines.ts'
import { lockPackageUse } from '../package-use.ts'
import { giveBackAll, priceInOrder, standingSell } from '../price-in-order.ts'
import { invoicedCalls, proposeCredits } from '../revaluation/credit-proposals.ts'
import { rerated } from '../revaluation/rerated.ts'
import { valueSums } from '../revaluation/value-sums.ts'
import { appendCharges, packageKeys } from '../settle.ts'
import { spanOf } from '../span.ts'
import { lastLines } from '../store-charges.ts'
import { touchHours } from '../touched-hours.ts'
import { deleteUnrated, insertUnrated } from '../unrated-calls.ts'

/** Calls a transaction: with their legs and events they are read whole. */
const BATCH = 1_000

export type RestitchRun = { readonly id: string; readonly seen: number; readonly changed: number }

/**
 * Takes up the oldest restitch that waits or was cut off, and answers how it went on; undefined when there is none. With
 * `stopping` it leaves off after the batch under way, for another process to go on.
 */
export async function runRestitch(
  db: Db,
  clock: Clock,
  stopping: AbortSignal = NEVER,
): Promise<RestitchRun | undefined> {
  const job = await claimRestitch(db, clock.now())
  if (job === undefined) return undefined
  try {
    return await run(db, job, clock, stopping)
  } catch (error) {
    await releaseRestitch(db, job.id).catch(() => undefined) // the database may be away
    throw error
  }
}

const NEVER = new AbortController().signal

async function run(db: Db, job: RestitchJob, clock: Clock, stopping: AbortSignal): Promise<RestitchRun> {
  // What was stitched by the rules of before, and is not committed yet, is waited for: it is among the stored calls then.
  await awaitPricing(db, job.tenantId)
  if (job.callsTotal === undefined) {
    await setRestitchTotal(db, job.id, await transaction(db, (tx) => countSpan(tx, job)))
  }
  let book: ChargingBook | undefined
  let after = job.after
  let sum = { id: job.id, seen: 0, changed: 0 }
  for (;;) {
    if (stopping.aborted) {
      await releaseRestitch(db, job.id)
      return sum
    }
    const done = await transaction(db, async (tx) => {
      book = await bookInForce(tx, job.tenantId, book)
      return await batch(db, tx, book, job, after, clock.now())
    }).catch((error: unknown): typeof NO_LONGER_OURS => {
      if (error === NO_LONGER_OURS) return NO_LONGER_OURS
      throw error
    })
    if (done === NO_LONGER_OURS || done === undefined) return sum
    after = done.last
    sum = { ...sum, seen: sum.seen + done.seen, changed: sum.changed + done.changed }
  }
}

/** Thrown to undo a batch: the restitch was cancelled, or somebody else goes on with it. */
const NO_LONGER_OURS: unique symbol = Symbol('no longer ours')

async function batch(db: Db, tx: Tx, book: ChargingBook, job: RestitchJob, after: CallKey, nowMs: number) {
  const { id, tenantId, cause } = job
  // Invoices are written by one run at a time; while this is held, none of these calls gets onto one.
  await lockInTransaction(tx, `invoices.${tenantId}`, 'shared')
  const batchId = timeFirstUuid(nowMs, randomBytes(10))
  const attribute = attributeBy(book)
  const how = { rulesOf: (sourceId: number) => rulesOf(book, sourceId), attribute, batchId, nowMs }
  const from = { after, limit: BATCH }
  const found =
    cause === 'zone'
      ? await rezoneNext(tx, job, from, { ...how, ...rezoning(db, tx, tenantId) })
      : await restitchNext(tx, job, from, { ...how, cause: 'rules' })
  if (found === undefined) {
    await endRestitch(tx, job, nowMs)
    return undefined
  }
  const { seen, changed, last } = found
  const invoiced = changed.length === 0 ? 0 : await chargeAnew(tx, book, changed, { id, tenantId, batchId, nowMs })
  const counts = { seen, changed: changed.length, invoiced }
  if (!(await moveRestitch(tx, { id, from: after, to: last, nowMs }, counts))) throw NO_LONGER_OURS
  return { seen, changed: changed.length, last }
}

/** What reading times anew needs of this room: a call that stands on an invoice keeps its key. */
function rezoning(db: Db, tx: Tx, tenantId: number): Pick<RezoneHow, 'ensureMonths' | 'frozen'> {
  return {
    ensureMonths: (months) => ensureMonths(db, months),
    async frozen(calls) {
      const charges = [...(await lastLines(tx, calls)).values()].flatMap((last) => standingSell(last) ?? [])
      const invoices = await invoicedCalls(tx, tenantId, charges)
      return new Set(charges.filter((line) => invoices.has(partKey(line))).map((line) => line.callKey))
    },
  }
}

type Within = { readonly id: string; readonly tenantId: number; readonly batchId: string; readonly nowMs: number }

/** As a rerate does: what stands on an invoice is only proposed for credit. Answers how many calls those are. */
async function chargeAnew(tx: Tx, given: ChargingBook, calls: readonly Call[], within: Within): Promise<number> {
  const { tenantId, batchId, nowMs } = within
  const asked = await chargeableParts(tx, given, calls)
  const book = await coveringBook(tx, given, spanOf(asked))
  const notes = await deleteUnrated(tx, asked)
  const standing = await lastLines(tx, asked)
  const parts = withGoneParts(asked, standing)
  const charges = [...standing.values()].flatMap((last) => standingSell(last) ?? [])
  const invoices = await invoicedCalls(tx, tenantId, charges)
  const frozen = new Set(invoices.keys())
  const uses = await lockPackageUse(tx, tenantId, packageKeys(book, parts, standing))
  giveBackAll(parts, standing, uses, frozen)
  const priced = priceInOrder(book, parts, standing, uses, frozen)
  const step = rerated(priced, standing, invoices, notes, valueSums())
  await appendCharges(tx, tenantId, step.lines, { batchId, nowMs, held: true })
  await insertUnrated(tx, tenantId, step.unrated)
  await proposeCredits(tx, within, step.proposed, step.settled)
  await touchHours(tx, tenantId, batchId, calls)
  return step.proposed.length
}
