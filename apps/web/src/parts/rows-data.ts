// The rows of a breakdown as what its file holds: the figures of the table, and where it compares, the calls there were
// before and their change. Draws nothing.

import type { StatsRow } from '@tollbook/api/wire'
import { change, count } from '../format/number.ts'
import { messages } from '../i18n/messages.ts'
import { type Dimension, dimensionWord, nameOf, OTHER } from './dimension.ts'
import type { FigureColumn, FigureData } from './figure-table.tsx'
import { type MetricName, metricText, metricWord } from './metric.ts'
import type { Cell } from './save-file.ts'

/** `before`: calls of each key in the time compared with; a key that is not in it had none. */
export function rowsData(
  by: Dimension,
  rows: readonly StatsRow[],
  metrics: readonly MetricName[],
  before?: ReadonlyMap<string, number>,
): FigureData {
  return {
    of: dimensionWord(by),
    ofKey: by,
    columns: [
      ...metrics.map((metric) => ({
        key: metric,
        name: metricWord(metric),
        show: (value: Cell) => metricText(metric, value),
      })),
      ...(before ? comparedColumns() : []),
    ],
    rows: rows.map((row) => ({
      name: nameOf(by, row),
      key: nameOf(by, row),
      values: [...metrics.map((metric) => row[metric] ?? null), ...(before ? compared(row, before) : [])],
    })),
  }
}

function comparedColumns(): FigureColumn[] {
  const m = messages()
  return [
    { key: 'calls_before', name: m.analyse.callsBefore, show: (value) => metricText('calls', value) },
    {
      key: 'calls_change_pct',
      name: m.analyse.changeCalls,
      unit: '%',
      show: (value) => (value === null ? '–' : count(Number(value), 1)),
    },
  ]
}

/** Of the rest nothing is known: what it was before is the sum of other rows than those it is now. */
function compared(row: StatsRow, before: ReadonlyMap<string, number>): readonly [Cell, Cell] {
  if (row.key === OTHER) return [null, null]
  const then = before.get(row.key) ?? 0
  return [then, change(Number(row.calls ?? 0), then)]
}
