// The rates of a version as texts with names, for people, files and comparisons: decimals without superfluous zeros,
// what is at its default left out, destinations and windows by name. (load-rates.ts: for rating.)

import type { Queryable } from '@tollbook/db'
import { type RawBuilder, sql } from 'kysely'
import type { RateRow, SheetExtras, SheetTier } from '../sheets/sheet-rate.ts'
import { findVersions, type StoredVersion } from './deck-versions.ts'

/** A stored rate. `windowId` 0 = always. */
export type StoredRate = RateRow & { readonly windowId: number }

/** Where a page begins: after this key. */
export type RateKey = { readonly prefix: string; readonly windowId: number; readonly effectiveFromMs: number }

export type RowsQuestion = {
  readonly deckId: number
  readonly version: number
  readonly after?: RateKey | undefined
  readonly limit: number
  /** Narrows the rows `r` of table rate, `n` of destination. */
  readonly where?: RawBuilder<boolean> | undefined
}

/** Rates of a version in the order of their key, at most `limit`. A version that was rolled back to shares its rates. */
export async function readRows(db: Queryable, question: RowsQuestion): Promise<readonly StoredRate[]> {
  const [version] = await findVersions(db, question.deckId, question.version)
  return version === undefined ? [] : page(db, version, question)
}

/** All rates of a version, page by page. */
export async function* allRows(db: Queryable, deckId: number, version: number): AsyncGenerator<readonly StoredRate[]> {
  const [found] = await findVersions(db, deckId, version)
  let after: RateKey | undefined
  while (found !== undefined) {
    const rows = await page(db, found, { deckId, version, after, limit: PAGE })
    yield rows
    after = rows.at(-1)
    if (after === undefined || rows.length < PAGE) return
  }
}

/** Rates on their way at once: some 20 MB. */
const PAGE = 20_000

async function page({ q }: Queryable, version: StoredVersion, question: RowsQuestion): Promise<readonly StoredRate[]> {
  const { deckId, after, limit, where = sql<boolean>`true` } = question
  const from = after && sql`(${after.prefix}, ${after.windowId}, to_timestamp(${after.effectiveFromMs}::float8 / 1000))`
  const { rows } = await sql<Row>`
    select r.prefix, r.window_id, n.name as destination,
           (extract(epoch from r.effective_from) * 1000)::float8 as effective_ms,
           (extract(epoch from r.valid_to) * 1000)::float8 as valid_to_ms,
           trim_scale(r.price_per_minute)::text as price, trim_scale(r.connect_fee)::text as connect_fee,
           r.first_block_s, r.increment_s, trim_scale(r.disconnect_fee)::text as disconnect_fee, r.disconnect_after_s,
           r.anchor, trim_scale(r.minimum_charge)::text as minimum_charge,
           trim_scale(r.maximum_charge)::text as maximum_charge, r.after_maximum, r.grace_s, r.tiers, r.extras
    from rate r join destination n on n.destination_id = r.destination_id
    where r.deck_id = ${deckId} and r.version = ${version.ratesOf} and ${where}
      and ${from === undefined ? sql`true` : sql`(r.prefix, r.window_id, r.effective_from) > ${from}`}
    order by r.prefix, r.window_id, r.effective_from limit ${limit}`.execute(q)
  const windows = new Map(version.windows.map((w) => [w.id, w.name]))
  return rows.map((row) => toStored(row, windows))
}

/** Ids and names of the windows of a version, as a table: a few rows, read once a query. */
export function windowNames(deckId: number, version: number) {
  return sql`(select w.id, w.name from deck_version v, jsonb_to_recordset(v.windows) as w (id int, name text)
    where v.deck_id = ${deckId} and v.version = ${version})`
}

type Row = {
  readonly prefix: string
  readonly window_id: number
  readonly destination: string
  readonly effective_ms: number
  readonly valid_to_ms: number | null
  readonly price: string
  readonly connect_fee: string
  readonly first_block_s: number
  readonly increment_s: number
  readonly disconnect_fee: string
  readonly disconnect_after_s: number
  readonly anchor: 'first-block' | 'zero'
  readonly minimum_charge: string
  readonly maximum_charge: string | null
  readonly after_maximum: 'free' | 'stop'
  readonly grace_s: number
  readonly tiers: readonly SheetTier[] | null
  readonly extras: SheetExtras | null
}

function toStored(row: Row, windows: ReadonlyMap<number, string>): StoredRate {
  return {
    prefix: row.prefix,
    windowId: row.window_id,
    destination: row.destination,
    effectiveFromMs: row.effective_ms,
    pricePerMinute: row.price,
    connectFee: row.connect_fee,
    firstBlockS: row.first_block_s,
    incrementS: row.increment_s,
    ...(row.window_id === 0 ? {} : { window: windows.get(row.window_id) ?? String(row.window_id) }),
    ...(row.valid_to_ms === null ? {} : { validToMs: row.valid_to_ms }),
    ...(row.disconnect_fee === '0' ? {} : { disconnectFee: row.disconnect_fee }),
    ...(row.disconnect_after_s === 0 ? {} : { disconnectAfterS: row.disconnect_after_s }),
    ...(row.anchor === 'zero' ? { anchor: row.anchor } : {}),
    ...(row.minimum_charge === '0' ? {} : { minimumCharge: row.minimum_charge }),
    ...(row.maximum_charge === null ? {} : { maximumCharge: row.maximum_charge }),
    ...(row.after_maximum === 'stop' ? { afterMaximum: row.after_maximum } : {}),
    ...(row.grace_s === 0 ? {} : { graceS: row.grace_s }),
    ...(row.tiers === null ? {} : { tiers: row.tiers }),
    ...(row.extras === null ? {} : { extras: row.extras }),
  }
}
