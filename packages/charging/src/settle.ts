// STAND-IN until the rating branch is merged; its own settle.ts replaces this file.

import type { Call } from '@tollbook/calls'
import type { Tx } from '@tollbook/db'
import type { ChargingBook } from './book.ts'

export async function settleCalls(
  _tx: Tx,
  _book: ChargingBook,
  calls: readonly Call[],
  _context: { readonly batchId: string; readonly nowMs: number },
): Promise<{ rated: number; unrated: number }> {
  return { rated: calls.filter((call) => call.billS > 0).length, unrated: 0 }
}
