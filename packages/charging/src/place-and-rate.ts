// After a deck was imported, or a trunk or an account changed: calls that had no destination get one, and calls that
// had no price get one.

import { randomBytes } from 'node:crypto'
import { placeCalls } from '@tollbook/calls'
import { type Db, type Tx, transaction } from '@tollbook/db'
import { asCallKey, type CallKey, type TenantId, timeFirstUuid } from '@tollbook/kernel'
import { attributeBy } from './attribute.ts'
import { type ChargingBook, rulesOf } from './book.ts'
import { awaitPricing, bookInForce } from './book-in-force.ts'
import { chargeableParts } from './call-parts.ts'
import { rateUnrated } from './rate-unrated.ts'
import { resettleCalls, type Settled } from './settle.ts'
import { touchHours } from './touched-hours.ts'

/** Calls a transaction: as many as a capture settles at once. */
const BATCH = 5_000
const BEFORE_ALL = asCallKey('00000000-0000-0000-0000-000000000000')

/**
 * Brings the tenant's calls up to the book as it is now, batch by batch, each in its own transaction. May be stopped and
 * started at any time. Answers how many calls were charged and how many billable ones still cannot be.
 */
export async function placeAndRate(db: Db, tenantId: TenantId, nowMs: number): Promise<Settled> {
  await awaitPricing(db, tenantId)
  let book: ChargingBook | undefined
  let rated = 0
  for (let after = BEFORE_ALL; ; ) {
    const placed = await transaction(db, async (tx) => {
      book = await bookInForce(tx, tenantId, book)
      return placeBatch(tx, book, tenantId, after, nowMs)
    })
    if (placed === undefined) break
    after = placed.last
    rated += placed.rated
  }
  const rest = await rateUnrated(db, tenantId, nowMs)
  return { rated: rated + rest.rated, unrated: rest.unrated }
}

async function placeBatch(
  tx: Tx,
  book: ChargingBook,
  tenantId: TenantId,
  after: CallKey,
  nowMs: number,
): Promise<{ readonly rated: number; readonly last: CallKey } | undefined> {
  const placed = await placeCalls(tx, tenantId, after, BATCH, nowMs, attributeBy(book), (sourceId) =>
    rulesOf(book, sourceId),
  )
  if (placed === undefined) return undefined
  if (placed.changed.length === 0) return { rated: 0, last: placed.last }
  const batchId = timeFirstUuid(nowMs, randomBytes(10))
  const parts = await chargeableParts(tx, book, placed.changed)
  const { rated } = await resettleCalls(tx, book, parts, { batchId, nowMs })
  await touchHours(tx, tenantId, batchId, placed.changed)
  return { rated, last: placed.last }
}
