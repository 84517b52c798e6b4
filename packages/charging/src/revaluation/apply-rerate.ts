// A rerate charged: batch by batch the old line taken back and the new one written, in two lanes at once. How far a lane
// is commits with its batch, so after a crash nothing is done twice and nothing is left out.

import { randomBytes } from 'node:crypto'
import { type Db, lockInTransaction, type Tx, transaction } from '@tollbook/db'
import { type Clock, timeFirstUuid } from '@tollbook/kernel'
import type { ChargingBook } from '../book.ts'
import { bookInForce } from '../book-in-force.ts'
import { lockPackageUse } from '../package-use.ts'
import type { PackageLedger } from '../package-uses.ts'
import { giveBackAll, priceInOrder } from '../price-in-order.ts'
import { appendCharges, packageKeys } from '../settle.ts'
import { touchHours } from '../touched-hours.ts'
import { insertUnrated } from '../unrated-calls.ts'
import { BATCH, type RevaluationBatch, readBatch } from './batches.ts'
import { LANES, type Lane } from './calls-in-scope.ts'
import { proposeCredits } from './credit-proposals.ts'
import { ownUse, pendingUse, withoutPending } from './packages-outside.ts'
import { type Rerated, rerated } from './rerated.ts'
import { type ClaimedRevaluation, endState } from './revaluations.ts'
import { addLines, clearLines, valueSums } from './value-sums.ts'

/** Charges what is left of a rerate. False when it was to stop before the end, or was cancelled. */
export async function applyRerate(
  db: Db,
  job: ClaimedRevaluation,
  clock: Clock,
  stopping: AbortSignal,
): Promise<boolean> {
  await beginApplying(db, job)
  // A lane that fails stops the other, and is told of only when both stand still.
  const failed = new AbortController()
  const run = { db, job, clock, stopping: AbortSignal.any([stopping, failed.signal]) }
  const lanes = LANES.map((lane) => runLane({ ...run, lane }))
  for (const lane of lanes) lane.catch(() => failed.abort())
  await Promise.allSettled(lanes)
  if ((await Promise.all(lanes)).includes(false)) return false
  return await endState(db, job.id, 'applying', 'done', {}, clock.now())
}

/** What was counted makes room for what is really done; the first time only. */
async function beginApplying(db: Db, job: ClaimedRevaluation): Promise<void> {
  if (job.afterKeys.length > 0) return
  await transaction(db, async (tx) => {
    const { rowCount } = await tx.client.query(
      `update revaluation set after_keys = array_fill(null::uuid, array[$2::int])
       where revaluation_id = $1 and after_keys = '{}'`,
      [job.id, LANES.length],
    )
    if (rowCount === 1) await clearLines(tx, job.id)
  })
}

type LaneRun = {
  readonly db: Db
  readonly job: ClaimedRevaluation
  readonly clock: Clock
  readonly stopping: AbortSignal
  readonly lane: Lane
}

async function runLane(run: LaneRun): Promise<boolean> {
  const { db, job, lane } = run
  const { tenantId, scope } = job
  let after = job.afterKeys[lane] ?? ''
  let book = await transaction(db, (tx) => bookInForce(tx, tenantId, undefined, scope))
  const pending = await pendingUse(db, book, { tenantId, scope, after, lane })
  while (!run.stopping.aborted) {
    const done = await transaction(db, async (tx) => {
      // Invoices are written by one run at a time; while this is held, none of these calls gets onto one.
      await lockInTransaction(tx, `invoices.${tenantId}`, 'shared')
      book = await bookInForce(tx, tenantId, book, scope)
      const batch = await readBatch(tx, book, { tenantId, scope, after, lane, limit: BATCH, hold: true })
      if (batch === undefined) return 'end'
      await applyBatch(tx, run, book, batch, pending, after)
      return batch.last
    }).catch((error: unknown): typeof NO_LONGER_OURS => {
      if (error === NO_LONGER_OURS) return NO_LONGER_OURS
      throw error
    })
    if (done === 'end') return true
    if (done === NO_LONGER_OURS) return false
    after = done
  }
  return false
}

/** Thrown to undo a batch: the revaluation was cancelled, or somebody else works on it. */
const NO_LONGER_OURS: unique symbol = Symbol('no longer ours')

async function applyBatch(
  tx: Tx,
  { job, clock, lane }: LaneRun,
  book: ChargingBook,
  read: RevaluationBatch,
  pending: PackageLedger,
  after: string,
): Promise<void> {
  const { tenantId } = job
  const nowMs = clock.now()
  const batchId = timeFirstUuid(nowMs, randomBytes(10))
  const { calls, standing, invoices } = read
  const frozen = new Set(invoices.keys())
  for (const line of ownUse(read)) pending.giveBack(line)
  const keys = [...packageKeys(book, calls, standing)]
  const uses = withoutPending(await lockPackageUse(tx, tenantId, keys), pending, keys)
  giveBackAll(calls, standing, uses, frozen)
  const sums = valueSums()
  const step = rerated(priceInOrder(book, calls, standing, uses, frozen), standing, invoices, read.notes, sums)
  await appendCharges(tx, tenantId, step.lines, { batchId, nowMs, held: true })
  await insertUnrated(tx, tenantId, step.unrated)
  await proposeCredits(tx, { id: job.id, tenantId, nowMs }, step.proposed, step.settled)
  if (step.touched.length > 0) await touchHours(tx, tenantId, batchId, step.touched)
  await addLines(tx, job.id, sums.lines())
  await moveCursor(tx, { id: job.id, lane, from: after, to: read.last, nowMs }, read, step)
}

async function moveCursor(
  tx: Tx,
  cursor: {
    readonly id: string
    readonly lane: Lane
    readonly from: string
    readonly to: string
    readonly nowMs: number
  },
  read: RevaluationBatch,
  step: Rerated,
): Promise<void> {
  const { rowCount } = await tx.client.query(
    `update revaluation set after_keys[$2] = $3::uuid, calls_seen = calls_seen + $4, calls_changed = calls_changed + $5,
       calls_invoiced = calls_invoiced + $6, beat_at = $7
     where revaluation_id = $1 and state = 'applying' and after_keys[$2] is not distinct from nullif($8, '')::uuid`,
    [
      cursor.id,
      cursor.lane + 1,
      cursor.to,
      read.read,
      step.changed,
      step.proposed.length,
      new Date(cursor.nowMs),
      cursor.from,
    ],
  )
  if (rowCount !== 1) throw NO_LONGER_OURS
}
