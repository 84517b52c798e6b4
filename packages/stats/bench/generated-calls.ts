// A year of calls made by PostgreSQL itself, straight into the tables, in the order of time: dimensions as unequal as in life
// (a few accounts make most calls), money on both sides, a third of all calls in one month. The same every time.

import { type Db, ensureMonths } from '@tollbook/db'

export const YEAR = 2025
/** The month that holds a third of all calls, 1 to 12. */
export const BIG_MONTH = 6
export const TENANT = 1
const CURRENCY = 978

/** Calls of each month, January first, that add up to `calls`. */
export function callsByMonth(calls: number): readonly number[] {
  const big = Math.floor(calls / 3)
  const small = Math.floor((calls - big) / 11)
  return Array.from({ length: 12 }, (_, i) => (i + 1 === BIG_MONTH ? calls - 11 * small : small))
}

export function monthName(month: number): string {
  return `${YEAR}-${String(month).padStart(2, '0')}`
}

/** Tenant, accounts, trunks, carriers, destinations. */
export async function furnish(db: Db): Promise<void> {
  const at = '2024-12-01T00:00:00Z'
  await db.pool.query(
    `insert into tenant (tenant_id, slug, name, zone, currency, created_at) values ($1, 'main', 'Main', 'Europe/Dublin', $2, $3)`,
    [TENANT, CURRENCY, at],
  )
  await db.pool.query(
    `insert into account (account_id, tenant_id, code, name, currency, created_at)
     select 1000 + n, $1, 'ACCT-' || n, 'Account ' || n, $2, $3 from generate_series(1, 2000) n`,
    [TENANT, CURRENCY, at],
  )
  await db.pool.query(
    `insert into carrier (carrier_id, tenant_id, name, currency, created_at)
     select 100 + n, $1, 'Carrier ' || n, $2, $3 from generate_series(1, 6) n`,
    [TENANT, CURRENCY, at],
  )
  await db.pool.query(
    `insert into trunk (trunk_id, tenant_id, name, peer, carrier_id, created_at)
     select 200 + n, $1, 'Trunk ' || n, 'PJSIP/trunk-' || n, 101 + n % 6, $2 from generate_series(1, 12) n`,
    [TENANT, at],
  )
  await db.pool.query(
    `insert into destination (destination_id, tenant_id, name, country_id)
     select 5000 + n, $1, 'Destination ' || n, 4 + (n % 120) * 7 from generate_series(1, 400) n`,
    [TENANT],
  )
}

/** Calls, charges and unrated marks of one month; the month is then vacuumed, as autovacuum would. */
export async function makeMonth(db: Db, month: number, calls: number): Promise<void> {
  const days = new Date(Date.UTC(YEAR, month, 0)).getUTCDate()
  await ensureMonths(db, [monthName(month)])
  for (let day = 1; day <= days; day++) {
    const from = Math.floor((calls * (day - 1)) / days)
    const count = Math.floor((calls * day) / days) - from
    const start = Date.UTC(YEAR, month - 1, day) / 1000
    await makeCalls(db, { startS: start, seconds: 86_400, count, first: month * 100_000_000 + from })
  }
  const suffix = monthName(month).replace('-', '_')
  for (const table of ['call', 'charge']) await db.pool.query(`vacuum (analyze) ${table}_${suffix}`)
}

/** So many calls within some seconds, more of them in the middle. `first` numbers them, from it everything follows. */
export async function makeCalls(
  db: Pick<Db, 'pool'>,
  of: { readonly startS: number; readonly seconds: number; readonly count: number; readonly first: number },
): Promise<void> {
  await db.pool.query(MAKE, [of.startS, of.count, of.first, TENANT, CURRENCY, of.seconds])
}

// Shares: 55 of 100 out, 35 in, 10 inside; 62 of 100 answered. u1, u2, … are unequal numbers from 0 to 1 of the call.
const MAKE = `with made as materialized (
    select n, to_timestamp($1::float8 + floor($6::float8 * (u - 0.13 * sin(2 * pi() * u)))) as at, md5(($3::bigint + n)::text) as md,
      (hashint8($3::bigint + n)::bigint & 2147483647) / 2147483648.0::float8 as u1,
      (hashint8(($3::bigint + n) * 7919)::bigint & 2147483647) / 2147483648.0::float8 as u2,
      (hashint8(($3::bigint + n) * 104729)::bigint & 2147483647) / 2147483648.0::float8 as u3
    from (select n, (n + 0.5) / $2::float8 as u from generate_series(0, $2::int - 1) n) s
  ), fact as materialized (
    select (substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-8' || substr(md, 1, 3) || '-8' || substr(md, 4, 3) || '-' ||
        substr(md, 7, 12))::uuid as call_key, at, n, u1, u2, u3,
      case when u1 < 0.55 then 2 when u1 < 0.9 then 1 else 3 end as direction,
      case when u2 < 0.62 then 1 when u2 < 0.82 then 2 when u2 < 0.9 then 3 when u2 < 0.95 then 4 else 5 end as outcome,
      floor(-90 * ln(1 - least(u3, 0.9999)))::int + 2 as talk, 1 + floor(25 * u2)::int as ring,
      1001 + floor(2000 * u3 * u3 * u3)::int as account, 201 + floor(12 * u3 * u2)::int as trunk,
      5001 + floor(400 * u2 * u2 * u1)::int as destination
    from (select *, lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') as hex from made) m
  ), call_row as (
    insert into call (call_key, opened_at, started_at, answered_at, ended_at, stitched_at, tenant_id, source_id, account_id,
      trunk_id, carrier_id, destination_id, talk_s, ring_s, wait_s, duration_s, bill_s, direction, outcome, hangup_cause,
      country_id, legs, attempts, revision, final, from_number, to_number, answered_by, accountcode, linkedid, ending, did,
      extension, disposition, seized)
    select call_key, at, at, case when outcome = 1 then at + ring * interval '1 s' end,
      at + (ring + case when outcome = 1 then talk else 0 end) * interval '1 s', at, $4, 1 + (n % 3), account,
      case when direction = 3 then 0 else trunk end, case when direction = 3 then 0 else 101 + (trunk - 200) % 6 end,
      case when direction = 2 then destination else 0 end, case when outcome = 1 then talk else 0 end, ring, ring,
      ring + case when outcome = 1 then talk else 0 end, case when outcome = 1 then talk else 0 end, direction, outcome,
      (array[16, 19, 17, 34, 16])[outcome], case when direction = 2 then 4 + ((destination - 5000) % 120) * 7 else 0 end,
      1 + floor(3 * u1 * u1)::int, 1, 0, true, '+3531' || lpad(floor(u1 * 9999999)::text, 7, '0'),
      case when direction = 1 then '+353120' || lpad(floor(200 * u3)::text, 5, '0')
        else '+44' || lpad(floor(u2 * 999999999)::text, 9, '0') end,
      case when outcome = 1 then 'PJSIP/' || (200 + floor(300 * u3)::int) end, 'ACCT-' || (account - 1000),
      floor(extract(epoch from at))::bigint || '.' || n, (array[1, 6, 5, 7, 10])[outcome],
      case when direction = 1 then '+353120' || lpad(floor(200 * u3)::text, 5, '0') else '' end,
      case when direction <> 1 or outcome = 1 then (200 + floor(300 * u3)::int)::text else '' end,
      (array[1, 2, 3, 4, 1])[outcome], case direction when 1 then 1 when 2 then 2 else 0 end
    from fact order by call_key
  ), unrated as (
    insert into call_unrated (call_key, opened_at, tenant_id, account_id, reason)
    select call_key, at, $4, account, 3 from fact where direction = 2 and outcome = 1 and u1 < 0.005
  )
  insert into charge (call_key, opened_at, side, line, revision, tenant_id, party_id, deck_id, deck_version, destination_id,
    seconds, billed_s, currency, amount, prefix, booked_at)
  select call_key, at, side, 1, 0, $4, case side when 1 then account else 101 + (trunk - 200) % 6 end, side, 1, destination, talk,
    ceil(talk / 30.0)::int * 30, $5, round((ceil(talk / 30.0) * 30 * (0.0002 + 0.00001 * (destination % 90)) / side)::numeric, 6),
    (100 + destination % 800)::text, at
  from fact, generate_series(1, 2) side
  where direction = 2 and outcome = 1 and u1 >= 0.005 order by call_key, side`
