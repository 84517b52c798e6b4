// Who prices and who changes prices do not pass each other unseen. Everybody who prices holds the tenant's book lock,
// shared, and looks at the book under it; who has committed a change waits until every transaction that may still be
// pricing by the book of before has ended. After that, what is unrated is unrated by the new book or can be found.

import { type Db, lockInTransaction, type Tx, transaction } from '@tollbook/db'
import { type ChargingBook, freshBook } from './book.ts'
import type { Span } from './span.ts'

/** The book to price by in this transaction: no later change of it can be finished before the transaction ends. */
export async function bookInForce(
  tx: Tx,
  tenantId: number,
  previous?: ChargingBook,
  span?: Span,
): Promise<ChargingBook> {
  await lockInTransaction(tx, lockName(tenantId), 'shared')
  return freshBook(tx, tenantId, previous, span)
}

/** To be called after a change of the book was committed and before unrated calls are looked for. */
export async function awaitPricing(db: Db, tenantId: number): Promise<void> {
  await transaction(db, (tx) => lockInTransaction(tx, lockName(tenantId)))
}

function lockName(tenantId: number): string {
  return `charging.book.${tenantId}`
}
