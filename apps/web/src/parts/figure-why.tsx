// A figure that is a door and can be questioned: a link to its calls, and on hover or focus what it is, its formula
// with the actual numbers, its scope and its zone. One explanation at a time is in the page; Esc closes it.

import type { ComponentChildren as Kids } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { isNegative } from '../format/money.ts'
import { spanText } from '../format/time.ts'
import { messages } from '../i18n/messages.ts'
import type { View } from '../state/view.ts'
import { Money } from './figures.tsx'
import { type MetricName, metricFormula, metricKind, metricText, metricUnit, type Values } from './metric.ts'

export type WhyProps = {
  view: View
  metric: MetricName
  values: Values
  currency: string
  /** Null where its calls cannot be listed by themselves. */
  href: string | null
  /** Where the figure counts: "Ireland, mobile", "all calls". */
  scope: string
  /** The engine could not tell it exactly. */
  approximate?: boolean | undefined
  /** What it is, where it is no metric by itself, such as a share of one. */
  told?: Told
  children?: Kids
}

export function FigureWhy(props: WhyProps) {
  const { metric, values } = props
  const [open, setOpen] = useState(false)
  const id = useId()
  const root = useRef<HTMLSpanElement>(null)
  // Listening from the moment it is seen: an Esc at once must not be missed.
  useLayoutEffect(() => {
    if (!open) return
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(false)
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [open])
  const value = values[metric]
  const isMoney = metricKind(metric).unit === 'money' && typeof value === 'string'
  const bad = isMoney && isNegative(value)
  const shown = (
    <>
      {props.children ?? (isMoney && metric !== 'arpm' ? <Money amount={value} /> : metricText(metric, value))}
      {props.approximate && value !== null && <span class="frac"> ≈</span>}
    </>
  )
  return (
    <span
      class="whyf"
      ref={root}
      onPointerEnter={() => setOpen(true)}
      onPointerLeave={() => setOpen(false)}
      onFocusIn={() => setOpen(true)}
      onFocusOut={() => setOpen(false)}
    >
      {props.href === null ? (
        <button type="button" aria-describedby={open ? id : undefined} class={bad ? 'bad' : undefined}>
          {shown}
        </button>
      ) : (
        <a href={props.href} aria-describedby={open ? id : undefined} class={bad ? 'bad' : undefined}>
          {shown}
        </a>
      )}
      {open && <Tip id={id} at={root} why={props} />}
    </span>
  )
}

/** What it is, its formula with its own numbers, and what it says; '' where the figure is its own formula. */
export type Told = { readonly name: string; readonly formula: string; readonly about: string }

/** A figure that is no metric of /stats, such as a change or the load of a trunk. */
export function FigureTold(props: { view: View; href: string | null; scope: string; told: Told; children: Kids }) {
  return <FigureWhy {...props} metric="calls" values={{}} currency="" />
}

/** Fixed to the window, so that the scroller of a table does not cut it. */
function Tip({ id, at, why }: { id: string; at: { current: HTMLElement | null }; why: WhyProps }) {
  const m = messages()
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const anchor = at.current?.getBoundingClientRect()
    const tip = box.current
    if (!anchor || !tip) return
    const { width, height } = tip.getBoundingClientRect()
    const left = Math.max(8, Math.min(anchor.left, innerWidth - width - 8))
    const below = anchor.bottom + 6
    tip.style.left = `${left}px`
    tip.style.top = `${below + height > innerHeight ? Math.max(8, anchor.top - height - 6) : below}px`
  }, [])
  const { view, metric } = why
  const words = why.told ?? m.metric[metric]
  const unit = why.told ? '' : metricUnit(metric, why.currency)
  const formula = why.told?.formula ?? metricFormula(metric, why.values, why.currency)
  return (
    <div class="pop whytip" role="tooltip" id={id} ref={box}>
      <b class="b">
        {words.name} {unit && <span class="hint">{unit}</span>}
      </b>
      {formula && <span class="f">{formula}</span>}
      <span>{words.about}</span>
      {why.approximate && <span class="warn">{m.analyse.approximate}</span>}
      <Scope view={view} of={why.scope} />
    </div>
  )
}

/** Which calls a figure is about: of what, how filtered, when, in which zone. */
export function Scope({ view, of }: { view: View; of: string }) {
  const filters = Object.keys(view.filters).length
  return (
    <span class="hint">
      {of}
      {filters > 0 && ` · ${messages().analyse.filtered(filters)}`} ·{' '}
      {spanText(view.zone, view.span.fromMs, view.span.toMs)} · {view.zone}
    </span>
  )
}
