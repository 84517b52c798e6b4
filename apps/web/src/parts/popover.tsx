// A button that opens a small panel below itself. Esc and a click elsewhere close it and give the focus back.

import type { ComponentChildren as Kids } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

export function Popover(props: {
  label: string
  button: Kids
  /** Of the button, where it shows an icon only on a phone. */
  name?: string
  buttonClass?: string
  panelClass?: string
  children: (close: () => void) => Kids
}) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  useEffect(() => {
    if (!open) return
    root.current?.querySelector<HTMLElement>('.pop button, .pop input, .pop select, .pop a')?.focus()
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && close()
    const onDown = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false)
    }
    addEventListener('keydown', onKey)
    addEventListener('pointerdown', onDown)
    return () => {
      removeEventListener('keydown', onKey)
      removeEventListener('pointerdown', onDown)
    }
  }, [open])
  return (
    <div class="pops" ref={root}>
      <button
        ref={button}
        type="button"
        class={props.buttonClass ?? 'btn'}
        aria-expanded={open}
        aria-haspopup="dialog"
        aria-label={props.name}
        onClick={() => setOpen(!open)}
      >
        {props.button}
      </button>
      {open && (
        <div class={`pop ${props.panelClass ?? ''}`} role="dialog" aria-label={props.label}>
          {props.children(close)}
        </div>
      )}
    </div>
  )
}
