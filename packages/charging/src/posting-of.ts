// What a charge means in the ledger. Pure.

import { negateMoney } from '@tollbook/kernel'
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
    amount: back ? negateMoney(line.amount) : line.amount,
    kind: back ? ENTRY_KIND.reversal : ENTRY_KIND.charge,
    currency: line.currency,
    tenantId,
    refKey: line.callKey,
  }
}

/**
 * From the charge's own key, so that a charge is posted once however often it is sent: the call key with line and
 * revision folded into its last 32 bits. The first charge of a call thus has the key of the call. (A digest would say
 * the same for 2 µs a charge; the call key is one already.)
 */
function entryKeyOf({ callKey, line, revision }: ChargeLine): string {
  const fold = (line - 1) * 0x10000 + revision
  if (fold === 0) return callKey
  const tail = (Number.parseInt(callKey.slice(-8), 16) ^ fold) >>> 0
  return callKey.slice(0, -8) + tail.toString(16).padStart(8, '0')
}
