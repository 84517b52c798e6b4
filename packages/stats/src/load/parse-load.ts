// The door of load: strings become a question, or a list of what is wrong with them.

import { err, ok, type Result } from '@tollbook/kernel'
import { type BadQuery, parseSpan } from '../parse.ts'

export type LoadQuery = {
  readonly tenantId: number
  readonly fromMs: number
  readonly toMs: number
  readonly zone: string
  /** The zone of the tenant, by whose days load is kept. */
  readonly home: string
  /** Whose busy hours and series are told; 'all' = all trunks together, 0 = trunks by rule without a name. */
  readonly chosen: 'all' | number
  /** Blocking that is put up with: 0.01 = 1 %. */
  readonly target: number
}

/** A year and what a range of weeks adds to it: every hour of it is looked at. */
const LONGEST_MS = 380 * 24 * 3_600_000
const DEFAULT_TARGET = 1

type Raw = Readonly<Record<string, string | undefined>>

/** Reads `from`, `to`, `zone` (as figures do), `trunk` (an id, "none" or "all") and `target` (% blocking, default 1). */
export function parseLoadQuery(
  raw: Raw,
  tenant: { readonly tenantId: number; readonly zone: string },
): Result<LoadQuery, BadQuery> {
  const fields: { field: string; message: string }[] = []
  const fail = (field: string, message: string) => void fields.push({ field, message })
  const { zone, fromMs, toMs } = parseSpan(raw, tenant, fail)
  if (fromMs !== undefined && toMs !== undefined && toMs - fromMs > LONGEST_MS)
    fail('to', 'must be within 380 days of from')
  const trunk = raw.trunk?.trim() || 'all'
  const chosen =
    trunk === 'all' ? 'all' : trunk === 'none' ? 0 : /^[1-9]\d{0,8}$/.test(trunk) ? Number(trunk) : undefined
  if (chosen === undefined) fail('trunk', 'must be the number of a trunk, "none" or "all"')
  const target = raw.target?.trim() ? Number(raw.target) : DEFAULT_TARGET
  if (!(target >= 0.001 && target <= 50)) fail('target', 'must be a percentage from 0.001 to 50')
  if (fields.length > 0 || fromMs === undefined || toMs === undefined || chosen === undefined)
    return err({ kind: 'bad-query', fields })
  return ok({ tenantId: tenant.tenantId, fromMs, toMs, zone, home: tenant.zone, chosen, target: target / 100 })
}
