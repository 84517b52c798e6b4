// Which columns the list has. They stand in the URL, so that a link and a saved view have them too.

import { messages } from '../../i18n/messages.ts'
import { Icon } from '../../parts/icon.tsx'
import { Popover } from '../../parts/popover.tsx'
import { linkHere, type View } from '../../state/view.ts'
import { ALL_COLUMNS, type ColumnKey, colsText, columnsOf, isFixed } from './call-columns.tsx'

export function ColumnMenu({ view }: { view: View }) {
  const m = messages()
  const shown = columnsOf(view.query.cols).map((column) => column.key)
  const set = (keys: readonly ColumnKey[]) =>
    view.go(linkHere(view, { cols: colsText(keys), cursor: view.cursor }), true)
  return (
    <Popover
      label={m.calls.columns}
      panelClass="pick end"
      name={m.calls.columns}
      button={
        <>
          <Icon name="table-2" />
          <span class="wide">{m.calls.columns}</span>
        </>
      }
    >
      {() => (
        <>
          <ul class="picks choices">
            {ALL_COLUMNS.map((key) => (
              <li>
                <label>
                  <input
                    type="checkbox"
                    checked={shown.includes(key)}
                    disabled={isFixed(key)}
                    onChange={(event) =>
                      set(event.currentTarget.checked ? [...shown, key] : shown.filter((one) => one !== key))
                    }
                  />
                  {m.calls[key]}
                </label>
              </li>
            ))}
          </ul>
          {view.query.cols && (
            <button
              type="button"
              class="back"
              onClick={() => view.go(linkHere(view, { cols: null, cursor: view.cursor }), true)}
            >
              <Icon name="rotate-ccw" />
              {m.calls.usualColumns}
            </button>
          )}
        </>
      )}
    </Popover>
  )
}
