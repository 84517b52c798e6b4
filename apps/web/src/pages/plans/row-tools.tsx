// What each row of an ordered list can do: move up, move down, go.

import { messages } from '../../i18n/messages.ts'
import { Button } from '../../parts/frame.tsx'

export function RowTools(props: {
  name: string
  at: number
  of: number
  /** Absent where order means nothing. */
  onMove?: (by: -1 | 1) => void
  onRemove: () => void
}) {
  const m = messages()
  const { name, at, of, onMove } = props
  return (
    <span class="row-tools">
      {onMove && (
        <>
          <Button
            kind="quiet"
            icon="arrow-up"
            label={m.plans.up(name)}
            disabled={at === 0}
            onClick={() => onMove(-1)}
          />
          <Button
            kind="quiet"
            icon="arrow-down"
            label={m.plans.down(name)}
            disabled={at === of - 1}
            onClick={() => onMove(1)}
          />
        </>
      )}
      <Button kind="quiet" icon="trash-2" label={m.plans.remove(name)} onClick={props.onRemove} />
    </span>
  )
}

export function moved<T>(rows: readonly T[], at: number, by: -1 | 1): readonly T[] {
  const to = at + by
  const one = rows[at]
  const other = rows[to]
  if (one === undefined || other === undefined) return rows
  return rows.map((row, i) => (i === at ? other : i === to ? one : row))
}
