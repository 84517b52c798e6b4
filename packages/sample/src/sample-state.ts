// Whether the sample is there: the first start makes it, a later one finishes it, a deleted one stays deleted.

import type { Queryable } from '@tollbook/db'
import { DateTime } from 'luxon'
import { ACCOUNTS, SAMPLE_SLUG } from './world.ts'

/** `unfinished`: a start was cut off while it made the sample. */
export type SampleState = 'none' | 'unfinished' | 'complete'

/** Looks at the database. Invoices come last, month by month: those of the last month that was over mark the end. */
export async function sampleState({ q }: Queryable): Promise<SampleState> {
  const tenant = await q
    .selectFrom('tenant')
    .select(['tenant_id', 'is_sample', 'created_at', 'zone'])
    .where('slug', '=', SAMPLE_SLUG)
    .executeTakeFirst()
  if (!tenant?.is_sample) return 'none'
  const month = DateTime.fromJSDate(tenant.created_at, { zone: tenant.zone }).startOf('month')
  const invoiced = await q
    .selectFrom('invoice')
    .innerJoin('account', 'account.account_id', 'invoice.account_id')
    .select('account.code')
    .where('invoice.tenant_id', '=', tenant.tenant_id)
    .where('invoice.period_to', '>=', month.toJSDate())
    .execute()
  const codes = new Set(invoiced.map((row) => row.code))
  return ACCOUNTS.every((account) => codes.has(account.code)) ? 'complete' : 'unfinished'
}
