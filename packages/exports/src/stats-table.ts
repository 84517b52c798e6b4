// An answer of figures as a table: what the rows are, then the metrics in the order asked for.

import { METRICS, type MetricName, type StatsResult } from '@tollbook/stats'
import type { Column, Kind, Table } from './table.ts'

export function statsTable(result: StatsResult): Table {
  const names = result.split === 'none' ? ['key', 'label'] : ['key', 'label', 'split', 'splitLabel']
  const text = names.map((name): Column => ({ name, kind: 'text' }))
  const metrics = Object.keys(result.total).map((name): Column => ({ name, kind: kindOf(name as MetricName) }))
  const columns = [...text, ...metrics]
  const rows = result.rows.map((row) =>
    columns.map(({ name }) => (row as Readonly<Record<string, string | number | null | undefined>>)[name] ?? null),
  )
  return { columns, pages: onePage(rows) }
}

function kindOf(metric: MetricName): Kind {
  const { unit } = METRICS[metric]
  if (unit === 'money') return 'money'
  return unit === 'count' ? 'whole' : 'number'
}

async function* onePage<T>(rows: T): AsyncGenerator<T> {
  yield rows
}
