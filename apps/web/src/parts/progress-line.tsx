// How far something long has come: a bar and words. The words change; screen readers hear them politely.

import type { ComponentChildren as Kids } from 'preact'

export function ProgressLine({
  done,
  of,
  label,
  children,
}: {
  done: number
  of: number
  label: string
  children: Kids
}) {
  return (
    <span class="progress" role="status">
      {of > 0 ? <progress max={of} value={done} aria-label={label} /> : <progress aria-label={label} />}
      <span>{children}</span>
    </span>
  )
}
