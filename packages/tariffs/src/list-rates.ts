// The rates of one deck, page by page, as people look them up: by the start of a prefix, by a whole number, by a name.

import type { Queryable } from '@tollbook/db'
import { type DeckId, formatDecimal, parseDecimal } from '@tollbook/kernel'
import { sql } from 'kysely'

export type ListedRate = {
  readonly prefix: string
  readonly destination: string
  /** Decimal without superfluous zeros: "0.0575". */
  readonly pricePerMinute: string
  /** Decimal likewise. */
  readonly connectFee: string
  readonly firstBlockSeconds: number
  readonly incrementSeconds: number
  readonly effectiveFromMs: number
}

export type RatesQuestion = {
  /** The live version when absent. */
  readonly version?: number
  /** Digits: prefixes that start with them, and prefixes they start with. Other text: part of a destination's name. */
  readonly search?: string
  /** `next` of the page before. What is no cursor starts at the beginning. */
  readonly cursor?: string
  /** Rates a page, 1 to 500; 100 when absent. */
  readonly limit?: number
}

/** Rates by prefix and start. `next` is null on the last page. */
export type RatesPage = { readonly items: readonly ListedRate[]; readonly next: string | null }

/** One page of a deck's rates. */
export async function listRates(
  { q }: Queryable,
  deckId: DeckId | number,
  question: RatesQuestion = {},
): Promise<RatesPage> {
  const limit = Math.min(Math.max(question.limit ?? 100, 1), 500)
  const after = /^(\d*)@(\d+)$/.exec(question.cursor ?? '')
  const { rows } = await sql<RateRow>`
    select r.prefix, n.name as destination, r.price_per_minute, r.connect_fee, r.first_block_s, r.increment_s,
           (extract(epoch from r.effective_from) * 1000)::float8 as effective_ms
    from rate_deck d
    join deck_version v on v.deck_id = d.deck_id and v.version = ${question.version ?? sql`d.live_version`}
    join rate r on r.deck_id = d.deck_id and r.version = coalesce(v.rates_of, v.version)
    join destination n on n.destination_id = r.destination_id
    where d.deck_id = ${deckId} and ${matching((question.search ?? '').trim())}
      and ${after ? sql`(r.prefix, r.effective_from) > (${after[1]}, to_timestamp(${Number(after[2]) / 1000}))` : sql`true`}
    order by r.prefix, r.effective_from limit ${limit + 1}`.execute(q)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(toListed),
    next: last === undefined || rows.length <= limit ? null : `${last.prefix}@${last.effective_ms}`,
  }
}

type RateRow = {
  readonly prefix: string
  readonly destination: string
  readonly price_per_minute: string
  readonly connect_fee: string
  readonly first_block_s: number
  readonly increment_s: number
  readonly effective_ms: number
}

function matching(search: string) {
  if (search === '') return sql<boolean>`true`
  const digits = search.replace(/[\s().\-/]/g, '').replace(/^(\+|00)/, '')
  if (/^\d+$/.test(digits)) {
    return sql<boolean>`(starts_with(r.prefix, ${digits}) or (r.prefix <> '' and starts_with(${digits}, r.prefix)))`
  }
  return sql<boolean>`n.name ilike ${`%${search.replace(/[\\%_]/g, '\\$&')}%`}`
}

function toListed(row: RateRow): ListedRate {
  return {
    prefix: row.prefix,
    destination: row.destination,
    pricePerMinute: formatDecimal(parseDecimal(row.price_per_minute)!),
    connectFee: formatDecimal(parseDecimal(row.connect_fee)!),
    firstBlockSeconds: row.first_block_s,
    incrementSeconds: row.increment_s,
    effectiveFromMs: row.effective_ms,
  }
}
