// The rates of a version as rating reads them, page by page, so that a deck of a million does not lie in memory twice.

import type { Queryable } from '@tollbook/db'
import { assert, type Decimal, parseDecimal } from '@tollbook/kernel'
import type { A2BillingExtras, Rate, Tier } from '@tollbook/rating'
import { sql } from 'kysely'

/** Rates fetched at once: some 10 MB on their way. */
const PAGE = 50_000

/** All rates stored for a version, page by page, in the order of their key. A version never changes, so pages fit together. */
export async function* loadRates(db: Queryable, deckId: number, version: number): AsyncGenerator<readonly Rate[]> {
  const decimals = new Map<string, Decimal>()
  let after: RateRow | undefined
  for (;;) {
    const rows = await page(db, deckId, version, after)
    yield rows.map((row) => toRate(row, decimals))
    after = rows.at(-1)
    if (after === undefined || rows.length < PAGE) return
  }
}

type RateRow = {
  readonly prefix: string
  readonly window_id: number
  readonly effective_ms: number
  readonly valid_to_ms: number | null
  readonly destination_id: number
  readonly price_per_minute: string
  readonly connect_fee: string
  readonly first_block_s: number
  readonly increment_s: number
  readonly match: number
  /** Everything below is absent for most rates: null when none of it says anything. */
  readonly more: RateMore | null
}

type RateMore = {
  readonly disconnect_fee: string
  readonly disconnect_after_s: number
  readonly anchor: 'first-block' | 'zero'
  readonly minimum_charge: string
  readonly maximum_charge: string | null
  readonly after_maximum: 'free' | 'stop'
  readonly grace_s: number
  readonly tiers: readonly StoredTier[] | null
  readonly extras: StoredExtras | null
}

/** Decimals are text in JSON too. */
type StoredTier = { seconds: number; pricePerMinute: string; entryFee: string; incrementS: number }
type StoredExtras = { addedS: number; roundFromS: number; roundToS: number; blockCharge: string; blockChargeS: number }

async function page({ q }: Queryable, deckId: number, version: number, after: RateRow | undefined) {
  const { rows } = await sql<RateRow>`
    select prefix, window_id, (extract(epoch from effective_from) * 1000)::float8 as effective_ms,
           (extract(epoch from valid_to) * 1000)::float8 as valid_to_ms, destination_id,
           trim_scale(price_per_minute)::text as price_per_minute, trim_scale(connect_fee)::text as connect_fee, first_block_s, increment_s, match,
           case when disconnect_fee = 0 and disconnect_after_s = 0 and anchor = 'first-block' and minimum_charge = 0
                     and maximum_charge is null and grace_s = 0 and tiers is null and extras is null then null
                else json_build_object('disconnect_fee', trim_scale(disconnect_fee)::text, 'disconnect_after_s', disconnect_after_s,
                  'anchor', anchor, 'minimum_charge', trim_scale(minimum_charge)::text, 'maximum_charge', trim_scale(maximum_charge)::text,
                  'after_maximum', after_maximum, 'grace_s', grace_s, 'tiers', tiers, 'extras', extras) end as more
    from rate where deck_id = ${deckId} and version = ${version}
      and ${after ? sql`(prefix, window_id, effective_from) > (${after.prefix}, ${after.window_id}, to_timestamp(${after.effective_ms}::float8 / 1000))` : sql`true`}
    order by prefix, window_id, effective_from limit ${PAGE}`.execute(q)
  return rows
}

/** Decks have few different prices, so each is read once. */
function toRate(row: RateRow, decimals: Map<string, Decimal>): Rate {
  const decimal = (text: string): Decimal => {
    let value = decimals.get(text)
    if (value === undefined) {
      value = parseDecimal(text)
      assert(value, `decimal ${text}`)
      decimals.set(text, value)
    }
    return value
  }
  return {
    prefix: row.prefix,
    effectiveFromMs: row.effective_ms,
    destinationId: row.destination_id,
    pricePerMinute: decimal(row.price_per_minute),
    connectFee: decimal(row.connect_fee),
    firstBlockS: row.first_block_s,
    incrementS: row.increment_s,
    ...(row.match === 3 ? { isDefault: true } : {}),
    ...(row.window_id === 0 ? {} : { window: row.window_id }),
    ...(row.valid_to_ms === null ? {} : { validToMs: row.valid_to_ms }),
    ...(row.more === null ? {} : moreOf(row.more, decimal)),
  }
}

function moreOf(more: RateMore, decimal: (text: string) => Decimal): Partial<Rate> {
  const { tiers, extras } = more
  return {
    disconnectFee: decimal(more.disconnect_fee),
    disconnectAfterS: more.disconnect_after_s,
    anchor: more.anchor,
    minimumCharge: decimal(more.minimum_charge),
    afterMaximum: more.after_maximum,
    graceS: more.grace_s,
    ...(more.maximum_charge === null ? {} : { maximumCharge: decimal(more.maximum_charge) }),
    ...(tiers === null ? {} : { tiers: tiers.map((tier) => tierOf(tier, decimal)) }),
    ...(extras === null ? {} : { extras: extrasOf(extras, decimal) }),
  }
}

function tierOf(tier: StoredTier, decimal: (text: string) => Decimal): Tier {
  return { ...tier, pricePerMinute: decimal(tier.pricePerMinute), entryFee: decimal(tier.entryFee) }
}

function extrasOf(extras: StoredExtras, decimal: (text: string) => Decimal): A2BillingExtras {
  return { ...extras, blockCharge: decimal(extras.blockCharge) }
}
