// Who writes the paper and who gets it, read from the directory's tables.

import type { Tx } from '@tollbook/db'
import { assert, type Decimal, parseDecimal } from '@tollbook/kernel'

export type InvoiceTenant = {
  readonly tenantId: number
  readonly name: string
  readonly zone: string
  readonly address: readonly string[]
  readonly taxId: string
  readonly iban: string
  /** 0.23 for 23 %; undefined when no tax is charged. */
  readonly taxRate: Decimal | undefined
}

export type InvoiceAccount = {
  readonly accountId: number
  readonly code: string
  readonly name: string
  readonly locale: string
  readonly address: readonly string[]
}

/** Throws when the tenant's tax rate is no fraction: a wrong one must not become "no tax". */
export async function readTenant(tx: Pick<Tx, 'q'>, tenantId: number): Promise<InvoiceTenant> {
  const row = await tx.q
    .selectFrom('tenant')
    .select(['name', 'zone', 'legal'])
    .where('tenant_id', '=', tenantId)
    .executeTakeFirstOrThrow()
  const legal = row.legal !== null && typeof row.legal === 'object' && !Array.isArray(row.legal) ? row.legal : {}
  const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '')
  const rate = text(legal.taxRate)
  const taxRate = rate === '' ? undefined : parseDecimal(rate)
  assert(rate === '' || (taxRate && taxRate.units >= 0n), `tax rate of ${row.name} is no fraction: ${rate}`)
  const address = Array.isArray(legal.address) ? legal.address.map(text) : text(legal.address).split('\n')
  return {
    tenantId,
    name: row.name,
    zone: row.zone,
    address: address.filter((l) => l !== ''),
    taxId: text(legal.taxId),
    iban: text(legal.iban),
    taxRate,
  }
}

export async function readAccount(tx: Tx, accountId: number): Promise<InvoiceAccount> {
  const row = await tx.q
    .selectFrom('account')
    .select(['code', 'name', 'locale', 'address'])
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  const address = row.address.split('\n').map((l) => l.trim())
  return { accountId, code: row.code, name: row.name, locale: row.locale, address: address.filter((l) => l !== '') }
}
