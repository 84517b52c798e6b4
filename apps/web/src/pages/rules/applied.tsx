// How far the stored calls are made anew by the rules that were saved last.

import type { RulesAnswer } from '@tollbook/api/wire-rules'
import { messages } from '../../i18n/messages.ts'
import { ProgressLine } from '../../parts/progress-line.tsx'

export function Applied({ answer: { restitch } }: { answer: RulesAnswer }) {
  const m = messages()
  if (restitch === null || restitch.state === 'cancelled') return null
  if (restitch.state === 'done') {
    return (
      <p class="hint pad-top" role="status">
        {m.rules.applied(restitch.callsChanged)}
        {restitch.callsInvoiced > 0 && ` ${m.rules.proposed(restitch.callsInvoiced)}`}
      </p>
    )
  }
  const { callsSeen, callsTotal } = restitch
  return (
    <p class="pad-top">
      <ProgressLine done={callsSeen} of={callsTotal ?? 0} label={m.rules.save}>
        {callsTotal === null ? m.rules.waiting : m.rules.applying(callsSeen, callsTotal)}
      </ProgressLine>
    </p>
  )
}
