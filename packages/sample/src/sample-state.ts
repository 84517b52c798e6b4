// Whether the sample is there: the first start makes it, a later one finishes it, a deleted one stays deleted.

import type { Queryable } from '@tollbook/db'
import { SAMPLE_SLUG } from './world.ts'

/** `unfinished`: a start was cut off while it made the sample. */
export type SampleState = 'none' | 'unfinished' | 'complete'

/** Looks at the database; its invoices come last, so they mark a complete sample. */
export async function sampleState({ q }: Queryable): Promise<SampleState> {
  const tenant = await q
    .selectFrom('tenant')
    .select(['tenant_id', 'is_sample'])
    .where('slug', '=', SAMPLE_SLUG)
    .executeTakeFirst()
  if (!tenant?.is_sample) return 'none'
  const invoice = await q
    .selectFrom('invoice')
    .select('number')
    .where('tenant_id', '=', tenant.tenant_id)
    .limit(1)
    .execute()
  return invoice.length > 0 ? 'complete' : 'unfinished'
}
