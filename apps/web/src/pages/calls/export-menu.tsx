// The calls found, as a file: in one of the formats there are, all columns or those shown, times in the zone of the page.

import { useState } from 'preact/hooks'
import type { Query } from '../../api/client.ts'
import { callsFile, type FileFormat } from '../../api/find-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Segments } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Popover } from '../../parts/popover.tsx'
import type { View } from '../../state/view.ts'
import { columnsOf, fileColumns } from './call-columns.tsx'

const FORMATS: readonly FileFormat[] = ['csv', 'xlsx', 'json', 'ndjson', 'parquet']

export function ExportMenu({ view, query }: { view: View; query: Query }) {
  const m = messages()
  const [which, setWhich] = useState<'all' | 'shown'>('shown')
  const columns = which === 'shown' ? fileColumns(columnsOf(view.query.cols)) : undefined
  return (
    <Popover
      label={m.calls.files.title}
      panelClass="pick end"
      name={m.calls.files.button}
      button={
        <>
          <Icon name="download" />
          <span class="wide">{m.calls.files.button}</span>
        </>
      }
    >
      {(close) => (
        <div class="fedit">
          <b class="b">{m.calls.files.title}</b>
          <Segments
            label={m.calls.columns}
            of={[
              { value: 'shown', text: m.calls.files.shownColumns },
              { value: 'all', text: m.calls.files.allColumns },
            ]}
            on={which}
            onPick={setWhich}
          />
          <ul class="picks">
            {FORMATS.map((format) => (
              <li>
                <a href={callsFile(query, format, columns)} download onClick={() => setTimeout(close)}>
                  {m.calls.files.formats[format]}
                </a>
              </li>
            ))}
          </ul>
          <span class="hint">{m.calls.files.zone(view.zone)}</span>
        </div>
      )}
    </Popover>
  )
}
