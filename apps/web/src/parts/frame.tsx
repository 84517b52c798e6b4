// The frame of every page: head, sections, buttons, and the three states that are not figures (loading, empty, fault).

import type { ComponentChildren as Kids } from 'preact'
import type { ApiError } from '../api/client.ts'
import { messages } from '../i18n/messages.ts'
import type { Loaded } from '../state/load.ts'
import { Icon } from './icon.tsx'

export function PageHead({ title, children, note }: { title: Kids; note?: Kids; children?: Kids }) {
  return (
    <header class="head">
      <h1>{title}</h1>
      {note && <span class="muted">{note}</span>}
      <span class="grow" />
      {children}
    </header>
  )
}

export function Section(props: { title: Kids; hint?: Kids; tools?: Kids; id?: string; children: Kids }) {
  return (
    <section class="s" id={props.id}>
      <div class="sh">
        <h2>{props.title}</h2>
        {props.hint && <span class="hint">{props.hint}</span>}
        {props.tools && <span class="tools">{props.tools}</span>}
      </div>
      {props.children}
    </section>
  )
}

type ButtonProps = {
  icon?: string
  kind?: 'go' | 'quiet' | 'stop'
  label?: string
  type?: 'button' | 'submit'
  disabled?: boolean
  pressed?: boolean
  expanded?: boolean
  onClick?: (event: MouseEvent) => void
  children?: Kids
}

/** `label` is for buttons that show an icon only. */
export function Button(props: ButtonProps) {
  return (
    <button
      type={props.type ?? 'button'}
      class={`btn ${props.kind ?? ''}`}
      disabled={props.disabled ?? false}
      onClick={props.onClick}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
    >
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </button>
  )
}

/** A choice of few, all visible. */
export function Segments<T extends string>(props: {
  label: string
  of: readonly { value: T; text: string }[]
  on: T
  onPick: (value: T) => void
}) {
  return (
    <fieldset class="seg" aria-label={props.label}>
      {props.of.map((one) => (
        <button type="button" aria-pressed={one.value === props.on} onClick={() => props.onPick(one.value)}>
          {one.text}
        </button>
      ))}
    </fieldset>
  )
}

/** Draws what a load gave: its data (faintly while another question is out), a skeleton, or the fault. */
export function Await<T>(props: {
  of: Loaded<T>
  what: string
  /** Height of the result, so that nothing jumps when it comes. */
  height?: number
  children: (data: T) => Kids
}) {
  const { data, error, stale, slow, again } = props.of
  if (data !== undefined) {
    return (
      <div class={stale ? 'stale' : undefined} aria-busy={stale}>
        {error && <Fault error={error} what={props.what} onAgain={again} />}
        {props.children(data)}
      </div>
    )
  }
  const style = { minHeight: `${props.height ?? 160}px` }
  if (error) {
    return (
      <div style={style}>
        <Fault error={error} what={props.what} onAgain={again} />
      </div>
    )
  }
  return (
    <div style={style} aria-busy="true">
      {slow && <Skeleton height={props.height ?? 160} />}
    </div>
  )
}

function Skeleton({ height }: { height: number }) {
  const rows = Math.max(2, Math.min(12, Math.floor(height / 34)))
  return (
    <div class="skels">
      <span class="sr">{messages().fault.loading}</span>
      {Array.from({ length: rows }, (_, i) => (
        <span class="skel" style={{ width: `${96 - ((i * 23) % 38)}%` }} />
      ))}
    </div>
  )
}

/** What failed, what is safe, what to do. `done`: something was being done rather than read. */
export function Fault(props: {
  error: ApiError
  what: string
  /** Instead of the usual first line. */
  title?: string
  done?: boolean
  onAgain?: () => void
}) {
  const m = messages()
  const { error } = props
  return (
    <div class="note bad fault" role="alert">
      <b class="b">{props.title ?? (props.done ? m.fault.notDone(props.what) : m.fault.unread(props.what))}</b>
      {reasonsOf(error).map((one) => (
        <span>{one}</span>
      ))}
      {error.fields.length > 0 && (
        <ul>
          {error.fields.map((one) => (
            <li>
              <code>{one.field}</code> {one.message}
            </li>
          ))}
        </ul>
      )}
      {!props.done && <span>{m.fault.safe}</span>}
      {props.onAgain && (
        <span>
          <Button icon="rotate-ccw" onClick={props.onAgain}>
            {m.fault.tryAgain}
          </Button>
        </span>
      )}
    </div>
  )
}

/** The reason in the reader's language where the kind is known, then what the api adds about this very case. */
function reasonsOf(error: ApiError): string[] {
  const m = messages()
  const kinds: Readonly<Record<string, string>> = m.fault.kinds
  if (error.kind === 'offline') return [m.fault.offline]
  const known = error.status === 403 ? m.fault.forbidden : kinds[error.kind]
  if (known) return [known, error.detail].filter(Boolean)
  if (error.status >= 500) return [error.detail || m.fault.server]
  return [error.detail || error.message]
}

export function Empty(props: { icon: string; title: string; hint?: Kids; children?: Kids }) {
  return (
    <div class="empty">
      <Icon name={props.icon} />
      <b class="b">{props.title}</b>
      {props.hint && <span>{props.hint}</span>}
      {props.children && <span class="row">{props.children}</span>}
    </div>
  )
}
