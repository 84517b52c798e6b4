// Whose call it is and where it went, from the book alone. Pure, because it runs inside the storing of calls.

import { type Attribution, type CallDraft, DIRECTION } from '@tollbook/calls'
import { countryOf, directionOf } from '@tollbook/directory'
import { NONE, type PhoneDigits, toPhoneDigits } from '@tollbook/kernel'
import { deckAt, matchRate, rateByPlan } from '@tollbook/rating'
import { buyTimelineOf, type ChargingBook, sellPlanOf } from './book.ts'

/**
 * One attribution per draft, in the same order. Direction and trunk come from the peers, the account from the account
 * code, the destination from what the account is sold, else from the carrier's deck. Calls that
 * went nowhere outside (inbound, internal) have no destination and no country.
 */
export function attribute(book: ChargingBook, drafts: readonly CallDraft[]): Attribution[] {
  return drafts.map((draft) => attributeOne(book, draft))
}

function attributeOne(book: ChargingBook, draft: CallDraft): Attribution {
  const { directory } = book
  const way = directionOf(directory, draft)
  const accountId = directory.accountsByCode.get(draft.accountcode)?.accountId ?? NONE
  const carrierId = way.trunk?.carrierId ?? NONE
  const wentOut =
    way.direction === 'outbound' ||
    way.direction === 'transit' ||
    (way.direction === 'unknown' && draft.accountcode !== '')
  return {
    direction: DIRECTION[way.direction],
    accountId,
    trunkId: way.trunk?.trunkId ?? NONE,
    carrierId,
    didId: NONE,
    ...(wentOut ? destinationOf(book, draft, accountId, carrierId) : NOWHERE),
  }
}

const NOWHERE = { destinationId: NONE, countryId: NONE }

function destinationOf(book: ChargingBook, draft: CallDraft, accountId: number, carrierId: number) {
  const digits = toPhoneDigits(draft.toNumber, book.directory.plan)
  if (digits === undefined) return NOWHERE
  const atMs = draft.answeredAtMs ?? draft.startedAtMs
  const plan = sellPlanOf(book, accountId)
  const sold = plan && rateByPlan(plan, { digits, atMs, seconds: 0 })
  const destinationId = sold?.ok ? sold.value.destinationId : boughtTo(book, digits, atMs, carrierId)
  return { destinationId, countryId: book.directory.countryOfDestination.get(destinationId) || countryOf(digits) }
}

function boughtTo(book: ChargingBook, digits: PhoneDigits, atMs: number, carrierId: number): number {
  const timeline = buyTimelineOf(book, carrierId)
  const deck = timeline && deckAt(timeline, atMs)
  const rate = deck && matchRate(deck, digits, atMs)
  return rate?.ok ? rate.value.destinationId : NONE
}
