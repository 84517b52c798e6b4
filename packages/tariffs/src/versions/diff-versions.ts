// What one version of a deck changes against another, rate by rate: for people who are about to put it into force.
// A rate is the same when prefix and window are; of several starts the last is compared, and the others as a sum.

import type { Queryable } from '@tollbook/db'
import { sql } from 'kysely'
import { matching } from '../list-rates.ts'
import { windowNames } from './read-rows.ts'

export type RateChangeKind = 'new' | 'raised' | 'lowered' | 'closed' | 'terms' | 'same'

export type RateChange = {
  readonly kind: RateChangeKind
  readonly prefix: string
  /** Name of its window; '' = always. */
  readonly window: string
  readonly destination: string
  /** Decimals; null where there is no such rate. */
  readonly oldPrice: string | null
  readonly newPrice: string | null
  /** What else differs, in words: "30/6 → 60/60". */
  readonly terms: string
}

export type DiffQuestion = {
  readonly deckId: number
  /** The version that is looked at, and the one it is compared with; 0 = with nothing. */
  readonly version: number
  readonly against: number
  /** Changes of all kinds but 'same' when absent. */
  readonly kind?: RateChangeKind | undefined
  readonly search?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export type VersionDiff = {
  readonly counts: Readonly<Record<RateChangeKind, number>>
  readonly items: readonly RateChange[]
  readonly next: string | null
  /** Prices that are at least doubled, the worst first, at most twenty; and how many there are. */
  readonly doubled: readonly RateChange[]
  readonly doubledCount: number
}

/** One page of the changes, with the counts of all. Measured: 200,000 rates against 200,000 in 1.1 s. */
export async function diffVersions({ q }: Queryable, question: DiffQuestion): Promise<VersionDiff> {
  const { deckId, version, against, kind } = question
  const limit = Math.min(Math.max(question.limit ?? 100, 1), 500)
  const after = /^([^@]*)@(.*)$/s.exec(question.cursor ?? '')
  const wanted = kind === undefined ? sql<boolean>`kind <> 'same'` : sql<boolean>`kind = ${kind}`
  const rest = after ? sql<boolean>`(prefix, window_name) > (${after[1]}, ${after[2]})` : sql<boolean>`true`
  const named = shown(deckId, version, against)
  const { rows } = await sql<DiffRow>`
    with changes as materialized (${changesOf(deckId, version, against)}),
    page as (select c.* from changes c where ${wanted} and ${rest} and ${found(question.search ?? '')}
             order by prefix, window_name limit ${limit + 1}),
    doubled as (select c.* from changes c where kind = 'raised' and old_price > 0 and new_price >= old_price * 2)
    select (select json_object_agg(kind, n) from (select kind, count(*) as n from changes group by kind) k) as counts,
      (select coalesce(json_agg(p), '[]') from (select ${named} from page c order by c.prefix, c.window_name) p) as items,
      (select coalesce(json_agg(d), '[]') from (select ${named} from doubled c
        order by c.new_price / c.old_price desc, c.prefix limit 20) d) as doubled,
      (select count(*)::int from doubled) as doubled_count`.execute(q)
  const { counts, items, doubled, doubled_count } = rows[0]!
  const page = items.slice(0, limit)
  const last = page.at(-1)
  return {
    counts: { new: 0, raised: 0, lowered: 0, closed: 0, terms: 0, same: 0, ...counts },
    items: page.map(toChange),
    next: last !== undefined && items.length > limit ? `${last.prefix}@${last.window_name}` : null,
    doubled: doubled.map(toChange),
    doubledCount: doubled_count,
  }
}

/** Both versions side by side by prefix and window, and of what kind the difference is. */
function changesOf(deckId: number, version: number, against: number) {
  return sql`
    select coalesce(b.prefix, a.prefix) as prefix, coalesce(b.window_name, a.window_name) as window_name,
      a.destination_id as old_destination, b.destination_id as new_destination, a.price as old_price, b.price as new_price,
      a.window_id as old_window, b.window_id as new_window, a.effective_from as old_from, b.effective_from as new_from,
      case when a.prefix is null then 'new' when b.prefix is null then 'closed'
           when b.price > a.price then 'raised' when b.price < a.price then 'lowered'
           when a.digest <> b.digest or a.destination_id <> b.destination_id then 'terms' else 'same' end as kind
    from (${lastRates(deckId, against)}) a full join (${lastRates(deckId, version)}) b
      on a.prefix = b.prefix and a.window_name = b.window_name`
}

/** Of each prefix and window the rate that begins last. `digest` sums up all of them: it is the same when all are. */
function lastRates(deckId: number, version: number) {
  return sql`select * from (
    select r.prefix, r.window_id, coalesce(w.name, '') as window_name, r.destination_id, r.price_per_minute as price,
      r.effective_from, lead(1) over (partition by r.prefix, r.window_id order by r.effective_from) as later,
      sum(hash_record_extended(row(r.price_per_minute, r.effective_from, ${TERM_COLUMNS}), 0))
        over (partition by r.prefix, r.window_id) as digest
    from deck_version v join rate r on r.deck_id = v.deck_id and r.version = coalesce(v.rates_of, v.version)
    left join ${windowNames(deckId, version)} w on w.id = r.window_id
    where v.deck_id = ${deckId} and v.version = ${version}) r where later is null`
}

/** Everything a rate says besides price and destination. */
const TERM_COLUMNS = sql`r.first_block_s, r.increment_s, r.connect_fee, r.anchor, r.disconnect_fee, r.disconnect_after_s,
  r.minimum_charge, r.maximum_charge, r.after_maximum, r.grace_s, r.valid_to, r.tiers, r.extras`

/** The same as text, in the order of TERM_NAMES with '~' between; only for what is shown. */
const TERMS = sql`concat_ws('~', r.first_block_s || '/' || r.increment_s, trim_scale(r.connect_fee),
  r.anchor, trim_scale(r.disconnect_fee), r.disconnect_after_s, trim_scale(r.minimum_charge),
  coalesce(trim_scale(r.maximum_charge)::text, ''), r.after_maximum, r.grace_s,
  case when r.valid_to is null then '' else to_char(r.valid_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') end,
  coalesce(r.tiers::text, ''), coalesce(r.extras::text, ''),
  case when r.effective_from <= to_timestamp(0) then ''
       else to_char(r.effective_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') end)`

/** What is shown of changes `c`: their names and terms, looked up by key. */
function shown(deckId: number, version: number, against: number) {
  const terms = (of: number, window: string, from: string) => sql`(select ${TERMS} from deck_version v
    join rate r on r.deck_id = v.deck_id and r.version = coalesce(v.rates_of, v.version)
    where v.deck_id = ${deckId} and v.version = ${of} and r.prefix = c.prefix
      and r.window_id = ${sql.ref(window)} and r.effective_from = ${sql.ref(from)})`
  return sql`c.kind, c.prefix, c.window_name, trim_scale(c.old_price)::text as old_text,
    trim_scale(c.new_price)::text as new_text,
    ${terms(against, 'c.old_window', 'c.old_from')} as old_terms, ${terms(version, 'c.new_window', 'c.new_from')} as new_terms,
    (select name from destination where destination_id = c.old_destination) as old_name,
    (select name from destination where destination_id = c.new_destination) as new_name`
}

const TERM_NAMES = [
  '',
  'connect fee',
  'anchor',
  'disconnect fee',
  'disconnect after',
  'minimum',
  'maximum',
  'after maximum',
  'grace',
  'valid to',
  'tiers',
  'extras',
  'from',
]

function found(search: string) {
  if (search.trim() === '') return sql<boolean>`true`
  return sql<boolean>`exists (select from (select c.prefix) r, destination n
    where n.destination_id = coalesce(c.new_destination, c.old_destination) and ${matching(search.trim())})`
}

type ChangeRow = {
  readonly kind: RateChangeKind
  readonly prefix: string
  readonly window_name: string
  readonly old_name: string | null
  readonly new_name: string | null
  readonly old_text: string | null
  readonly new_text: string | null
  readonly old_terms: string | null
  readonly new_terms: string | null
}

type DiffRow = {
  readonly counts: Partial<Record<RateChangeKind, number>> | null
  readonly items: readonly ChangeRow[]
  readonly doubled: readonly ChangeRow[]
  readonly doubled_count: number
}

function toChange(row: ChangeRow): RateChange {
  return {
    kind: row.kind,
    prefix: row.prefix,
    window: row.window_name,
    destination: row.new_name ?? row.old_name ?? '',
    oldPrice: row.old_text,
    newPrice: row.new_text,
    terms: termsInWords(row),
  }
}

function termsInWords(row: ChangeRow): string {
  if (row.old_terms === null || row.new_terms === null) return ''
  const after = row.new_terms.split('~')
  const words = row.old_terms.split('~').flatMap((before, i) => {
    if (before === after[i]) return []
    const name = TERM_NAMES[i] === '' ? '' : `${TERM_NAMES[i]} `
    return [`${name}${before || '–'} → ${after[i] || '–'}`]
  })
  if (row.old_name !== null && row.new_name !== null && row.old_name !== row.new_name)
    words.push(`${row.old_name} → ${row.new_name}`)
  if (words.length === 0 && row.kind === 'terms') words.push('earlier starts differ')
  return words.join(', ')
}
