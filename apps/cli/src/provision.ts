// What a fresh database gets before anything else: the real tenant, its first source, and somebody who may sign in.

import { type Db, transaction } from '@tollbook/db'
import { ensureSource, ensureTenant } from '@tollbook/directory'
import { ensureAdmin } from '@tollbook/directory/people'
import type { Clock } from '@tollbook/kernel'

/** Slug of the tenant that commands mean when none is named. */
export const MAIN_TENANT = 'main'
/** Name of the source that files and the first PBX share unless told otherwise, so that both of one call are one. */
export const MAIN_SOURCE = 'asterisk'

/** Makes sure of the main tenant and the administrator; returns the administrator's id. Safe to repeat. */
export function provision(db: Db, clock: Clock): Promise<string> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return transaction(db, async (tx) => {
    const tenant = await ensureTenant(tx, { slug: MAIN_TENANT, name: 'My company', zone, currency: 'EUR' }, clock.now())
    await ensureSource(tx, tenant.tenantId, MAIN_SOURCE, clock.now())
    return ensureAdmin(tx, { email: 'admin@localhost', name: 'Administrator' }, clock.now())
  })
}
