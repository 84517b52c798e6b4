// The time windows of a deck in words, and the door to changing them.

import type { DeckDetail } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { messages } from '../../i18n/messages.ts'
import { Section } from '../../parts/frame.tsx'
import { mayWrite } from '../../state/session.ts'
import type { View } from '../../state/view.ts'
import { dayWords, windowWords } from './rate-words.ts'
import { WindowEditor } from './window-editor.tsx'

export function Windows({ view, detail, onChanged }: { view: View; detail: DeckDetail; onChanged: () => void }) {
  const m = messages()
  const [editing, setEditing] = useState(false)
  // The windows of an A2Billing sheet are of its own manner: they come with the sheet.
  const mayEdit = mayWrite(view.tenant) && detail.mode === 'plain' && detail.deck.version > 0
  if (editing) {
    return (
      <WindowEditor
        view={view}
        detail={detail}
        onSaved={() => {
          setEditing(false)
          onChanged()
        }}
        onCancel={() => setEditing(false)}
      />
    )
  }
  return (
    <Section
      title={m.rates.windows}
      tools={
        mayEdit && (
          <button type="button" class="link" onClick={() => setEditing(true)}>
            {m.word.edit}
          </button>
        )
      }
    >
      {detail.windows.length === 0 ? (
        <p class="muted">{m.rates.noWindows}</p>
      ) : (
        <ul class="lines">
          {detail.windows.map((one) => (
            <li>
              <b class="b">{one.name}</b> {windowWords(one)}
            </li>
          ))}
          {detail.holidays.length > 0 && (
            <li>
              <b class="b">{m.rates.holidays}</b> {detail.holidays.map(dayWords).join(m.rates.list)}
            </li>
          )}
        </ul>
      )}
    </Section>
  )
}
