// STAND-IN until the rating branch is merged; its own book.ts replaces this file.

import type { Attribution, CallDraft } from '@tollbook/calls'
import type { Queryable } from '@tollbook/db'
import { type Directory, loadDirectory } from '@tollbook/directory'
import type { TenantId } from '@tollbook/kernel'

export type ChargingBook = { readonly directory: Directory }

export async function loadBook(db: Queryable, tenantId: TenantId): Promise<ChargingBook> {
  return { directory: await loadDirectory(db, tenantId) }
}

export async function freshBook(db: Queryable, tenantId: TenantId, _before?: ChargingBook): Promise<ChargingBook> {
  return await loadBook(db, tenantId)
}

export function attribute(book: ChargingBook, drafts: readonly CallDraft[]): Attribution[] {
  return drafts.map((draft) => ({
    direction: 0,
    accountId: book.directory.accountsByCode.get(draft.accountcode)?.accountId ?? 0,
    ...{ trunkId: 0, carrierId: 0, destinationId: 0, countryId: 0, didId: 0 },
  }))
}
