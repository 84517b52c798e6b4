// Who is signed in and which tenants they may see. `undefined` while asking, `null` when nobody is signed in.

import { signal } from '@preact/signals'
import type { SessionInfo, TenantInfo } from '@tollbook/api/wire'
import { ApiError, whenSignedOut } from '../api/client.ts'
import * as api from '../api/routes.ts'
import { chooseLanguage, LANGUAGES, type Language, language, languageChosen } from './preferences.ts'

export const session = signal<SessionInfo | null | undefined>(undefined)
/** Why the session could not be read, when it is neither here nor refused. */
export const sessionFault = signal<ApiError | undefined>(undefined)

whenSignedOut(() => {
  session.value = null
})

/** Asks who is signed in; also how the shell learns that a tenant is no longer empty. */
export async function refreshSession(): Promise<void> {
  try {
    const next = await api.readSession()
    sessionFault.value = undefined
    const known = LANGUAGES.find((one) => one === next.user.locale)
    if (session.value === undefined && known && !languageChosen()) language.value = known
    session.value = next
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) session.value = null
    else sessionFault.value = error instanceof ApiError ? error : undefined
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  await api.signIn(email, password)
  await refreshSession()
}

/** The language follows the person to other machines; if that fails, this browser still has it. */
export function keepLanguage(next: Language): void {
  chooseLanguage(next)
  if (session.value) void api.changeProfile({ locale: next }).catch(() => undefined)
}

export async function signOut(): Promise<void> {
  await api.signOut()
  session.value = null
}

/** The tenant a slug names, else the first the person may see (the api lists the real one first). */
export function tenantOf(slug: string | undefined): TenantInfo | undefined {
  const tenants = session.value?.tenants ?? []
  return tenants.find((one) => one.slug === slug) ?? tenants.find((one) => !one.isSample) ?? tenants[0]
}

const RANK = { viewer: 1, operator: 2, admin: 3 } as const

/** Whether to offer what takes a role; the api refuses anyway. Operators handle data, admins money and connections. */
export function mayWrite(tenant: TenantInfo, level: 'operator' | 'admin' = 'admin'): boolean {
  return RANK[tenant.role] >= RANK[level]
}
