// Range on the left, filter chips after it; all of it is the URL. Names behind ids are looked up, so a chip reads "Cuba".

import type { AccountRow, StatsAnswer } from '@tollbook/api/wire'
import { useState } from 'preact/hooks'
import { listAccounts, readInvoice, readStats } from '../api/routes.ts'
import { messages } from '../i18n/messages.ts'
import { useLoad } from '../state/load.ts'
import { COMPARES, FILTERS, type Filter, linkHere, queryOf, type View } from '../state/view.ts'
import { Button } from './frame.tsx'
import { Icon } from './icon.tsx'
import { Popover } from './popover.tsx'
import { RangePicker } from './range-picker.tsx'

type Choice = { readonly value: string; readonly text: string }

/** Filters that can be added by hand; the others come with a link (an invoice line, a search). */
const ADDABLE: readonly Filter[] = ['outcome', 'direction', 'account', 'destination', 'trunk', 'unrated']
const DIRECTIONS = ['inbound', 'outbound', 'internal', 'transit', 'unknown'] as const
/** Those worth looking for by themselves; the others are outcomes. */
const ENDINGS = [
  ...(['queue_abandoned', 'queue_timeout', 'cancelled', 'voicemail', 'ivr_only', 'closed_hours'] as const),
  ...(['no_answer', 'busy', 'congestion', 'failed'] as const),
] as const
const OUTCOMES = ['answered', 'no-answer', 'busy', 'failed', 'program'] as const

export function FilterBar(props: { view: View; compare?: boolean; only?: readonly Filter[] }) {
  const { view } = props
  const m = messages()
  const shown = FILTERS.filter((name) => view.filters[name] !== undefined && name !== 'line')
  const addable = (props.only ?? ADDABLE).filter((name) => ADDABLE.includes(name) && view.filters[name] === undefined)
  return (
    <div class="barw noprint">
      <div class="bar" role="toolbar" aria-label={m.range.bar}>
        {view.filters.invoice === undefined && <RangePicker view={view} />}
        {props.compare && <ComparePicker view={view} />}
        {shown.map((name) => (
          <Chip view={view} name={name} value={view.filters[name] as string} />
        ))}
        {addable.length > 0 && <AddFilter view={view} names={addable} />}
        {shown.length > 1 && (
          <a class="btn quiet" href={linkHere(view, Object.fromEntries(FILTERS.map((name) => [name, null])))}>
            {m.filter.clear}
          </a>
        )}
        <span class="grow" />
        <span class="hint nw wide">{view.zone}</span>
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

function Chip({ view, name, value }: { view: View; name: Filter; value: string }) {
  const m = messages()
  const label = m.filter.names[name]
  const text = useChoiceName(view, name, value)
  return (
    <span class="chip">
      <span class="muted">{label}</span>
      <b>{text}</b>
      {name === 'invoice' && view.filters.line && (
        <b>
          {m.filter.names.line} {view.filters.line}
        </b>
      )}
      <button
        type="button"
        aria-label={m.filter.remove(label)}
        onClick={() => view.go(linkHere(view, { [name]: null, ...(name === 'invoice' ? { line: null } : {}) }))}
      >
        <Icon name="x" />
      </button>
    </span>
  )
}

function AddFilter({ view, names }: { view: View; names: readonly Filter[] }) {
  const m = messages()
  const [name, setName] = useState<Filter | undefined>(undefined)
  return (
    <Popover
      label={m.filter.addTitle}
      panelClass="pick"
      buttonClass="chip add"
      button={
        <>
          <Icon name="plus" />
          {m.filter.add}
        </>
      }
    >
      {(close) => {
        const pick = (filter: Filter, value: string) => {
          setName(undefined)
          close()
          view.go(linkHere(view, { [filter]: value }))
        }
        if (name === undefined || !names.includes(name)) {
          return (
            <ul class="picks">
              {names.map((one) => (
                <li>
                  <button type="button" onClick={() => (one === 'unrated' ? pick(one, '1') : setName(one))}>
                    <span>{one === 'unrated' ? m.filter.unratedOnly : m.filter.names[one]}</span>
                    {one !== 'unrated' && <Icon name="chevron-right" />}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
        return <Choices view={view} name={name} onPick={(value) => pick(name, value)} />
      }}
    </Popover>
  )
}

function Choices({ view, name, onPick }: { view: View; name: Filter; onPick: (value: string) => void }) {
  const m = messages()
  const loaded = useChoices(view, name, true)
  return (
    <>
      <b class="b">{m.filter.names[name]}</b>
      <ul class="picks">
        {loaded?.map((one) => (
          <li>
            <button type="button" onClick={() => onPick(one.value)}>
              <span>{one.text}</span>
            </button>
          </li>
        ))}
      </ul>
      {loaded === undefined ? <span class="hint">{m.fault.loading}</span> : null}
      {loaded?.length === 0 && <span class="hint">{m.filter.nothing}</span>}
    </>
  )
}

/** The choices of a filter; undefined while they are read. Destinations and trunks: those with calls in the range. */
function useChoices(view: View, name: Filter, wanted: boolean): readonly Choice[] | undefined {
  const m = messages()
  const slug = view.tenant.slug
  const remote = wanted && (name === 'account' || name === 'destination' || name === 'trunk')
  const { data } = useLoad<readonly Choice[]>(
    `choices/${remote ? `${slug}/${name}/${view.span.token}` : 'none'}`,
    async (signal) => {
      if (!remote) return []
      if (name === 'account') return (await listAccounts(slug, signal)).items.map(accountChoice)
      const query = { ...queryOf(view, view.span, []), by: name, metrics: 'calls', limit: 200 }
      return rowChoices(await readStats(query, signal))
    },
  )
  if (name === 'direction')
    return DIRECTIONS.map((value) => ({
      value,
      text: value === 'unknown' ? m.word.directionLong.unknown : m.word.direction[value],
    }))
  if (name === 'outcome') return OUTCOMES.map((value) => ({ value, text: m.word.outcome[value] }))
  if (name === 'ending') return ENDINGS.map((value) => ({ value, text: m.word.ending[value] }))
  return data
}

function useChoiceName(view: View, name: Filter, value: string): string {
  const m = messages()
  // An account is named by its code, which its name explains; the others by an id, unless a person typed a name.
  const choices = useChoices(view, name, name === 'account' || /^\d+$/.test(value))
  const number = useLoad(name === 'invoice' ? `number/${value}` : 'no-number', (signal) =>
    name === 'invoice'
      ? readInvoice(view.tenant.slug, value, signal).then((one) => one.invoice.number)
      : Promise.resolve(''),
  )
  if (name === 'unrated') return m.filter.unratedOnly
  if (name === 'invoice') return number.data || '…'
  return choices?.find((one) => one.value === value)?.text ?? value
}

function accountChoice(row: AccountRow): Choice {
  return { value: row.code, text: row.name || row.code }
}

function rowChoices(answer: StatsAnswer): Choice[] {
  return answer.rows
    .filter((row) => row.key !== 'other' && row.key !== 'none')
    .map((row) => ({ value: row.key, text: row.label || row.key }))
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
