// A question before what cannot simply be undone: it says what happens, and its button repeats the verb.

import type { ComponentChildren as Kids } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { messages } from '../i18n/messages.ts'
import { Button } from './frame.tsx'

/** Stands in the page, not over it, and takes the focus; Esc is "cancel". */
export function Confirm(props: {
  ask: Kids
  go: string
  kind?: 'go' | 'stop'
  busy: boolean
  onGo: () => void
  onCancel: () => void
  children?: Kids
}) {
  const m = messages()
  const box = useRef<HTMLDivElement>(null)
  // Before it is painted: a key pressed at once must meet it.
  useLayoutEffect(() => box.current?.querySelector<HTMLElement>('.btn')?.focus(), [])
  return (
    <div
      ref={box}
      class={`note ${props.kind === 'go' ? 'warn' : 'bad'} stack tight ask`}
      role="alertdialog"
      aria-label={props.go}
      onKeyDown={(event) => event.key === 'Escape' && props.onCancel()}
    >
      <p class="mid">{props.ask}</p>
      {props.children}
      <span class="row">
        <Button kind={props.kind ?? 'stop'} disabled={props.busy} onClick={props.onGo}>
          {props.go}
        </Button>
        <Button onClick={props.onCancel}>{m.word.cancel}</Button>
      </span>
    </div>
  )
}
