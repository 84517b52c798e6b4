// The rates of one deck, page by page, as people look them up: by the start of a prefix, by a whole number, by a name.

import type { Queryable } from '@tollbook/db'
import type { DeckId } from '@tollbook/kernel'
import { sql } from 'kysely'
import type { SheetTier } from './sheets/sheet-rate.ts'
import { matchOf } from './versions/insert-rates.ts'
import { type RateKey, readRows, type StoredRate } from './versions/read-rows.ts'

/** One rate in full. Decimals are without superfluous zeros: "0.0575". */
export type ListedRate = {
  readonly prefix: string
  readonly match: 'prefix' | 'pattern' | 'default'
  readonly destination: string
  readonly pricePerMinute: string
  readonly connectFee: string
  readonly firstBlockSeconds: number
  readonly incrementSeconds: number
  readonly effectiveFromMs: number
  readonly validToMs: number | undefined
  /** Name of its window; '' = always. */
  readonly window: string
  readonly windowId: number
  readonly disconnectFee: string
  readonly disconnectAfterSeconds: number
  readonly anchor: 'first-block' | 'zero'
  readonly minimumCharge: string
  readonly maximumCharge: string | null
  readonly afterMaximum: 'free' | 'stop'
  readonly graceSeconds: number
  readonly tiers: readonly SheetTier[]
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

/** Rates by prefix, window and start. `next` is null on the last page. */
export type RatesPage = { readonly items: readonly ListedRate[]; readonly next: string | null }

/** One page of a deck's rates. */
export async function listRates(
  db: Queryable,
  deckId: DeckId | number,
  question: RatesQuestion = {},
): Promise<RatesPage> {
  const limit = Math.min(Math.max(question.limit ?? 100, 1), 500)
  const version = question.version ?? (await liveVersion(db, deckId))
  const rows = await readRows(db, {
    deckId: Number(deckId),
    version,
    after: keyOf(question.cursor ?? ''),
    limit: limit + 1,
    where: matching((question.search ?? '').trim()),
  })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const more = last !== undefined && rows.length > limit
  return { items: page.map(toListed), next: more ? `${last.prefix}@${last.windowId}@${last.effectiveFromMs}` : null }
}

async function liveVersion({ q }: Queryable, deckId: number): Promise<number> {
  const deck = await q.selectFrom('rate_deck').select('live_version').where('deck_id', '=', deckId).executeTakeFirst()
  return deck?.live_version ?? 0
}

function keyOf(cursor: string): RateKey | undefined {
  const m = /^([\d_A-Za-z.![\]-]{0,64})@(\d{1,2})@(\d{1,15})$/.exec(cursor)
  return m ? { prefix: m[1]!, windowId: Number(m[2]), effectiveFromMs: Number(m[3]) } : undefined
}

/** Condition on rates `r` and destinations `n`. */
export function matching(search: string) {
  const text = search.replaceAll('\0', '')
  if (text === '') return sql<boolean>`true`
  if (text === '*') return sql<boolean>`r.prefix = ''`
  const digits = text.replace(/[\s().\-/]/g, '').replace(/^(\+|00)/, '')
  if (/^\d+$/.test(digits)) {
    return sql<boolean>`(starts_with(r.prefix, ${digits}) or (r.prefix <> '' and starts_with(${digits}, r.prefix)))`
  }
  if (text.startsWith('_')) return sql<boolean>`starts_with(r.prefix, ${text.toUpperCase()})`
  return sql<boolean>`n.name ilike ${`%${text.replace(/[\\%_]/g, '\\$&')}%`}`
}

const MATCHES = { 1: 'prefix', 2: 'pattern', 3: 'default' } as const

function toListed(rate: StoredRate): ListedRate {
  return {
    prefix: rate.prefix,
    match: MATCHES[matchOf(rate.prefix)],
    destination: rate.destination,
    pricePerMinute: rate.pricePerMinute,
    connectFee: rate.connectFee,
    firstBlockSeconds: rate.firstBlockS,
    incrementSeconds: rate.incrementS,
    effectiveFromMs: rate.effectiveFromMs,
    validToMs: rate.validToMs,
    window: rate.window ?? '',
    windowId: rate.windowId,
    disconnectFee: rate.disconnectFee ?? '0',
    disconnectAfterSeconds: rate.disconnectAfterS ?? 0,
    anchor: rate.anchor ?? 'first-block',
    minimumCharge: rate.minimumCharge ?? '0',
    maximumCharge: rate.maximumCharge ?? null,
    afterMaximum: rate.afterMaximum ?? 'free',
    graceSeconds: rate.graceS ?? 0,
    tiers: rate.tiers ?? [],
  }
}
