// Whether the sample is there: the first start makes it, a later one finishes it, a deleted one stays deleted.

import type { Queryable } from '@tollbook/db'
import { ACCOUNTS, SAMPLE_SLUG } from './world.ts'

/** `unfinished`: a start was cut off while it made the sample. */
export type SampleState = 'none' | 'unfinished' | 'complete'

/** Looks at the database. Invoices come last, one account after the other: all of them mark a complete sample. */
export async function sampleState({ q }: Queryable): Promise<SampleState> {
  const tenant = await q
    .selectFrom('tenant')
    .select(['tenant_id', 'is_sample'])
    .where('slug', '=', SAMPLE_SLUG)
    .executeTakeFirst()
  if (!tenant?.is_sample) return 'none'
  const invoiced = await q
    .selectFrom('invoice')
    .innerJoin('account', 'account.account_id', 'invoice.account_id')
    .select('account.code')
    .distinct()
    .where('invoice.tenant_id', '=', tenant.tenant_id)
    .execute()
  const codes = new Set(invoiced.map((row) => row.code))
  return ACCOUNTS.every((account) => codes.has(account.code)) ? 'complete' : 'unfinished'
}
