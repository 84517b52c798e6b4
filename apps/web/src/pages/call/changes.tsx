// What a call was before late rows, events, other rules or another zone made it another: the audit, newest first.

import type { CallChange } from '@tollbook/api/wire'
import { clock } from '../../format/duration.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import type { View } from '../../state/view.ts'

export function Changes({ view, changes }: { view: View; changes: readonly CallChange[] }) {
  const m = messages()
  return (
    <Section title={m.call.changes} hint={m.call.changesHint}>
      <TableBox label={m.call.changes}>
        <table class="t cards tall">
          <thead>
            <tr>
              <th>{m.call.changedAt}</th>
              <th>{m.call.changedBy}</th>
              <th>{m.call.changed}</th>
            </tr>
          </thead>
          <tbody>
            {[...changes].reverse().map((change) => (
              <tr>
                <td class="nw lead">{when('dateTime', view.zone, change.changedAt)}</td>
                <td>{m.call.causes[change.cause]}</td>
                <td class="any">
                  {Object.keys(change.after).map((field) => (
                    <span class="line">
                      <span class="hint">{fieldWord(field)}</span> <s>{shown(view, field, change.before[field])}</s> →{' '}
                      {shown(view, field, change.after[field])}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </Section>
  )
}

function fieldWord(field: string): string {
  const { fields } = messages().call
  return field in fields ? fields[field as keyof typeof fields] : field
}

const OUTCOMES = { 1: 'answered', 2: 'no-answer', 3: 'busy', 4: 'failed', 5: 'program' } as const

/** Instants end in Ms and seconds in S: the names are the database's own. */
function shown(view: View, field: string, value: unknown): string {
  const m = messages()
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'number' && field.endsWith('AtMs')) return when('time', view.zone, value)
  if (typeof value === 'number' && /[a-z]S$/.test(field)) return clock(value)
  if (field === 'outcome' && value && Number(value) in OUTCOMES) {
    return m.word.outcome[OUTCOMES[Number(value) as keyof typeof OUTCOMES]]
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
