// Whose call it is and where it went, from the book alone. Pure, because it runs inside the storing of calls.

import { type Attribute, type Attribution, type CallDraft, type CallSegment, DIRECTION } from '@tollbook/calls'
import { type CompiledRules, directionOfContext, isDid, isTrunkPeer } from '@tollbook/calls/rules'
import { countryOf, directionOf } from '@tollbook/directory'
import { NONE, type PhoneDigits, toPhoneDigits } from '@tollbook/kernel'
import { deckAt, matchRate, rateByPlan } from '@tollbook/rating'
import { buyTimelineOf, type ChargingBook, rulesOf, sellPlanOf } from './book.ts'

/** `attribute` by this book, as storing and stitching ask for it. */
export function attributeBy(book: ChargingBook): Attribute {
  return (drafts, sourceId) => attribute(book, drafts, sourceId)
}

/**
 * One attribution per draft, in the same order. Direction and trunk come from the peers, the account from the account
 * code, the destination from what the account is sold, else from the carrier's deck. Calls that
 * went nowhere outside (inbound, internal) have no destination and no country.
 */
export function attribute(book: ChargingBook, drafts: readonly CallDraft[], sourceId: number): Attribution[] {
  const rules = rulesOf(book, sourceId)
  return drafts.map((draft) => attributeOne(book, rules, draft))
}

function attributeOne(book: ChargingBook, rules: CompiledRules, draft: CallDraft): Attribution {
  const { directory } = book
  const way = directionOf(directory, {
    ...{ entryPeer: draft.entryPeer, exitPeer: draft.exitPeer, context: draft.context, toNumber: draft.toNumber },
    entryIsTrunk: isTrunkPeer(rules, draft.entryPeer),
    exitIsTrunk: isTrunkPeer(rules, draft.exitPeer),
    contextSays: directionOfContext(rules, draft.context),
    toDid: isDid(rules, draft.toNumber),
  })
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
    ...(wentOut ? destinationOf(book, draft, pricedAt(draft), accountId, carrierId) : NOWHERE),
    ofSegments: draft.segments.length === 0 ? [] : draft.segments.map((part) => attributeSegment(book, draft, part)),
    ofSeizures: draft.seizures.length === 0 ? [] : draft.seizures.map(({ peer }) => lineOf(book, peer)),
  }
}

/** A segment went out by its own trunk, for its own account, else for that of the call. */
function attributeSegment(book: ChargingBook, draft: CallDraft, part: CallSegment) {
  const { accountsByCode, trunksByPeer } = book.directory
  const code = part.accountcode === '' ? draft.accountcode : part.accountcode
  const accountId = accountsByCode.get(code)?.accountId ?? NONE
  const trunk = trunksByPeer.get(part.exitPeer.toLowerCase())
  const carrierId = trunk?.carrierId ?? NONE
  const trunkId = trunk?.trunkId ?? NONE
  return { accountId, trunkId, carrierId, ...destinationOf(book, part, part.answeredAtMs, accountId, carrierId) }
}

function lineOf({ directory }: ChargingBook, peer: string) {
  const trunk = directory.trunksByPeer.get(peer.toLowerCase())
  return { trunkId: trunk?.trunkId ?? NONE, carrierId: trunk?.carrierId ?? NONE }
}

function pricedAt(draft: CallDraft): number {
  return draft.answeredAtMs ?? draft.startedAtMs
}

const NOWHERE = { destinationId: NONE, countryId: NONE }

function destinationOf(
  book: ChargingBook,
  { toNumber }: { readonly toNumber: string },
  atMs: number,
  accountId: number,
  carrierId: number,
) {
  const digits = toPhoneDigits(toNumber, book.directory.plan)
  if (digits === undefined) return NOWHERE
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
