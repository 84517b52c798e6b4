// What a charge means in the ledger. Pure.

import { hash } from 'node:crypto'
import { type Micros, negateMoney, timeFirstUuid } from '@tollbook/kernel'
import { ENTRY_KIND, type Posting, receivableOf, revenueOf } from '@tollbook/ledger'
import { CHARGE_SIDE, type ChargeLine } from './charge-lines.ts'

/**
 * The posting of one charge line: an account's debt to the tenant's revenue, or the other way round for a line that
 * takes a charge back. Undefined for the carrier's side, which is summed and not posted, and for an amount of zero.
 * It happened when the call opened, so that entry, charge and call stand in the same month.
 */
export function postingOf(line: ChargeLine, tenantId: number): Posting | undefined {
  if (line.side !== CHARGE_SIDE.sell || line.amount === 0n) return undefined
  const back = line.amount < 0n
  const receivable = receivableOf(line.partyId)
  const revenue = revenueOf(tenantId)
  return {
    accountId: line.partyId,
    entryKey: entryKeyOf(line),
    effectiveAtMs: line.openedAtMs,
    debitId: back ? revenue : receivable,
    creditId: back ? receivable : revenue,
    amount: (back ? negateMoney(line.amount) : line.amount) as Micros,
    kind: back ? ENTRY_KIND.reversal : ENTRY_KIND.charge,
    currency: line.currency,
    tenantId,
    refKey: line.callKey,
  }
}

/** From the charge's own key, so that a charge is posted once however often it is sent. */
function entryKeyOf({ callKey, side, line, revision, openedAtMs }: ChargeLine): string {
  return timeFirstUuid(openedAtMs, hash('sha256', `${callKey} ${side} ${line} ${revision}`, 'buffer'))
}
