// The figures behind a chart, as a table and as CSV: one value for both, so that they cannot differ.

import type { ComponentChildren as Kids } from 'preact'
import { messages } from '../i18n/messages.ts'
import { type Cell, csvText } from './save-file.ts'
import { TableBox } from './table.tsx'

export type FigureColumn = {
  readonly name: string
  readonly unit?: string | undefined
  /** Name of the column in CSV, the same in every language. */
  readonly key: string
  readonly show: (value: Cell) => Kids
}

export type FigureRow = {
  readonly name: string
  /** What CSV says instead of the name, such as an instant. */
  readonly key: string
  /** The calls behind the row. */
  readonly href?: string | undefined
  readonly values: readonly Cell[]
}

export type FigureData = {
  /** What the rows are, and the name of that column in CSV. */
  readonly of: string
  readonly ofKey: string
  readonly columns: readonly FigureColumn[]
  readonly rows: readonly FigureRow[]
  readonly total?: readonly Cell[] | undefined
}

export function FigureTable({ data, label }: { data: FigureData; label: string }) {
  const m = messages()
  return (
    <div class="bucket-table">
      <TableBox label={label}>
        <table class="t">
          <thead>
            <tr>
              <th>{data.of}</th>
              {data.columns.map((one) => (
                <th class="n">
                  {one.name} {one.unit && <span class="u">{one.unit}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.rows.map((row) => (
              <tr>
                <td class="nw">{row.href ? <a href={row.href}>{row.name}</a> : row.name}</td>
                {data.columns.map((one, i) => (
                  <td class="n">{one.show(row.values[i] ?? null)}</td>
                ))}
              </tr>
            ))}
          </tbody>
          {data.total && (
            <tfoot>
              <tr>
                <td>{m.word.all}</td>
                {data.columns.map((one, i) => (
                  <td class="n">{one.show(data.total?.[i] ?? null)}</td>
                ))}
              </tr>
            </tfoot>
          )}
        </table>
      </TableBox>
    </div>
  )
}

export function figureCsv(data: FigureData): string {
  return csvText([
    [data.ofKey, ...data.columns.map((one) => one.key)],
    ...data.rows.map((row) => [row.key, ...row.values]),
  ])
}
