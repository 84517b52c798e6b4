// A filter that is set: what it says in words, changed by a click on it, taken away by its cross.

import { readInvoice } from '../api/routes.ts'
import { clock } from '../format/duration.ts'
import { currencySymbol } from '../format/money.ts'
import { messages } from '../i18n/messages.ts'
import { type Filter, readBounds, readChosen, SECONDS_FILTERS } from '../state/filters.ts'
import { useLoad } from '../state/load.ts'
import { linkHere, type View } from '../state/view.ts'
import { clockText, isClock, useNames } from './filter-choices.ts'
import { editorKind, FilterEditor } from './filter-editor.tsx'
import { Icon } from './icon.tsx'
import { Popover } from './popover.tsx'

/** More names than these are told by their number. */
const MOST_NAMES = 2

export function FilterChip({ view, name, value }: { view: View; name: Filter; value: string }) {
  const m = messages()
  const label = m.filter.names[name]
  const not = editorKind(name) !== 'text' && value.startsWith('!')
  const says = (
    <>
      <span class="muted">{not ? m.filter.not(label) : label}</span>
      <b class={not ? 'struck' : undefined}>
        <Says view={view} name={name} value={value} />
      </b>
    </>
  )
  return (
    <span class="chip">
      {editorKind(name) === undefined ? (
        says
      ) : (
        <Popover label={m.filter.edit(label)} buttonClass="says" panelClass="pick" button={says}>
          {(close) => <FilterEditor view={view} name={name} onDone={close} />}
        </Popover>
      )}
      {name === 'invoice' && view.filters.line && (
        <b>
          {m.filter.names.line} {view.filters.line}
        </b>
      )}
      <button
        type="button"
        class="off"
        aria-label={m.filter.remove(label)}
        onClick={() =>
          view.go(linkHere(view, { [name]: null, unrated: null, ...(name === 'invoice' ? { line: null } : {}) }))
        }
      >
        <Icon name="x" />
      </button>
    </span>
  )
}

function Says({ view, name, value }: { view: View; name: Filter; value: string }) {
  switch (editorKind(name)) {
    case 'choice':
      return <Names view={view} name={name} value={value} />
    case 'number':
      return <span class="mono">{readChosen(value).values.join(', ')}</span>
    case 'range':
      return <>{boundsText(view, name, value)}</>
    default:
      return name === 'invoice' ? <InvoiceNumber view={view} id={value} /> : <span>{value}</span>
  }
}

function Names({ view, name, value }: { view: View; name: Filter; value: string }) {
  const { values } = readChosen(value)
  if (isClock(name)) return <>{clockText(name, values)}</>
  return <NamesOf view={view} name={name} values={values} />
}

function NamesOf({ view, name, values }: { view: View; name: Filter; values: readonly string[] }) {
  const m = messages()
  const names = useNames(view, name, values.slice(0, MOST_NAMES))
  return <>{values.length > MOST_NAMES ? m.filter.chosen(values.length) : names.join(', ')}</>
}

function InvoiceNumber({ view, id }: { view: View; id: string }) {
  const { data } = useLoad(`number/${id}`, (signal) =>
    readInvoice(view.tenant.slug, id, signal).then((one) => one.invoice.number),
  )
  return <>{data || '…'}</>
}

/** "0:10–1:00", "at least €0.25". */
function boundsText(view: View, name: Filter, value: string): string {
  const m = messages()
  const bounds = readBounds(value)
  if (bounds === undefined) return value
  const seconds = (SECONDS_FILTERS as readonly string[]).includes(name)
  const show = (text: string) => (seconds ? `${clock(Number(text))}` : `${currencySymbol(view.tenant.currency)}${text}`)
  if (bounds.least === '') return m.filter.atMost(show(bounds.most))
  if (bounds.most === '') return m.filter.atLeast(show(bounds.least))
  return `${show(bounds.least)}–${show(bounds.most)}`
}
