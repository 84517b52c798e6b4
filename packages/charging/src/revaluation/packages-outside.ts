// What is used of packages by calls that a revaluation does not reprice. All it reprices is given back first, so that the
// calls share the packages in the order of time whatever they had before, and doing it twice changes nothing.

import type { Db } from '@tollbook/db'
import type { ChargingBook } from '../book.ts'
import { partKey } from '../charge-lines.ts'
import { type PackageKey, type PackageLedger, packageKeyText, packageLedger, type Used } from '../package-uses.ts'
import { standingSell } from '../price-in-order.ts'
import { type RevaluationBatch, revaluationBatches } from './batches.ts'
import type { ReadCalls } from './calls-in-scope.ts'

/** What calls that are still to come have used: of a package that much more is left than its row says. */
export async function pendingUse(
  db: Db,
  book: ChargingBook,
  asked: Pick<ReadCalls, 'tenantId' | 'scope' | 'after' | 'lane'>,
): Promise<PackageLedger> {
  const pending = packageLedger([])
  const { rowCount } = await db.pool.query('select from package_use where tenant_id = $1 limit 1', [asked.tenantId])
  if (rowCount === 0) return pending
  for await (const batch of revaluationBatches(db, book, { ...asked, packagedOnly: true })) {
    for (const line of ownUse(batch)) pending.take(line)
  }
  return pending
}

/** The charges of a batch that give their packages back: those on an invoice keep them. */
export function ownUse({ calls, standing, invoices }: RevaluationBatch) {
  return calls.flatMap((part) => {
    const key = partKey(part)
    return invoices.has(key) ? [] : (standingSell(standing.get(key)) ?? [])
  })
}

/** What is left to a batch: what its rows say, without the calls that are still to come. */
export function withoutPending(rows: PackageLedger, pending: PackageLedger, keys: Iterable<PackageKey>): PackageLedger {
  const start = new Map<string, readonly [PackageKey, Used]>()
  for (const key of keys) {
    const [used, later] = [rows.of(key), pending.of(key)]
    start.set(packageKeyText(key), [key, { seconds: used.seconds - later.seconds, calls: used.calls - later.calls }])
  }
  return packageLedger(start.values())
}

/** What calls outside of the scope use, from rows that nobody holds: for counting. */
export async function usesOutside(
  db: Db,
  book: ChargingBook,
  asked: Pick<ReadCalls, 'tenantId' | 'scope' | 'after'>,
): Promise<PackageLedger> {
  const rows = await db.q.selectFrom('package_use').selectAll().where('tenant_id', '=', asked.tenantId).execute()
  const keys = rows.map((row) => ({
    accountId: row.account_id,
    packageId: row.package_id,
    periodStart: row.period_start,
  }))
  const all = packageLedger(
    rows.map((row, i) => [keys[i]!, { seconds: Number(row.used_s), calls: row.used_calls }] as const),
  )
  return withoutPending(all, await pendingUse(db, book, asked), keys)
}
