// A field files are dropped on, which is a file input for everybody else. Says nothing about what happens to them.

import type { ComponentChildren as Kids } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

export function DropZone(props: {
  icon: string
  title: string
  hint: string
  button: string
  accept: string
  multiple?: boolean
  onFiles: (files: readonly File[]) => void
  children?: Kids
}) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const take = (list: FileList | null | undefined) => {
    const files = [...(list ?? [])]
    if (files.length > 0) props.onFiles(props.multiple ? files : files.slice(0, 1))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same by keyboard
    <div
      class={`drop ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer?.files)
      }}
    >
      <Icon name={props.icon} />
      <b class="b">{props.title}</b>
      <span class="hint">{props.hint}</span>
      <input
        ref={input}
        class="sr"
        type="file"
        tabIndex={-1}
        aria-label={props.title}
        accept={props.accept}
        multiple={props.multiple ?? false}
        onChange={(event) => {
          take(event.currentTarget.files)
          event.currentTarget.value = ''
        }}
      />
      <button type="button" class="btn" onClick={() => input.current?.click()}>
        {props.button}
      </button>
      {props.children}
    </div>
  )
}
