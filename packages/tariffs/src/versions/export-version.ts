// A version as CSV in our own form: what importing it again makes the very same rates of. Columns that no rate needs
// are left out, so that a simple deck is a simple sheet.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import type { SheetTier } from '../sheets/sheet-rate.ts'
import { allRows, type StoredRate } from './read-rows.ts'

/** The file in pieces, header first; nothing but the header when there is no such version. */
export async function* exportVersion(db: Queryable, deckId: number, version: number): AsyncGenerator<string> {
  const used = await usedColumns(db, deckId, version)
  const columns = [...ALWAYS, ...RARE.filter(([name]) => used.has(name))]
  yield `${columns.map(([name]) => name).join(',')}\r\n`
  for await (const rows of allRows(db, deckId, version)) {
    if (rows.length > 0)
      yield `${rows.map((row) => columns.map(([, read]) => csvField(read(row))).join(',')).join('\r\n')}\r\n`
  }
}

/** Columns in which any rate has something to say. */
async function usedColumns({ q }: Queryable, deckId: number, version: number): Promise<ReadonlySet<string>> {
  const { rows } = await sql<Record<string, boolean | null>>`
    select bool_or(r.effective_from <> to_timestamp(0)) as effective_from, bool_or(r.valid_to is not null) as valid_to,
      bool_or(r.window_id > 0) as window, bool_or(r.anchor <> 'first-block') as anchor, bool_or(r.grace_s > 0) as grace,
      bool_or(r.disconnect_fee <> 0) as disconnect_fee, bool_or(r.disconnect_after_s > 0) as disconnect_after,
      bool_or(r.minimum_charge <> 0) as minimum_charge, bool_or(r.maximum_charge is not null) as maximum_charge,
      bool_or(r.after_maximum <> 'free') as after_maximum, bool_or(r.tiers is not null) as tiers,
      bool_or(r.extras is not null) as extras
    from deck_version v join rate r on r.deck_id = v.deck_id and r.version = coalesce(v.rates_of, v.version)
    where v.deck_id = ${deckId} and v.version = ${version}`.execute(q)
  const used = new Set(Object.entries(rows[0]!).flatMap(([name, holds]) => (holds ? [name] : [])))
  return used.has('extras') ? new Set([...used, ...EXTRAS]) : used
}

const EXTRAS = ['added_seconds', 'round_from', 'round_to', 'block_charge', 'block_charge_seconds']

type Column = readonly [string, (rate: StoredRate) => string]

const ALWAYS: readonly Column[] = [
  ['prefix', (rate) => (rate.prefix === '' ? '*' : rate.prefix)],
  ['destination', (rate) => spared(rate.destination)],
  ['rate', (rate) => rate.pricePerMinute],
  ['connect_fee', (rate) => rate.connectFee],
  ['first_block', (rate) => String(rate.firstBlockS)],
  ['increment', (rate) => String(rate.incrementS)],
]

const RARE: readonly Column[] = [
  ['effective_from', (rate) => (rate.effectiveFromMs === 0 ? '' : instant(rate.effectiveFromMs))],
  ['valid_to', (rate) => (rate.validToMs === undefined ? '' : instant(rate.validToMs))],
  ['window', (rate) => rate.window ?? ''],
  ['anchor', (rate) => rate.anchor ?? ''],
  ['grace', (rate) => text(rate.graceS)],
  ['disconnect_fee', (rate) => rate.disconnectFee ?? ''],
  ['disconnect_after', (rate) => text(rate.disconnectAfterS)],
  ['minimum_charge', (rate) => rate.minimumCharge ?? ''],
  ['maximum_charge', (rate) => rate.maximumCharge ?? ''],
  ['after_maximum', (rate) => rate.afterMaximum ?? ''],
  ['tiers', (rate) => (rate.tiers ?? []).map(tierText).join(' ')],
  ['added_seconds', (rate) => text(rate.extras?.addedS)],
  ['round_from', (rate) => text(rate.extras?.roundFromS)],
  ['round_to', (rate) => text(rate.extras?.roundToS)],
  ['block_charge', (rate) => rate.extras?.blockCharge ?? ''],
  ['block_charge_seconds', (rate) => text(rate.extras?.blockChargeS)],
]

function text(seconds: number | undefined): string {
  return seconds ? String(seconds) : ''
}

/** With an offset, so that it means the same in whatever zone it is read. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

function tierText({ seconds, pricePerMinute, entryFee, incrementS }: SheetTier): string {
  return `${seconds}:${pricePerMinute}:${entryFee}:${incrementS}`
}

/** What a spreadsheet would run as a formula gets an apostrophe in front, which reading a sheet takes off again. */
export function spared(name: string): string {
  return /^['=+\-@]/.test(name) ? `'${name}` : name
}

export function csvField(value: string): string {
  return /[",\r\n;\t]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
