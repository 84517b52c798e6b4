// An answer of figures as a table: what the rows are, then the metrics in the order asked for, then what they are compared with.

import { METRICS, type MetricName, type StatsResult } from '@tollbook/stats'
import type { Column, Kind, Table } from './table.ts'

export function statsTable(result: StatsResult): Table {
  const names = result.split === 'none' ? ['key', 'label'] : ['key', 'label', 'split', 'splitLabel']
  const text = names.map((name): Column => ({ name, kind: 'text' }))
  const metrics = Object.keys(result.total).map((name): Column => ({ name, kind: kindOf(name as MetricName) }))
  const before = result.before?.rows ?? []
  const compared = result.before ? metrics.map(({ name, kind }): Column => ({ name: `${name}_before`, kind })) : []
  const rows = Array.from({ length: Math.max(result.rows.length, before.length) }, (_, i) => {
    const [now, then] = [result.rows[i] as Values | undefined, before[i] as Values | undefined]
    return [
      ...names.map((name) => (now ?? then)?.[name] ?? null),
      ...metrics.map(({ name }) => now?.[name] ?? null),
      ...compared.map((_, place) => then?.[metrics[place]!.name] ?? null),
    ]
  })
  return { columns: [...text, ...metrics, ...compared], pages: onePage(rows) }
}

type Values = Readonly<Record<string, string | number | null | undefined>>

function kindOf(metric: MetricName): Kind {
  const { unit } = METRICS[metric]
  if (unit === 'money') return 'money'
  return unit === 'count' ? 'whole' : 'number'
}

async function* onePage<T>(rows: T): AsyncGenerator<T> {
  yield rows
}
