// An answer of /stats in words: titles with their units, and rows of cells; as a table for a terminal or a mail.

import { METRICS, type MetricName, type StatsResult, type StatsRow } from '@tollbook/stats'
import { type Column, grouped, shortMoney, table } from './text.ts'

export function statsText(answer: StatsResult, metrics: readonly MetricName[]): string {
  const { columns, rows } = statsCells(answer, metrics)
  return table(columns, rows)
}

/** With what was before beside each figure where that was asked for, and a total at the end where there are several rows. */
export function statsCells(
  { by, split, currency, rows, total, before }: StatsResult,
  metrics: readonly MetricName[],
): { readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] } {
  const splits = split === 'none' ? [] : [split]
  const values = (
    now: StatsRow | StatsResult['total'] | undefined,
    then: StatsRow | StatsResult['total'] | undefined,
  ) => metrics.flatMap((m) => [figureText(m, now?.[m]), ...(before ? [figureText(m, then?.[m])] : [])])
  const longer = Math.max(rows.length, before?.rows.length ?? 0)
  const lines = Array.from({ length: longer }, (_, i) => {
    const [now, then] = [rows[i], before?.rows[i]]
    const row = (now ?? then)!
    return [row.label, ...splits.map(() => row.splitLabel ?? ''), ...values(now, then)]
  })
  const titles = metrics.flatMap((m) => [titleOf(m, currency), ...(before ? ['before'] : [])])
  const sums = by === 'none' ? [] : [['total', ...splits.map(() => ''), ...values(total, before?.total)]]
  return {
    columns: [
      { title: by === 'none' ? '' : by },
      ...splits.map((title) => ({ title })),
      ...titles.map((title) => ({ title, align: 'right' as const })),
    ],
    rows: [...lines, ...sums],
  }
}

export function titleOf(metric: MetricName, currency: string): string {
  const { unit } = METRICS[metric]
  const words = metric.replace('_pct', '').replaceAll('_', ' ')
  if (unit === 'count' || unit === 'min') return words
  if (unit === 'erlang') return `${words.replace(' erlang', ' hour')} E`
  return `${words} ${unit === 'money' ? currency : unit}`
}

/** "–" for none. */
export function figureText(metric: MetricName, value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'string') return shortMoney(value)
  const { unit } = METRICS[metric]
  if (unit === 'count') return grouped(value)
  return value.toFixed(unit === 'erlang' ? 2 : 1)
}
