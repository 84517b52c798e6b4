// Whose call it is and where it went, from the book alone. Pure, because it runs inside the storing of calls.

import { type Attribution, type CallDraft, DIRECTION } from '@tollbook/calls'
import { countryOf, directionOf } from '@tollbook/directory'
import { NONE, toPhoneDigits } from '@tollbook/kernel'
import { matchRate } from '@tollbook/rating'
import { buyDeckOf, type ChargingBook, sellDeckOf } from './book.ts'

/**
 * One attribution per draft, in the same order. Direction and trunk come from the peers, the account from the account
 * code, the destination from the longest prefix in the deck the account is sold by, else in the carrier's. Calls that
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
  const sell = sellDeckOf(book, accountId)
  const buy = buyDeckOf(book, carrierId)
  const rates = [sell, buy].flatMap((deck) => (deck === undefined ? [] : [matchRate(deck, digits, atMs)]))
  const destinationId = rates.find((rate) => rate.ok)?.value.destinationId ?? NONE
  return { destinationId, countryId: book.directory.countryOfDestination.get(destinationId) || countryOf(digits) }
}
