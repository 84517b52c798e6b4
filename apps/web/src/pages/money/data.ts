// What the money page asks. Dearest calls come from the list of calls, sorted there.

import type { CallRow, StatsAnswer } from '@tollbook/api/wire'
import { listCalls, readStats } from '../../api/routes.ts'
import { toMicros } from '../../format/money.ts'
import type { Grain } from '../../parts/buckets.ts'
import { ifKnown } from '../../parts/if-known.ts'
import { type MetricName, metricsFor } from '../../parts/metric.ts'
import { queryOf, STATS_FILTERS, type View } from '../../state/view.ts'

export const MONEY = [
  ...(['calls', 'minutes', 'revenue', 'cost', 'margin', 'margin_pct', 'arpm'] as const),
] as const satisfies readonly MetricName[]
export const SPENDER = ['calls', 'minutes', 'revenue'] as const satisfies readonly MetricName[]
const DEAREST = 10

export type MoneyData = {
  readonly series: StatsAnswer
  readonly account: StatsAnswer
  readonly trunk: StatsAnswer
  readonly destination: StatsAnswer
  /** Null where extensions are not told. */
  readonly extension: StatsAnswer | null
  readonly dearest: readonly CallRow[]
}

export async function readMoney(view: View, grain: Grain, signal: AbortSignal): Promise<MoneyData> {
  const query = queryOf(view, view.span, STATS_FILTERS)
  const ask = (by: string, names: readonly MetricName[]) =>
    readStats({ ...query, by, metrics: metricsFor(names), limit: 500 }, signal)
  const [series, account, trunk, destination, extension, dearest] = await Promise.all([
    ask(grain, MONEY),
    ask('account', [...MONEY, 'unrated']),
    ask('trunk', MONEY),
    ask('destination', [...MONEY, 'unrated']),
    ifKnown(ask('extension', SPENDER)),
    listCalls({ ...query, sort: 'dearest', limit: DEAREST }, signal),
  ])
  return { series, account, trunk, destination, extension, dearest: chargedCalls(dearest.items) }
}

/** Only what cost something is dear; none when the list did not come sorted, because then it is not of the dearest. */
function chargedCalls(calls: readonly CallRow[]): CallRow[] {
  const charges = calls.map((call) => toMicros(call.revenue ?? '0'))
  const sorted = charges.every((charge, i) => i === 0 || charge <= (charges[i - 1] ?? 0n))
  return sorted ? calls.filter((_, i) => (charges[i] ?? 0n) > 0n) : []
}
