// Contexts and applications of each step of a call, and own numbers: a pattern a line.

import type { CallRules } from '@tollbook/api/wire-rules'
import { useState } from 'preact/hooks'
import { messages } from '../../i18n/messages.ts'
import { Field } from '../../parts/form.tsx'

const LISTS = ['closedHours', 'voicemail', 'conference', 'ringGroup', 'ivr', 'queue', 'dids'] as const

export function StepLists({ rules, onChange }: { rules: CallRules; onChange: (part: Partial<CallRules>) => void }) {
  return (
    <div class="form">
      {LISTS.map((key) => (
        <PatternList key={key} name={key} patterns={rules[key]} onChange={(list) => onChange({ [key]: list })} />
      ))}
    </div>
  )
}

/** The text is kept as typed: an empty line while typing is no pattern yet. */
function PatternList(props: {
  name: (typeof LISTS)[number]
  patterns: readonly string[]
  onChange: (patterns: readonly string[]) => void
}) {
  const m = messages()
  const [text, setText] = useState(props.patterns.join('\n'))
  return (
    <Field label={m.rules.lists[props.name]}>
      <textarea
        class="mono"
        rows={Math.min(8, Math.max(2, props.patterns.length))}
        value={text}
        onInput={(event) => {
          const typed = event.currentTarget.value
          setText(typed)
          props.onChange(
            typed
              .split('\n')
              .map((line) => line.trim())
              .filter(Boolean),
          )
        }}
      />
    </Field>
  )
}
