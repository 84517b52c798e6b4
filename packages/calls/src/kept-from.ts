// From when on calls are kept: what is older was detached by the retention rule, and rows of it that come again are known and
// not stored a second time.

import type { Tx } from '@tollbook/db'
import type { Leg } from './leg.ts'
import type { LegBatch } from './leg-batch.ts'

/** First moment after the last month that was detached, ms; minus infinity when none was. */
export async function keptFrom(tx: Tx): Promise<number> {
  const { rows } = await tx.client.query<{ month: string | null }>('select max(month) as month from detached_month')
  const month = rows[0]?.month
  if (month === null || month === undefined) return Number.NEGATIVE_INFINITY
  const [year = 0, number = 0] = month.split('-').map(Number)
  return Date.UTC(year, number, 1)
}

/** The batch without what is older, and the legs that are. */
export async function withoutDetached(tx: Tx, batch: LegBatch): Promise<{ batch: LegBatch; gone: readonly Leg[] }> {
  const fromMs = await keptFrom(tx)
  const isGone = ({ openedAtMs }: { readonly openedAtMs: number }) => openedAtMs < fromMs
  const gone = batch.legs.filter(isGone)
  if (gone.length === 0 && !batch.cel.some(isGone) && !batch.queue.some(isGone)) return { batch, gone }
  const isKept = (row: { readonly openedAtMs: number }) => !isGone(row)
  const kept = { legs: batch.legs.filter(isKept), cel: batch.cel.filter(isKept), queue: batch.queue.filter(isKept) }
  return { batch: { ...batch, ...kept }, gone }
}
