// One dimension as a table: a share bar under each name, every figure a door, sorting by heading, the rest as one row,
// and a total. The page says which metrics; sort order stands in the URL.

import type { StatsAnswer, StatsRow } from '@tollbook/api/wire'
import type { ComponentChildren as Kids } from 'preact'
import { useState } from 'preact/hooks'
import { messages } from '../i18n/messages.ts'
import type { View } from '../state/view.ts'
import { callsOf } from '../state/view.ts'
import { cutRows } from './breakdown-rows.ts'
import { ChangeWhy } from './change-why.tsx'
import {
  callsOfFigure,
  callsOfRow,
  type Dimension,
  dimensionWord,
  keysOfOthers,
  keysOfRow,
  nameOf,
} from './dimension.ts'
import { FigureTools } from './figure-chart.tsx'
import { FigureWhy } from './figure-why.tsx'
import { Dash } from './figures.tsx'
import { Empty, Section } from './frame.tsx'
import { type MetricName, metricHeight, metricUnit, metricWord, type Values } from './metric.ts'
import { rowsData } from './rows-data.ts'
import { TableBox } from './table.tsx'

export type BreakdownProps = {
  view: View
  answer: StatsAnswer
  by: Dimension
  metrics: readonly MetricName[]
  /** Hidden on a phone. */
  wide?: readonly MetricName[]
  sort: MetricName
  top?: number
  title: string
  hint?: Kids
  tools?: Kids
  id?: string
  /** Beside the name of a row. */
  tag?: (row: StatsRow) => Kids
}

export function Breakdown(props: BreakdownProps) {
  const { view, answer, by, metrics, top = 12 } = props
  const [order, setOrder] = useState<{ by: MetricName; up: boolean }>({ by: props.sort, up: false })
  const sort = metrics.includes(order.by) ? order.by : props.sort
  const { rows, others } = cutRows(answer.rows, sort, order.up, top)
  const shown = rows.map((row) => row.key)
  const restKeys = others && keysOfOthers(view, by, shown, others.keys)
  const rest = callsOfRow(view, by, restKeys)
  const most = Math.max(0, ...rows.map((row) => metricHeight(sort, row[sort] ?? null) ?? 0))
  const m = messages()
  const word = dimensionWord(by)
  const cells = (row: StatsRow, keys: string | null, scope: string) =>
    metrics.map((metric) => (
      <td class={`n${props.wide?.includes(metric) ? ' wide' : ''}`}>
        <FigureWhy
          view={view}
          metric={metric}
          values={row}
          currency={answer.currency}
          href={callsOfFigure(view, by, keys, metric)}
          scope={scope}
          approximate={answer.approximate?.includes(metric)}
        />
      </td>
    ))
  const before = answer.before && {
    ...answer.before,
    calls: new Map(answer.before.rows.map((row) => [row.key, Number(row.calls ?? 0)])),
  }
  const change = (now: Values, key: string | null, scope: string, href: string | null) =>
    before && (
      <td class="n wide">
        {key === null ? (
          <Dash />
        ) : (
          <ChangeWhy
            {...{ view, href, scope, good: 'none' as const }}
            now={Number(now.calls ?? 0)}
            before={key === '' ? Number(before.total.calls ?? 0) : (before.calls.get(key) ?? 0)}
          />
        )}
      </td>
    )
  return (
    <Section
      title={props.title}
      hint={props.hint ?? m.analyse.sorted}
      {...(props.id ? { id: props.id } : {})}
      tools={
        <>
          {props.tools}
          <RowTools
            {...{ view, by, metrics }}
            rows={others ? [...rows, others.row] : rows}
            file={by}
            before={before?.calls}
          />
        </>
      }
    >
      {rows.length === 0 ? (
        <Empty icon="chart-column" title={m.analyse.empty} hint={m.analyse.emptyHint} />
      ) : (
        <TableBox label={props.title} keys>
          <table class="t breakdown">
            <thead>
              <tr>
                <th>{word}</th>
                {metrics.map((metric) => (
                  <HeadCell
                    metric={metric}
                    currency={answer.currency}
                    wide={props.wide?.includes(metric) ?? false}
                    on={metric === sort}
                    up={order.up}
                    onSort={() => setOrder({ by: metric, up: metric === sort && !order.up })}
                  />
                ))}
                {before && <th class="n wide">{m.analyse.changeCalls}</th>}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const href = callsOfRow(view, by, keysOfRow(row.key))
                const name = nameOf(by, row)
                const share = most > 0 ? Math.max(0, (100 * (metricHeight(sort, row[sort] ?? null) ?? 0)) / most) : 0
                return (
                  <tr>
                    <td class="bc" style={{ '--w': `${share}%` }}>
                      {href === null ? (
                        name
                      ) : (
                        <a href={href} data-row>
                          {name}
                        </a>
                      )}
                      {props.tag?.(row)}
                    </td>
                    {cells(row, keysOfRow(row.key), name)}
                    {change(row, row.key, name, href)}
                  </tr>
                )
              })}
              {others && (
                <tr class="rest">
                  <td>
                    {rest === null ? (
                      m.analyse.others(others.count)
                    ) : (
                      <a href={rest}>{m.analyse.others(others.count)}</a>
                    )}
                  </td>
                  {cells(others.row, restKeys, m.analyse.others(others.count))}
                  {change(others.row, null, '', null)}
                </tr>
              )}
            </tbody>
            <tfoot>
              <tr>
                <td>{m.word.all}</td>
                {cells({ key: '', label: '', ...answer.total }, '', m.analyse.allCalls)}
                {change(answer.total, '', m.analyse.allCalls, callsOf(view))}
              </tr>
            </tfoot>
          </table>
        </TableBox>
      )}
    </Section>
  )
}

function HeadCell(props: {
  metric: MetricName
  currency: string
  wide: boolean
  on: boolean
  up: boolean
  onSort: () => void
}) {
  const { metric, on, up } = props
  const unit = metricUnit(metric, props.currency)
  return (
    <th class={`n${props.wide ? ' wide' : ''}`} aria-sort={on ? (up ? 'ascending' : 'descending') : undefined}>
      <button type="button" class="sort" onClick={props.onSort} title={messages().analyse.sortBy(metricWord(metric))}>
        {metricWord(metric)} {unit && <span class="u">{unit}</span>}
        {on && <span aria-hidden="true"> {up ? '▴' : '▾'}</span>}
      </button>
    </th>
  )
}

/** The file of a table of rows of /stats: of these metrics, named by what it is and its range. */
export function RowTools(props: {
  view: View
  by: Dimension
  rows: readonly StatsRow[]
  metrics: readonly MetricName[]
  file: string
  /** Calls of each key in the time they are compared with, where the table tells the change. */
  before?: ReadonlyMap<string, number> | undefined
}) {
  const { view, by, rows, metrics, before } = props
  return (
    <FigureTools
      data={rowsData(by, rows, metrics, before)}
      file={`${props.file}-${view.span.token.replaceAll('..', '-')}`}
    />
  )
}
