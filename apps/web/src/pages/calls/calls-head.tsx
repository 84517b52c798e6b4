// The head of a list of calls: its columns, the orders there are, and the box that chooses all.

import type { ComponentChildren as Kids } from 'preact'
import { messages } from '../../i18n/messages.ts'
import { linkHere, type View } from '../../state/view.ts'
import { type CallColumn, unitOf } from './call-columns.tsx'
import { HEAD, ROW, ROW_GROUP } from './table-roles.ts'

export const SORTS = ['newest', 'longest', 'dearest'] as const
export type CallSort = (typeof SORTS)[number]

export function sortOf(view: View): CallSort {
  return SORTS.find((one) => one === view.query.sort) ?? 'newest'
}

export function sortLink(view: View, sort: CallSort): string {
  return linkHere(view, { sort: sort === 'newest' ? null : sort })
}

export function CallsHead(props: {
  view: View
  columns: readonly CallColumn[]
  currency: string
  /** Undefined where the order cannot be changed. */
  sort?: CallSort
  choose?: Kids
}) {
  const { columns, sort } = props
  const m = messages()
  return (
    <thead {...ROW_GROUP}>
      <tr {...ROW} aria-rowindex={1}>
        {props.choose && (
          <th {...HEAD} class="choose">
            {props.choose}
          </th>
        )}
        <th {...HEAD} class="tog">
          <span class="sr">{m.calls.legs}</span>
        </th>
        {columns.map((column) => {
          const unit = unitOf(column, props.currency)
          const name = (
            <>
              {m.calls[column.key]} {unit && <span class="u">{unit}</span>}
            </>
          )
          const on = column.sort !== undefined && column.sort === (sort ?? 'newest')
          return (
            <th {...HEAD} class={column.css} aria-sort={on ? 'descending' : undefined}>
              {sort !== undefined && column.sort !== undefined && !on ? (
                <a href={sortLink(props.view, column.sort)} title={m.calls.sorts[column.sort]}>
                  {name}
                </a>
              ) : (
                name
              )}
              {on && <span aria-hidden="true"> ↓</span>}
            </th>
          )
        })}
      </tr>
    </thead>
  )
}
