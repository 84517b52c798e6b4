// What the copy does not hold of missed callers, read from the tables by the keys of their calls: names, accounts, who spoke with
// them, and telephones that rang in calls of which no file tells.

import type { Queryable } from '@tollbook/db'
import { asCallKey } from '@tollbook/kernel'
import { sql } from 'kysely'
import type { MissedCaller } from './missed-callers.ts'
import type { Asked } from './parse.ts'

export type MissedFigures = {
  readonly calls: number
  readonly firstMs: number
  readonly lastMs: number
  readonly longestWaitS: number
  /** Key of the last call. */
  readonly last: string
  readonly rang: readonly string[]
  /** Keys of calls whose telephones are to be read. */
  readonly unread: readonly string[]
  readonly back: { readonly key: string; readonly atMs: number; readonly afterS: number } | null
}

/** In the same order. Undefined when a call has gone meanwhile. */
export async function withDetails(
  q: Queryable,
  query: Asked,
  found: readonly MissedFigures[],
): Promise<readonly MissedCaller[] | undefined> {
  if (found.length === 0) return []
  const last = await lastCalls(q, query, found)
  const back = await conversations(q, query, found)
  const rang = await telephones(q, query, found)
  const items: MissedCaller[] = []
  for (const [place, one] of found.entries()) {
    const call = last.get(one.last)
    const spoken = one.back && back.get(one.back.key)
    if (call === undefined || spoken === undefined) return undefined
    items.push({
      number: call.from_number,
      name: call.from_name ?? '',
      calls: one.calls,
      firstMs: one.firstMs,
      lastMs: one.lastMs,
      longestWaitS: one.longestWaitS,
      rang: rang.get(place) ?? [],
      did: call.did,
      account:
        call.account_id === null ? undefined : { id: call.account_id, code: call.code ?? '', name: call.name ?? '' },
      lastCall: asCallKey(one.last),
      returned:
        one.back === null || spoken === null
          ? undefined
          : {
              atMs: one.back.atMs,
              by: spoken.extension,
              outward: spoken.direction === 2,
              call: asCallKey(one.back.key),
              afterS: one.back.afterS,
            },
    })
  }
  return items
}

type LastCall = {
  call_key: string
  from_number: string
  from_name: string | null
  did: string
  account_id: number | null
  code: string | null
  name: string | null
}

async function lastCalls(q: Queryable, query: Asked, found: readonly MissedFigures[]) {
  const keys = found.map((f) => f.last)
  const { rows } = await sql<LastCall>`
    select c.call_key, c.from_number, c.from_name, c.did, a.account_id, a.code, a.name
    from call c left join account a on a.account_id = c.account_id and a.tenant_id = c.tenant_id
    where c.tenant_id = ${query.tenant.tenantId} and c.call_key = any(${keys}::uuid[])
      and ${between(found.map((f) => f.lastMs))}`.execute(q.q)
  return new Map(rows.map((row) => [row.call_key, row]))
}

async function conversations(q: Queryable, query: Asked, found: readonly MissedFigures[]) {
  const backs = found.flatMap((f) => (f.back === null ? [] : [f.back]))
  if (backs.length === 0) return new Map<string, never>()
  const { rows } = await sql<{ call_key: string; direction: number; extension: string }>`
    select c.call_key, c.direction, c.extension from call c
    where c.tenant_id = ${query.tenant.tenantId} and c.call_key = any(${backs.map((b) => b.key)}::uuid[])
      and ${between(backs.map((b) => b.atMs))}`.execute(q.q)
  return new Map(rows.map((row) => [row.call_key, row]))
}

/** By place. PostgreSQL sorts them, as it does where it answers alone. */
async function telephones(q: Queryable, query: Asked, found: readonly MissedFigures[]) {
  const known = found.flatMap((f, place) => f.rang.map((one) => ({ place, one })))
  const unread = found.flatMap((f, place) => f.unread.map((one) => ({ place, one })))
  if (known.length + unread.length === 0) return new Map<number, string[]>()
  const ms = found.filter((f) => f.unread.length > 0).flatMap((f) => [f.firstMs, f.lastMs])
  const read = () => sql`union all
    select u.place, rang.one from unnest(${unread.map((u) => u.place)}::int[], ${unread.map((u) => u.one)}::uuid[]) u(place, call_key)
    join call c on c.call_key = u.call_key and c.tenant_id = ${query.tenant.tenantId} and ${between(ms)}, unnest(c.rung) rang(one)`
  const { rows } = await sql<{ place: number; rang: string[] }>`
    select place, array_agg(distinct one order by one) as rang from (
      select * from unnest(${known.map((k) => k.place)}::int[], ${known.map((k) => k.one)}::text[]) k(place, one)
      ${unread.length > 0 ? read() : sql``}
    ) each group by place`.execute(q.q)
  return new Map(rows.map((row) => [row.place, row.rang]))
}

/** Calls of a month lie in a table of their own. Instants are cut to milliseconds. */
function between(ms: readonly number[]) {
  const at = (one: number) => new Date(one).toISOString()
  return sql`c.opened_at >= ${at(Math.min(...ms))}::timestamptz and c.opened_at < ${at(Math.max(...ms) + 1)}::timestamptz`
}
