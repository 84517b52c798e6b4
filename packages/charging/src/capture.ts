// The one door by which calls enter, from a file or live: a batch of legs stored, stitched, priced and posted in one
// transaction, so that a crash leaves all of it or nothing, and sending it again changes nothing.

import { randomBytes } from 'node:crypto'
import { type Attribute, type Cel, type Leg, type QueueEvent, type StoredLegs, storeLegs } from '@tollbook/calls'
import { type Db, ensureMonths, monthOf, type Tx, transaction } from '@tollbook/db'
import { ensureAccounts } from '@tollbook/directory'
import { countHours } from '@tollbook/intake'
import { failPoint, type SourceId, type TenantId, timeFirstUuid, type Way } from '@tollbook/kernel'
import { attributeBy } from './attribute.ts'
import { type ChargingBook, freshBook, rulesOf } from './book.ts'
import { bookInForce } from './book-in-force.ts'
import { hoursTold } from './hours-told.ts'
import { type Settled, settleCalls } from './settle.ts'
import { type Span, together } from './span.ts'
import { touchHours } from './touched-hours.ts'

export type CaptureBatch = {
  readonly tenantId: TenantId
  readonly sourceId: SourceId
  readonly legs: readonly Leg[]
  readonly cel: readonly Cel[]
  readonly queue?: readonly QueueEvent[]
  /** By which way, told by whom ("ami", "feed 3", "import 018f…", "push"), local times read in which zone. */
  readonly way: Way
  readonly toldBy: string
  readonly zone: string
  /** What is to be kept in the same transaction: a checkpoint, a gap, what was read up to. */
  readonly also?: ((tx: Tx) => Promise<void>) | undefined
  readonly nowMs: number
  /** The book of the batch before: what has not changed is not loaded again. */
  readonly book?: ChargingBook | undefined
}

export type Captured = {
  /** Legs that are new; known from another way and new to this one; known from this way already. */
  readonly inserted: number
  readonly matched: number
  readonly duplicates: number
  readonly celInserted: number
  readonly queueInserted: number
  /** Calls seen for the first time; late legs of known calls do not count. */
  readonly newCalls: number
  readonly rated: number
  readonly unrated: number
  /** Legs of the batch that were not new, and how they were known; all others were new. */
  readonly outcomes: StoredLegs['outcomes']
  /** To be handed to the next batch. */
  readonly book: ChargingBook
}

/** Captures one batch; accounts are made for account codes never seen before. Measured: see bench/import.bench.ts. */
export async function captureBatch(db: Db, batch: CaptureBatch): Promise<Captured> {
  await ensureMonths(db, monthsOf(batch))
  const batchId = timeFirstUuid(batch.nowMs, randomBytes(10))
  let known = await bookWithAccounts(
    db,
    batch,
    batch.legs.map((leg) => leg.accountcode),
  )
  for (let attempt = 1; ; attempt++) {
    try {
      return await captureBy(db, batch, batchId, known, attempt < MOST_TRIES)
    } catch (error) {
      if (!(error instanceof UnknownAccounts)) throw error
      known = await bookWithAccounts(db, { ...batch, book: known }, error.codes)
    }
  }
}

/** Each adds the accounts the one before found missing; after that a call goes without rather than hold all others up. */
const MOST_TRIES = 4

async function captureBy(
  db: Db,
  batch: CaptureBatch,
  batchId: string,
  known: ChargingBook,
  again: boolean,
): Promise<Captured> {
  failPoint('capture.before-transaction')
  const captured = await transaction(db, async (tx) => {
    const { tenantId, sourceId, legs, cel, queue = [], way, toldBy, zone, nowMs } = batch
    const book = await bookInForce(tx, tenantId, known, spanOfBatch(batch))
    failPoint('capture.begun')
    const what = { legs, cel, queue, way, toldBy, zone, rules: rulesOf(book, sourceId) }
    const attribute = again ? attributeKnown(book) : attributeBy(book)
    const stored = await storeLegs(tx, { tenantId, sourceId, batchId, receivedAtMs: nowMs, ...what }, attribute)
    failPoint('capture.stored')
    await batch.also?.(tx)
    failPoint('capture.also-kept')
    const { inserted, matched, duplicates, celInserted, queueInserted, newCalls, outcomes, calls } = stored
    const counts = { inserted, matched, duplicates, celInserted, queueInserted, newCalls, outcomes, book }
    const settled = calls.length === 0 ? NOTHING : await settleCalls(tx, book, calls, { batchId, nowMs })
    failPoint('capture.settled')
    if (calls.length > 0) await touchHours(tx, tenantId, batchId, calls)
    failPoint('capture.hours-touched')
    // Last: two lanes of one source count in the same rows, and the second waits from here on until the first commits.
    await countHours(tx, sourceId, way, hoursTold(legs, stored.outcomes, nowMs))
    return { ...counts, ...settled }
  })
  failPoint('capture.committed')
  return captured
}

/** A call names accounts that the book does not know. */
class UnknownAccounts extends Error {
  override name = 'UnknownAccounts'
  readonly codes: readonly string[]
  constructor(codes: readonly string[]) {
    super(`accounts not in the book: ${codes.join(', ')}`)
    this.codes = codes
  }
}

/**
 * As `attributeBy`, for a book that may be older than a call: another writer of the same call may have made its account
 * since, and a call of which this batch has only events names one that no leg here does. Throws UnknownAccounts then.
 */
function attributeKnown(book: ChargingBook): Attribute {
  const attribute = attributeBy(book)
  const { accountsByCode } = book.directory
  return (drafts, sourceId) => {
    const unknown = new Set<string>()
    const look = (code: string | undefined) => {
      if (code && !accountsByCode.has(code)) unknown.add(code)
    }
    for (const draft of drafts) {
      look(draft.accountcode)
      for (const segment of draft.segments) look(segment.accountcode)
    }
    if (unknown.size > 0) throw new UnknownAccounts([...unknown])
    return attribute(drafts, sourceId)
  }
}

const NOTHING: Settled = { rated: 0, unrated: 0 }

function monthsOf(batch: CaptureBatch): Set<string> {
  const days = new Set<number>()
  let last = Number.NaN
  for (const leg of batch.legs) {
    const day = Math.floor(leg.openedAtMs / DAY_MS)
    if (day !== last) days.add(day)
    last = day
  }
  for (const event of batch.cel) days.add(Math.floor(event.openedAtMs / DAY_MS))
  for (const event of batch.queue ?? []) days.add(Math.floor(event.openedAtMs / DAY_MS))
  return new Set([...days].map((day) => monthOf(day * DAY_MS)))
}

const DAY_MS = 86_400_000

/** When the calls of a batch can have been answered; a book covers a month more, for what else is known of them. */
function spanOfBatch({ legs, cel, queue = [], nowMs }: CaptureBatch): Span {
  let span: Span = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY }
  for (const { openedAtMs, startedAtMs, endedAtMs } of legs) {
    span = together(span, { fromMs: Math.min(openedAtMs, startedAtMs), toMs: Math.max(openedAtMs, endedAtMs) + 1 })
  }
  for (const { openedAtMs, happenedAtMs } of [...cel, ...queue]) {
    span = together(span, { fromMs: Math.min(openedAtMs, happenedAtMs), toMs: Math.max(openedAtMs, happenedAtMs) + 1 })
  }
  // A batch may bring nothing but a checkpoint or a gap; a span without an instant cannot be asked for.
  return span.fromMs < span.toMs ? span : { fromMs: nowMs, toMs: nowMs + 1 }
}

/**
 * A book with an account for every account code named; it may be out of date otherwise. Accounts stay also when
 * the batch fails: no harm.
 */
async function bookWithAccounts(db: Db, batch: CaptureBatch, named: readonly string[]): Promise<ChargingBook> {
  const book =
    batch.book?.tenantId === batch.tenantId
      ? batch.book
      : await freshBook(db, batch.tenantId, undefined, spanOfBatch(batch))
  const codes = new Set(named)
  codes.delete('')
  const unknown = [...codes].filter((code) => !book.directory.accountsByCode.has(code))
  if (unknown.length === 0) return book
  await transaction(db, (tx) => ensureAccounts(tx, batch.tenantId, unknown, batch.nowMs))
  return await freshBook(db, batch.tenantId, book)
}
