// A call as a list shows it: names beside ids, and what it brought and cost. One SELECT for lists and for one call.

import { asCallKey, type CallKey } from '@tollbook/kernel'
import { type RawBuilder, sql } from 'kysely'
import type { Direction, Ending, Outcome } from './call.ts'
import type { Unrated } from './unrated.ts'

/** Instants are milliseconds, money is decimal text with six places. */
export type CallSummary = {
  readonly callKey: CallKey
  readonly openedAtMs: number
  readonly startedAtMs: number
  readonly answeredAtMs: number | undefined
  readonly endedAtMs: number
  readonly fromNumber: string
  readonly fromName: string
  readonly toNumber: string
  readonly direction: Direction
  readonly outcome: Outcome
  /** Finer than the outcome: a number of ENDING. */
  readonly ending: Ending
  /** Steps on the way, such as "queue:support" and "transfer:blind"; empty where only records are known. */
  readonly path: readonly string[]
  /** Nothing more of it is to come, as far as its events and records say. */
  readonly final: boolean
  readonly talkS: number
  readonly ringS: number
  readonly waitS: number
  readonly durationS: number
  readonly legs: number
  /** Number of ours that was called from outside, and our telephone; '' = none. */
  readonly did: string
  readonly extension: string
  /** Of the leg that decides, as in DISPOSITION; 0 = its legs do not tell. */
  readonly disposition: number
  /** Q.850; 0 = unknown. */
  readonly hangupCause: number
  /** ISO 3166-1 number; 0 = none. */
  readonly countryId: number
  readonly tags: readonly string[]
  readonly account: { readonly id: number; readonly code: string; readonly name: string } | undefined
  readonly trunk: { readonly id: number; readonly name: string } | undefined
  readonly carrier: { readonly id: number; readonly name: string } | undefined
  readonly destination: { readonly id: number; readonly name: string } | undefined
  readonly source: string
  /** ISO 4217 number: of the sell charge, else of the account, else of the tenant. */
  readonly currency: number
  /** Undefined when there is no charge, or none that has not been reversed: never 0 for "unknown". */
  readonly revenue: string | undefined
  readonly cost: string | undefined
  readonly unrated: Unrated | undefined
}

/** A row of `selectSummaries`. */
export type SummaryRow = {
  call_key: string
  opened_at: Date
  started_at: Date
  answered_at: Date | null
  ended_at: Date
  from_number: string
  from_name: string | null
  to_number: string
  direction: Direction
  outcome: Outcome
  ending: Ending
  path: string[] | null
  final: boolean
  talk_s: number
  ring_s: number
  wait_s: number
  duration_s: number
  legs: number
  did: string
  extension: string
  disposition: number
  hangup_cause: number
  country_id: number
  tags: string[] | null
  carrier_id: number
  carrier_name: string | null
  account_id: number
  account_code: string | null
  account_name: string | null
  trunk_id: number
  trunk_name: string | null
  destination_id: number
  destination_name: string | null
  source_name: string | null
  currency: number
  revenue: string | null
  cost: string | null
  unrated: Unrated | null
}

/**
 * To be put after `with page as (select c.* from call c …)`; `more`: what else of `c` is wanted. A reversal has negative seconds, so the signs add up to
 * zero when nothing stands.
 */
export const selectSummaries = (more: RawBuilder<unknown> = sql``) => sql`
  select ${more} c.call_key, c.opened_at, c.started_at, c.answered_at, c.ended_at, c.from_number, c.from_name, c.to_number,
    c.direction, c.outcome, c.ending, c.path, c.final, c.talk_s, c.ring_s, c.wait_s, c.duration_s, c.legs,
    c.did, c.extension, c.disposition, c.hangup_cause, c.country_id, c.carrier_id, k.name as carrier_name,
    (select array_agg(g.tag order by g.tag) from call_tag g where g.call_key = c.call_key and g.opened_at = c.opened_at) as tags,
    c.account_id, a.code as account_code, a.name as account_name,
    c.trunk_id, t.name as trunk_name, c.destination_id, d.name as destination_name, s.name as source_name,
    coalesce(h.currency, a.currency, n.currency) as currency, h.revenue, h.cost, u.reason as unrated
  from page c
  join tenant n on n.tenant_id = c.tenant_id
  left join account a on a.account_id = c.account_id
  left join trunk t on t.trunk_id = c.trunk_id
  left join carrier k on k.carrier_id = c.carrier_id
  left join destination d on d.destination_id = c.destination_id
  left join source s on s.source_id = c.source_id
  left join call_unrated u on u.call_key = c.call_key and u.opened_at = c.opened_at
  left join lateral (
    select max(h.currency) filter (where h.side = 1) as currency,
      case when sum(sign(h.seconds)) filter (where h.side = 1) > 0
        then sum(h.amount) filter (where h.side = 1) end as revenue,
      case when sum(sign(h.seconds)) filter (where h.side = 2) > 0
        then sum(h.amount) filter (where h.side = 2) end as cost
    from charge h where h.call_key = c.call_key and h.opened_at = c.opened_at
  ) h on true`

/** A row as a value. */
export function toSummary(row: SummaryRow): CallSummary {
  return {
    callKey: asCallKey(row.call_key),
    openedAtMs: row.opened_at.getTime(),
    startedAtMs: row.started_at.getTime(),
    answeredAtMs: row.answered_at?.getTime(),
    endedAtMs: row.ended_at.getTime(),
    fromNumber: row.from_number,
    fromName: row.from_name ?? '',
    toNumber: row.to_number,
    direction: row.direction,
    outcome: row.outcome,
    ending: row.ending,
    path: row.path ?? [],
    final: row.final,
    talkS: row.talk_s,
    ringS: row.ring_s,
    waitS: row.wait_s,
    did: row.did,
    extension: row.extension,
    disposition: row.disposition,
    hangupCause: row.hangup_cause,
    countryId: row.country_id,
    tags: row.tags ?? [],
    carrier: named(row.carrier_id, row.carrier_name, {}),
    durationS: row.duration_s,
    legs: row.legs,
    account: named(row.account_id, row.account_name, { code: row.account_code ?? '' }),
    trunk: named(row.trunk_id, row.trunk_name, {}),
    destination: named(row.destination_id, row.destination_name, {}),
    source: row.source_name ?? '',
    currency: row.currency,
    revenue: row.revenue ?? undefined,
    cost: row.cost ?? undefined,
    unrated: row.unrated ?? undefined,
  }
}

function named<More>(id: number, name: string | null, more: More): ({ id: number; name: string } & More) | undefined {
  return name === null ? undefined : { id, name, ...more }
}
