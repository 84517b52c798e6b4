// A deck and its versions as they are stored, without their rates: what loading, listing and changing begin with.

import type { Queryable } from '@tollbook/db'
import type { Rounding } from '@tollbook/kernel'
import type { TimeWindow } from '@tollbook/rating'
import { sql } from 'kysely'
import type { VersionSpan } from './in-force.ts'

/** What holds for all versions of a deck. */
export type StoredDeck = {
  readonly deckId: number
  readonly tenantId: number
  readonly name: string
  readonly side: number
  /** ISO 4217 number. */
  readonly currency: number
  readonly rounding: Rounding
  readonly places: number
  readonly zone: string
  readonly mode: 'plain' | 'a2billing'
  readonly quirks: Readonly<Record<string, boolean>>
  readonly windowChoice: 'start' | 'split'
  readonly liveVersion: number
}

export type StoredVersion = VersionSpan & {
  /** The version whose rates these are: itself, or the one it was rolled back to. */
  readonly ratesOf: number
  readonly rates: number
  readonly filename: string
  readonly origin: 'import' | 'edit' | 'rollback'
  readonly createdAtMs: number
  readonly createdBy: string
  readonly note: string
  readonly problemCount: number
  readonly windows: readonly TimeWindow[]
  readonly holidays: readonly string[]
}

/** The deck, whichever tenant it belongs to; undefined when there is none. */
export async function findDeckById({ q }: Queryable, deckId: number): Promise<StoredDeck | undefined> {
  const row = await q.selectFrom('rate_deck').selectAll().where('deck_id', '=', deckId).executeTakeFirst()
  return (
    row && {
      deckId: row.deck_id,
      tenantId: row.tenant_id,
      name: row.name,
      side: row.side,
      currency: row.currency,
      rounding: row.rounding as Rounding,
      places: row.places,
      zone: row.zone,
      mode: row.mode as StoredDeck['mode'],
      quirks: row.quirks as StoredDeck['quirks'],
      windowChoice: row.window_choice as StoredDeck['windowChoice'],
      liveVersion: row.live_version,
    }
  )
}

/** All versions of a deck, ascending; or the one named. */
export async function findVersions(
  { q }: Queryable,
  deckId: number,
  version?: number,
): Promise<readonly StoredVersion[]> {
  const rows = await q
    .selectFrom('deck_version')
    .select(['version', 'state', 'rates', 'rates_of', 'filename', 'origin', 'created_at', 'created_by', 'note'])
    .select(['problem_count', 'windows', 'holidays'])
    .select(sql<number>`(extract(epoch from effective_from) * 1000)::float8`.as('effective_ms'))
    .select('activated_at')
    .where('deck_id', '=', deckId)
    .$if(version !== undefined, (some) => some.where('version', '=', version!))
    .orderBy('version')
    .execute()
  return rows.map((row) => ({
    version: row.version,
    state: row.state as StoredVersion['state'],
    effectiveFromMs: row.effective_ms,
    activatedAtMs: row.activated_at?.getTime(),
    ratesOf: row.rates_of ?? row.version,
    rates: row.rates,
    filename: row.filename,
    origin: row.origin as StoredVersion['origin'],
    createdAtMs: row.created_at.getTime(),
    createdBy: row.created_by,
    note: row.note,
    problemCount: row.problem_count,
    windows: row.windows as unknown as readonly TimeWindow[],
    holidays: row.holidays,
  }))
}
