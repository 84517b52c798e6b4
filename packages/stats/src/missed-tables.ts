// Missed callers as the tables tell them, call by call: right without a copy and for the hours it is behind in, and slow over many
// calls.

import type { Queryable } from '@tollbook/db'
import { asCallKey, type CallKey } from '@tollbook/kernel'
import { type RawBuilder, sql } from 'kysely'
import { POSTGRES } from './dialect.ts'
import type { MissedCaller, MissedCallers, MissedOptions } from './missed-callers.ts'
import type { Asked } from './parse.ts'
import { callsOf } from './select.ts'
import { subscriber } from './subscriber.ts'

export async function missedInTables(q: Queryable, asked: Asked, options: MissedOptions): Promise<MissedCallers> {
  const query = asked
  const within = sql`make_interval(hours => ${options.withinHours}::int)`
  const { rows } = await sql<Row>`
    with missed as materialized (
      select ${subscriber(sql`c.from_number`)} as caller, c.call_key, c.opened_at, c.from_number, c.from_name, c.did,
        c.account_id, c.rung, greatest(c.wait_s, c.ring_s) as waited
      from ${callsOf({ ...asked, by: 'none', split: 'none' }, [query], POSTGRES)} and c.direction = 1 and c.outcome <> 1
    ), spoken as (
      select ${subscriber(sql`case direction when 1 then from_number else to_number end`)} as number, opened_at, call_key,
        direction, extension
      from call
      where tenant_id = ${query.tenant.tenantId} and outcome = 1 and direction in (1, 2)
        and opened_at >= ${instantOf(query.fromMs)} and opened_at < ${instantOf(query.toMs)} + ${within}
    ), back as (
      select distinct on (m.caller) m.caller, p.opened_at as at, p.call_key as call, p.direction, p.extension,
        floor(extract(epoch from p.opened_at - m.opened_at))::int as after_s
      from missed m join spoken p on p.number = m.caller and m.caller <> ''
        and p.opened_at > m.opened_at and p.opened_at <= m.opened_at + ${within}
      order by m.caller, p.opened_at, p.call_key, m.opened_at desc
    ), rang as (
      select caller, array_agg(distinct r order by r) as rang from missed, unnest(rung) r group by caller
    ), caller as (
      select caller, count(*)::int as calls, min(opened_at) as first_at, max(opened_at) as last_at, max(waited) as waited,
        (array_agg(call_key order by call_key desc))[1] as last_call
      from missed group by caller
    ), total as (
      select count(*)::int as callers, count(b.caller)::int as returned
      from caller k left join back b using (caller) where k.caller <> ''
    )
    select t.callers, t.returned, k.caller, k.calls, k.first_at, k.last_at, k.waited, k.last_call,
      m.from_number, m.from_name, m.did, a.account_id, a.code, a.name, r.rang, b.at, b.call, b.direction, b.extension, b.after_s
    from total t left join (
      caller k join missed m on m.call_key = k.last_call left join back b on b.caller = k.caller
    ) on ${onlyOf(options)} ${beyond(options.after)}
    left join rang r on r.caller = k.caller
    left join account a on a.account_id = m.account_id and a.tenant_id = ${query.tenant.tenantId}
    order by k.last_call desc limit ${options.limit + 1}`.execute(q.q)
  const found = rows.filter((row) => row.caller !== null)
  const items = found.slice(0, options.limit)
  const last = found.length > options.limit ? items.at(-1) : undefined
  return {
    items: items.map(callerOf),
    callers: rows[0]?.callers ?? 0,
    returned: rows[0]?.returned ?? 0,
    next: last && asCallKey(last.last_call),
  }
}

type Row = {
  callers: number
  returned: number
  caller: string
  calls: number
  first_at: Date
  last_at: Date
  waited: number
  last_call: string
  from_number: string
  from_name: string | null
  did: string
  account_id: number | null
  code: string | null
  name: string | null
  rang: string[] | null
  at: Date | null
  call: string | null
  direction: number
  extension: string
  after_s: number
}

function callerOf(row: Row): MissedCaller {
  return {
    number: row.from_number,
    name: row.from_name ?? '',
    calls: row.calls,
    firstMs: row.first_at.getTime(),
    lastMs: row.last_at.getTime(),
    longestWaitS: row.waited,
    rang: row.rang ?? [],
    did: row.did,
    account: row.account_id === null ? undefined : { id: row.account_id, code: row.code ?? '', name: row.name ?? '' },
    lastCall: asCallKey(row.last_call),
    returned:
      row.at === null
        ? undefined
        : {
            atMs: row.at.getTime(),
            by: row.extension,
            outward: row.direction === 2,
            call: asCallKey(row.call!),
            afterS: row.after_s,
          },
  }
}

function onlyOf({ only }: MissedOptions): RawBuilder<unknown> {
  if (only === undefined) return sql`true`
  return only === 'returned' ? sql`b.caller is not null` : sql`b.caller is null`
}

/** Keys begin with the time: the last to call come first. */
function beyond(after: CallKey | undefined): RawBuilder<unknown> {
  return after === undefined ? sql`` : sql`and k.last_call < ${after}::uuid`
}

function instantOf(ms: number): RawBuilder<unknown> {
  return sql`${new Date(ms).toISOString()}::timestamptz`
}
