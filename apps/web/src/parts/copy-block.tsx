// Text to be pasted elsewhere, with the button that copies it.

import type { ComponentChildren as Kids } from 'preact'
import { useState } from 'preact/hooks'
import { messages } from '../i18n/messages.ts'
import { Button } from './frame.tsx'

export function CopyBlock({ title, text }: { title: string; text: string }) {
  return (
    <div class="copyblock">
      <div class="copyhead">
        <h3>{title}</h3>
        <CopyButton text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reachable by keyboard */}
      <pre class="code" tabIndex={0}>
        {text}
      </pre>
    </div>
  )
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const m = messages()
  const [done, setDone] = useState(false)
  const copy = () => {
    void navigator.clipboard?.writeText(text).then(() => {
      setDone(true)
      setTimeout(() => setDone(false), 2000)
    })
  }
  return (
    <Button kind="quiet" icon={done ? 'check' : 'copy'} onClick={copy} {...(label ? { label } : {})}>
      {label ? null : done ? m.word.copied : m.word.copy}
    </Button>
  )
}

/** A button with a word that copies what is worked out when it is pressed. */
export function CopyText({ icon, text, children }: { icon: string; text: () => string; children: Kids }) {
  const m = messages()
  const [done, setDone] = useState(false)
  const copy = () => {
    void navigator.clipboard?.writeText(text()).then(() => {
      setDone(true)
      setTimeout(() => setDone(false), 2000)
    })
  }
  return (
    <Button kind="quiet" icon={done ? 'check' : icon} onClick={copy}>
      {done ? m.word.copied : children}
    </Button>
  )
}
