// Where tariffs have holes: numbers that are called and have no price, and calls sold for less than carriers ask. Reads
// only.

import { UNRATED } from '@tollbook/calls'
import type { Queryable } from '@tollbook/db'
import { countryOf, listTenants } from '@tollbook/directory'
import { assert, currencyLetters, toPhoneDigits } from '@tollbook/kernel'
import { sql } from 'kysely'
import type { UnratedReason } from './price-call.ts'

/** Calls to numbers that begin alike and have no charge. */
export type UnratedGroup = {
  /** First digits of the number in international form, at most seven; '' for what is no number. */
  readonly prefix: string
  /** ISO 3166-1 number, 0 = unknown. */
  readonly country: number
  readonly reason: UnratedReason
  calls: number
  seconds: number
  lastAtMs: number
}

/** Calls to one destination by one carrier that together brought less than they cost; decimals of six places. */
export type BelowCost = {
  readonly destination: { readonly id: number; readonly name: string }
  readonly carrier: { readonly id: number; readonly name: string }
  readonly calls: number
  readonly seconds: number
  /** ISO 4217 letters. */
  readonly currency: string
  readonly revenue: string
  readonly cost: string
  readonly margin: string
}

export type Coverage = { readonly unrated: readonly UnratedGroup[]; readonly belowCost: readonly BelowCost[] }

/** Of calls that opened in [fromMs, toMs). The most calls, and the greatest losses, come first. */
export async function coverage(db: Queryable, tenantId: number, fromMs: number, toMs: number): Promise<Coverage> {
  return {
    unrated: await unratedGroups(db, tenantId, fromMs, toMs),
    belowCost: await belowCost(db, tenantId, fromMs, toMs),
  }
}

/** As many rows as a page can show; prefixes are shortened until there are no more. */
const MOST_GROUPS = 200
const LONGEST_GROUP = 7
/** Different numbers that are looked at, the most called first. */
const MOST_NUMBERS = 100_000

type CalledNumber = { to_number: string; reason: UnratedReason; calls: number; seconds: string; last_ms: number }

async function unratedGroups(
  db: Queryable,
  tenantId: number,
  fromMs: number,
  toMs: number,
): Promise<readonly UnratedGroup[]> {
  const tenant = (await listTenants(db)).find((t) => t.tenantId === tenantId)
  assert(tenant !== undefined, `no tenant ${tenantId}`)
  const { rows } = await sql<CalledNumber>`
    select coalesce(s.to_number, c.to_number) as to_number, u.reason, count(*)::int as calls,
      sum(coalesce(s.bill_s, c.bill_s)) as seconds,
      (extract(epoch from max(c.started_at)) * 1000)::float8 as last_ms
    from call_unrated u join call c on c.call_key = u.call_key and c.opened_at = u.opened_at
      left join call_segment s on s.call_key = u.call_key and s.opened_at = u.opened_at and s.segment = u.line
    where u.tenant_id = ${tenantId} and u.opened_at >= ${new Date(fromMs)} and u.opened_at < ${new Date(toMs)}
      and c.opened_at >= ${new Date(fromMs)} and c.opened_at < ${new Date(toMs)}
    group by 1, 2 order by 3 desc, 1 limit ${MOST_NUMBERS}`.execute(db.q)
  const numbers = rows.map((row) => ({ ...row, digits: toPhoneDigits(row.to_number, tenant.plan) ?? '' }))
  for (let length = LONGEST_GROUP; ; length--) {
    const groups = grouped(numbers, length)
    if (groups.length <= MOST_GROUPS || length === 1) {
      return groups.sort((a, b) => b.calls - a.calls || (a.prefix < b.prefix ? -1 : 1)).slice(0, MOST_GROUPS)
    }
  }
}

function grouped(numbers: readonly (CalledNumber & { digits: string })[], length: number): UnratedGroup[] {
  const groups = new Map<string, UnratedGroup>()
  for (const { digits, reason, calls, seconds, last_ms } of numbers) {
    // What is no number has no first digits, whatever is left of it.
    const prefix = reason === UNRATED.notANumber ? '' : digits.slice(0, length)
    const key = `${prefix} ${reason}`
    const group = groups.get(key)
    if (group === undefined) {
      const country = prefix === '' ? 0 : countryOf(digits)
      groups.set(key, { prefix, country, reason, calls, seconds: Number(seconds), lastAtMs: last_ms })
    } else {
      group.calls += calls
      group.seconds += Number(seconds)
      group.lastAtMs = Math.max(group.lastAtMs, last_ms)
    }
  }
  return [...groups.values()]
}

async function belowCost(
  { q }: Queryable,
  tenantId: number,
  fromMs: number,
  toMs: number,
): Promise<readonly BelowCost[]> {
  // What stands of a side is what its lines add up to; lines and their reversals agree in all they are grouped by.
  const { rows } = await sql<BelowCostRow>`
    with standing as (
      select call_key, opened_at, line, side, party_id, destination_id, currency, sum(amount) as amount, sum(seconds) as seconds
      from charge
      where tenant_id = ${tenantId} and opened_at >= ${new Date(fromMs)} and opened_at < ${new Date(toMs)}
      group by 1, 2, 3, 4, 5, 6, 7 having sum(sign(seconds)) > 0),
    pair as (
      select s.destination_id, b.party_id as carrier_id, s.currency, count(*)::int as calls, sum(s.seconds) as seconds,
        sum(s.amount) as revenue, sum(b.amount) as cost
      from standing s join standing b using (call_key, opened_at, line, currency)
      where s.side = 1 and b.side = 2 group by 1, 2, 3 having sum(s.amount) < sum(b.amount))
    select p.*, p.revenue - p.cost as margin, d.name as destination, r.name as carrier
    from pair p left join destination d using (destination_id) left join carrier r using (carrier_id)
    order by margin, destination_id, carrier_id limit ${MOST_GROUPS}`.execute(q)
  return rows.map((row) => ({
    destination: { id: row.destination_id, name: row.destination ?? '' },
    carrier: { id: row.carrier_id, name: row.carrier ?? '' },
    calls: row.calls,
    seconds: Number(row.seconds),
    currency: currencyLetters(row.currency) ?? String(row.currency),
    revenue: row.revenue,
    cost: row.cost,
    margin: row.margin,
  }))
}

type BelowCostRow = {
  destination_id: number
  destination: string | null
  carrier_id: number
  carrier: string | null
  currency: number
  calls: number
  seconds: string
  revenue: string
  cost: string
  margin: string
}
