// What tables share: the scroller, rows walked with the arrow keys, and the pager of a keyset list.

import type { ComponentChildren as Kids, RefObject } from 'preact'
import { useRef } from 'preact/hooks'
import { messages } from '../i18n/messages.ts'
import { Icon } from './icon.tsx'

/** A scroller is focusable, so that a wide table can be read without a mouse. */
export function TableBox({ label, children, keys }: { label: string; children: Kids; keys?: boolean }) {
  const root = useRef<HTMLElement>(null)
  return (
    <section
      class="tw"
      ref={root}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      onKeyDown={keys ? (event) => walkRows(event, root) : undefined}
    >
      {children}
    </section>
  )
}

/** ↑↓ move between rows (their first `data-row` link), Home and End jump; Enter is the link's own. */
export function walkRows(event: KeyboardEvent, root: RefObject<HTMLElement | null>): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[event.key]
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
  const target = event.target as HTMLElement
  if (target.matches('input, select, textarea')) return
  const rows = [...(root.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])].filter((one) => one.offsetParent)
  if (rows.length === 0) return
  event.preventDefault()
  const at = rows.findIndex((one) => one.closest('tr')?.contains(target))
  const next = at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step))
  rows[next]?.focus()
}

/** Keyset paging: there are no page numbers, only newer and older, and the span on the page. */
export function Pager(props: {
  newer: string | null
  newerWord?: string
  older: string | null
  olderWord?: string
  span?: Kids
  hint?: Kids
}) {
  const m = messages()
  return (
    <nav class="pager" aria-label={`${m.word.newer} / ${m.word.older}`}>
      {props.newer ? (
        <a class="btn quiet" href={props.newer} rel="prev">
          <Icon name="arrow-left" />
          {props.newerWord ?? m.word.newer}
        </a>
      ) : (
        <span class="btn quiet off" aria-disabled="true">
          <Icon name="arrow-left" />
          {props.newerWord ?? m.word.newer}
        </span>
      )}
      {props.span && <span class="at">{props.span}</span>}
      {props.older ? (
        <a class="btn quiet" href={props.older} rel="next">
          {props.olderWord ?? m.word.older}
          <Icon name="arrow-right" />
        </a>
      ) : (
        <span class="btn quiet off" aria-disabled="true">
          {props.olderWord ?? m.word.older}
          <Icon name="arrow-right" />
        </span>
      )}
      <span class="grow" />
      {props.hint && <span class="hint wide">{props.hint}</span>}
    </nav>
  )
}
