// Who is signed in, told to the client: the person, and each tenant with the span of its calls.

import { callSpan } from '@tollbook/calls/search'
import type { SignedIn, TenantAccess } from '@tollbook/directory/people'
import { currencyLetters } from '@tollbook/kernel'
import type { ApiDeps } from './api-deps.ts'
import type { SessionInfo, TenantInfo } from './wire.ts'

export async function sessionInfo(
  { db, config }: ApiDeps,
  user: SignedIn,
  tenants: readonly TenantAccess[],
): Promise<SessionInfo> {
  const { name, email, locale, hasPassword, isAdmin } = user
  const infos = await Promise.all(tenants.map((tenant) => tenantInfo(db, tenant)))
  return { user: { name, email, locale, hasPassword, isAdmin }, tenants: infos, version: config.version }
}

async function tenantInfo(db: ApiDeps['db'], tenant: TenantAccess): Promise<TenantInfo> {
  const span = await callSpan(db, tenant.tenantId)
  const { slug, name, zone, isSample, role } = tenant
  return {
    slug,
    name,
    zone,
    currency: lettersOf(tenant.currency),
    isSample,
    role,
    isEmpty: span === undefined,
    firstCallAt: span ? new Date(span.firstMs).toISOString() : null,
    lastCallAt: span ? new Date(span.lastMs).toISOString() : null,
  }
}

/** ISO 4217 letters; "XXX" is the standard's own word for "no currency". */
export function lettersOf(currency: number): string {
  return currencyLetters(currency) ?? 'XXX'
}
