// Range on the left, filter chips after it; all of it is the URL. Names behind ids are looked up, so a chip reads "Cuba".

import type { ComponentChildren as Kids } from 'preact'
import { useState } from 'preact/hooks'
import { messages } from '../i18n/messages.ts'
import { COMPARES, FILTERS, type Filter, linkHere, type View } from '../state/view.ts'
import { FilterChip } from './filter-chip.tsx'
import { editorKind, FilterEditor } from './filter-editor.tsx'
import { Button } from './frame.tsx'
import { Icon } from './icon.tsx'
import { Popover } from './popover.tsx'
import { RangePicker } from './range-picker.tsx'

export function FilterBar(props: { view: View; compare?: boolean; only?: readonly Filter[]; children?: Kids }) {
  const { view } = props
  const m = messages()
  const shown = FILTERS.filter((name) => view.filters[name] !== undefined && name !== 'line')
  const addable = (props.only ?? FILTERS).filter(
    (name) => editorKind(name) !== undefined && name !== 'q' && view.filters[name] === undefined,
  )
  return (
    <div class="barw noprint">
      <div class="bar" role="toolbar" aria-label={m.range.bar}>
        {view.filters.invoice === undefined && <RangePicker view={view} />}
        {props.compare && <ComparePicker view={view} />}
        {shown.map((name) => (
          <FilterChip key={name} view={view} name={name} value={view.filters[name] as string} />
        ))}
        {addable.length > 0 && <AddFilter view={view} names={addable} />}
        {shown.length > 1 && (
          <a
            class="btn quiet"
            href={linkHere(view, Object.fromEntries([...FILTERS, 'unrated'].map((name) => [name, null])))}
          >
            {m.filter.clear}
          </a>
        )}
        <span class="grow" />
        <span class="hint nw wide">{view.zone}</span>
        {props.children}
        <CopyLink />
      </div>
    </div>
  )
}

function ComparePicker({ view }: { view: View }) {
  const m = messages()
  return (
    <Popover
      label={m.range.compare}
      panelClass="pick"
      button={
        <>
          {m.range.compareShort[view.vs]}
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => (
        <ul class="picks">
          {COMPARES.map((one) => (
            <li>
              <button
                type="button"
                aria-pressed={one === view.vs}
                onClick={() => {
                  close()
                  view.go(linkHere(view, { vs: one === 'prev' ? null : one }))
                }}
              >
                <span>{m.range.compareWith[one]}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  )
}

/** Filters by what they ask, as the menu shows them; those that only come with a link are not in it. */
const GROUPS: readonly (readonly [keyof ReturnType<typeof messages>['filter']['groups'], readonly Filter[]])[] = [
  ['who', ['account', 'department', 'extension', 'did', 'tag']],
  ['number', ['number', 'from_number', 'to_number']],
  ['where', ['destination', 'country', 'prefix', 'trunk', 'carrier']],
  ['how', ['direction', 'outcome', 'ending', 'disposition', 'cause', 'source']],
  ['when', ['weekday', 'hour_of_day']],
  ['length', ['talk', 'wait', 'ring', 'duration']],
  ['money', ['revenue', 'cost', 'rated']],
]

function AddFilter({ view, names }: { view: View; names: readonly Filter[] }) {
  const m = messages()
  const [name, setName] = useState<Filter | undefined>(undefined)
  return (
    <Popover
      label={m.filter.addTitle}
      buttonClass="chip add"
      panelClass="pick"
      button={
        <>
          <Icon name="plus" />
          {m.filter.add}
        </>
      }
    >
      {(close) => {
        const done = () => {
          setName(undefined)
          close()
        }
        if (name !== undefined && names.includes(name)) {
          return (
            <>
              <button type="button" class="back" onClick={() => setName(undefined)}>
                <Icon name="arrow-left" />
                {m.filter.back}
              </button>
              <FilterEditor view={view} name={name} onDone={done} />
            </>
          )
        }
        return GROUPS.map(([group, of]) => {
          const shown = of.filter((one) => names.includes(one))
          if (shown.length === 0) return null
          return (
            <>
              <span class="hint">{m.filter.groups[group]}</span>
              <ul class="picks">
                {shown.map((one) => (
                  <li>
                    <button type="button" onClick={() => setName(one)}>
                      <span>{m.filter.names[one]}</span>
                      <Icon name="chevron-right" />
                    </button>
                  </li>
                ))}
              </ul>
            </>
          )
        })
      }}
    </Popover>
  )
}

function CopyLink() {
  const m = messages()
  const [done, setDone] = useState(false)
  const copy = () => {
    void navigator.clipboard?.writeText(location.href).then(() => {
      setDone(true)
      setTimeout(() => setDone(false), 2000)
    })
  }
  return (
    <Button
      kind="quiet"
      icon={done ? 'check' : 'share-2'}
      label={done ? m.word.copied : m.range.copyLink}
      onClick={copy}
    />
  )
}
