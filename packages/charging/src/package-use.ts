// Table package_use: what is used of packages, kept equal to the sum over charges. A batch holds the rows it may use
// from before it prices until it commits, so two batches of one account price one after the other.

import type { Queryable, Tx } from '@tollbook/db'
import { sql } from 'kysely'
import type { ChargeLine } from './charge-lines.ts'
import {
  callsTaken,
  type PackageKey,
  type PackageLedger,
  packageKeyText,
  packageLedger,
  type Used,
} from './package-uses.ts'

/** Holds the rows of these keys, in the order of their key as everybody does, and answers what is used. */
export async function lockPackageUse(tx: Tx, tenantId: number, keys: Iterable<PackageKey>): Promise<PackageLedger> {
  const distinct = new Map<string, PackageKey>()
  for (const key of keys) distinct.set(packageKeyText(key), key)
  if (distinct.size === 0) return packageLedger([])
  const wanted = [...distinct.values()]
  const { rows } = await tx.client.query<UseRow>(
    `insert into package_use (account_id, package_id, period_start, tenant_id)
     select account_id, package_id, period_start, $1 from unnest($2::int[], $3::int[], $4::date[])
       as k (account_id, package_id, period_start) order by account_id, package_id, period_start
     on conflict (account_id, package_id, period_start) do update set used_s = package_use.used_s
     returning account_id, package_id, period_start, used_s, used_calls`,
    [tenantId, wanted.map((k) => k.accountId), wanted.map((k) => k.packageId), wanted.map((k) => k.periodStart)],
  )
  return packageLedger(rows.map(toUse))
}

function toUse(row: UseRow): readonly [PackageKey, Used] {
  return [
    { accountId: row.account_id, packageId: row.package_id, periodStart: row.period_start },
    { seconds: Number(row.used_s), calls: row.used_calls },
  ]
}

type UseRow = {
  readonly account_id: number
  readonly package_id: number
  readonly period_start: string
  readonly used_s: string
  readonly used_calls: number
}

/** What is used of these, for looking only. */
export async function readPackageUse({ q }: Queryable, keys: readonly PackageKey[]): Promise<PackageLedger> {
  if (keys.length === 0) return packageLedger([])
  const { rows } = await sql<UseRow>`
    select u.account_id, u.package_id, u.period_start, u.used_s, u.used_calls
    from unnest(${keys.map((k) => k.accountId)}::int[], ${keys.map((k) => k.packageId)}::int[],
      ${keys.map((k) => k.periodStart)}::date[]) as k (account_id, package_id, period_start)
    join package_use u using (account_id, package_id, period_start)`.execute(q)
  return packageLedger(rows.map(toUse))
}

/** Moves what is used by lines that were just written; their rows are held (see `lockPackageUse`). */
export async function movePackageUse(tx: Tx, lines: readonly ChargeLine[]): Promise<void> {
  const moved = new Map<string, { key: PackageKey; seconds: number; calls: number }>()
  for (const { partyId, packageId, packageFrom, freeS } of lines) {
    if (packageId === 0) continue
    const key = { accountId: partyId, packageId, periodStart: packageFrom }
    const text = packageKeyText(key)
    const sum = moved.get(text) ?? { key, seconds: 0, calls: 0 }
    moved.set(text, { key, seconds: sum.seconds + freeS, calls: sum.calls + callsTaken(freeS) })
  }
  if (moved.size === 0) return
  const all = [...moved.values()]
  await tx.client.query(
    `update package_use u set used_s = u.used_s + m.used_s, used_calls = u.used_calls + m.used_calls
     from unnest($1::int[], $2::int[], $3::date[], $4::bigint[], $5::int[])
       as m (account_id, package_id, period_start, used_s, used_calls)
     where u.account_id = m.account_id and u.package_id = m.package_id and u.period_start = m.period_start`,
    [
      all.map(({ key }) => key.accountId),
      all.map(({ key }) => key.packageId),
      all.map(({ key }) => key.periodStart),
      all.map(({ seconds }) => seconds),
      all.map(({ calls }) => calls),
    ],
  )
}

/** A row of package_use that differs from the charges; empty text = there is none on that side. */
export type PackageDifference = PackageKey & { readonly kept: string; readonly charged: string }

/** Compares what is kept with the sum over charges; reads all charges. Right when there are no differences. */
export async function verifyPackageUse({ q }: Queryable): Promise<readonly PackageDifference[]> {
  const { rows } = await sql<PackageDifference>`
    with charged as (
      select party_id as account_id, package_id, package_from as period_start, sum(free_s) as used_s,
        sum(sign(free_s)) as used_calls
      from charge where package_id <> 0 group by 1, 2, 3)
    select account_id as "accountId", package_id as "packageId", period_start as "periodStart",
      coalesce(concat(u.used_s, ' s ', u.used_calls), '') as kept,
      coalesce(concat(c.used_s, ' s ', c.used_calls), '') as charged
    from package_use u full join charged c using (account_id, package_id, period_start)
    where coalesce(u.used_s, 0) <> coalesce(c.used_s, 0) or coalesce(u.used_calls, 0) <> coalesce(c.used_calls, 0)
    order by 1, 2, 3 limit 100`.execute(q)
  return rows
}
