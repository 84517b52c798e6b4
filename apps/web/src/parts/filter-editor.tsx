// Setting one filter: values from a list, patterns of numbers, or a range. What cannot be asked is told before it is.

import { useEffect, useRef, useState } from 'preact/hooks'
import { currencySymbol } from '../format/money.ts'
import { count } from '../format/number.ts'
import { messages } from '../i18n/messages.ts'
import {
  badNumber,
  boundOf,
  type Chosen,
  type Filter,
  MONEY_FILTERS,
  NUMBER_FILTERS,
  readBounds,
  readChosen,
  SECONDS_FILTERS,
  writeChosen,
} from '../state/filters.ts'
import { linkHere, type View } from '../state/view.ts'
import { isClock, isDimension, isOpen, useChoices, valueText } from './filter-choices.ts'
import { Button, Segments } from './frame.tsx'

export type EditorKind = 'choice' | 'number' | 'range' | 'text'

/** How a filter is set; undefined for those that only come with a link. */
export function editorKind(name: Filter): EditorKind | undefined {
  if (isDimension(name) || isClock(name) || name === 'ending' || name === 'rated') return 'choice'
  if ((NUMBER_FILTERS as readonly string[]).includes(name)) return 'number'
  if (([...SECONDS_FILTERS, ...MONEY_FILTERS] as readonly string[]).includes(name)) return 'range'
  return name === 'q' ? 'text' : undefined
}

type EditorProps = { view: View; name: Filter; onDone: () => void }

export function FilterEditor(props: EditorProps) {
  const kind = editorKind(props.name)
  const root = useRef<HTMLDivElement>(null)
  useEffect(() => root.current?.querySelector<HTMLElement>('form input, form button')?.focus(), [])
  return (
    <div class="fedit" ref={root}>
      <b class="b">{messages().filter.names[props.name]}</b>
      {kind === 'choice' && <ChoiceEditor {...props} />}
      {(kind === 'number' || kind === 'text') && <NumberEditor {...props} />}
      {kind === 'range' && <RangeEditor {...props} />}
    </div>
  )
}

function set({ view, name, onDone }: EditorProps, value: string | undefined): void {
  onDone()
  view.go(linkHere(view, { [name]: value ?? null, ...(name === 'rated' ? { unrated: null } : {}) }))
}

function IsOrNot({ not, onPick }: { not: boolean; onPick: (not: boolean) => void }) {
  const m = messages()
  return (
    <Segments
      label={`${m.filter.is} / ${m.filter.isNot}`}
      of={[
        { value: 'is', text: m.filter.is },
        { value: 'not', text: m.filter.isNot },
      ]}
      on={not ? 'not' : 'is'}
      onPick={(value) => onPick(value === 'not')}
    />
  )
}

function ChoiceEditor(props: EditorProps) {
  const { view, name } = props
  const m = messages()
  const [chosen, setChosen] = useState<Chosen>(() => readChosen(view.filters[name] ?? ''))
  const [typed, setTyped] = useState('')
  const all = useChoices(view, name)
  const wanted = typed.trim().toLowerCase()
  const shown = all?.filter((one) => `${one.text} ${one.value}`.toLowerCase().includes(wanted)) ?? []
  const extra = chosen.values.filter((value) => all !== undefined && !all.some((one) => one.value === value))
  const rows = [
    ...extra.map((value) => ({ value, text: valueText(view, name, value), calls: undefined })),
    ...shown.filter((one) => !extra.includes(one.value)),
  ]
  const free = isOpen(name) && wanted !== '' && !rows.some((one) => one.value.toLowerCase() === wanted)
  const toggle = (value: string) =>
    setChosen({
      ...chosen,
      values: chosen.values.includes(value) ? chosen.values.filter((one) => one !== value) : [...chosen.values, value],
    })
  // A country or a cause is a number on the wire; a word is looked for in the list only.
  const coded = (name === 'country' || name === 'cause') && !/^\d{1,3}$/.test(wanted)
  const add = () => {
    const only = shown.length === 1 ? shown[0]?.value : undefined
    const value = only ?? (free && !coded ? typed.trim().replace(/^!/, '') : undefined)
    if (value === undefined || value === '') return set(props, writeChosen(chosen))
    set(props, writeChosen({ ...chosen, values: [...new Set([...chosen.values, value])] }))
  }
  return (
    <form
      class="fedit"
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      {name !== 'rated' && <IsOrNot not={chosen.not} onPick={(not) => setChosen({ ...chosen, not })} />}
      {(isOpen(name) || rows.length > 8) && (
        <input
          class="inp"
          type="search"
          value={typed}
          placeholder={m.filter.find}
          aria-label={m.filter.find}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <ul class="picks choices">
        {rows.map((one) => (
          <li>
            <label>
              <input type="checkbox" checked={chosen.values.includes(one.value)} onChange={() => toggle(one.value)} />
              <span class="grow">{one.text}</span>
              {one.calls !== undefined && <span class="hint">{count(one.calls)}</span>}
            </label>
          </li>
        ))}
        {free && !coded && shown.length !== 1 && (
          <li>
            <button type="button" onClick={add}>
              {m.filter.use(typed.trim())}
            </button>
          </li>
        )}
      </ul>
      {all === undefined && <span class="hint">{m.fault.loading}</span>}
      {all !== undefined && rows.length === 0 && (
        <span class="hint">{wanted === '' ? m.filter.nothing : m.filter.noMatch}</span>
      )}
      <Button kind="go" type="submit">
        {m.filter.apply}
      </Button>
    </form>
  )
}

/** Numbers and patterns; of the search, whatever is typed. */
function NumberEditor(props: EditorProps) {
  const { view, name } = props
  const m = messages()
  const search = editorKind(name) === 'text'
  const now = view.filters[name] ?? ''
  const [not, setNot] = useState(!search && now.startsWith('!'))
  const [typed, setTyped] = useState(search ? now : readChosen(now).values.join(', '))
  const [fault, setFault] = useState('')
  const apply = () => {
    if (search) return set(props, typed.trim() || undefined)
    const { values } = readChosen(typed.replaceAll(/[,;\s]+/g, ','))
    const bad = badNumber(values.join())
    if (values.length === 0) return setFault(m.filter.needNumber)
    if (bad !== undefined) return setFault(m.filter.badNumber(bad))
    set(props, writeChosen({ not, values }))
  }
  return (
    <form
      class="fedit"
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      {!search && <IsOrNot not={not} onPick={setNot} />}
      <label class="fld">
        <span>{search ? m.filter.names.q : m.filter.numbers}</span>
        <input
          class="inp mono"
          value={typed}
          placeholder={search ? '' : m.filter.numbersExample}
          aria-invalid={fault !== ''}
          onInput={(event) => {
            setTyped(event.currentTarget.value)
            setFault('')
          }}
        />
      </label>
      {fault && (
        <span class="bad" role="alert">
          {fault}
        </span>
      )}
      {!search && <PatternHint />}
      <Button kind="go" type="submit">
        {m.filter.apply}
      </Button>
    </form>
  )
}

/** Signs of a pattern, in the order the messages explain them. */
const SIGNS = ['X', 'Z', 'N', '[1-5]', '.', '!'] as const

function PatternHint() {
  const m = messages()
  return (
    <div class="hint patterns">
      {m.filter.patternLead}
      <dl>
        {m.filter.pattern.map((means, i) => (
          <>
            <dt class="mono">{SIGNS[i]}</dt>
            <dd>{means}</dd>
          </>
        ))}
      </dl>
      {m.filter.patternEnd}
    </div>
  )
}

function RangeEditor(props: EditorProps) {
  const { view, name } = props
  const m = messages()
  const kind = (SECONDS_FILTERS as readonly string[]).includes(name) ? 'seconds' : 'money'
  const unit = kind === 'seconds' ? m.filter.seconds : currencySymbol(view.tenant.currency).trim()
  const now = readBounds(view.filters[name] ?? '')
  const [least, setLeast] = useState(now?.least ?? '')
  const [most, setMost] = useState(now?.most ?? '')
  const [fault, setFault] = useState('')
  const apply = () => {
    const [from, to] = [boundOf(kind, least), boundOf(kind, most)]
    if (from === undefined || to === undefined)
      return setFault(kind === 'money' ? m.filter.badMoney : m.filter.badSeconds)
    if (from === '' && to === '') return setFault(m.filter.needBound)
    if (from !== '' && to !== '' && Number(from) > Number(to)) return setFault(m.filter.backwards)
    set(props, `${from}-${to}`)
  }
  const field = (label: string, value: string, onInput: (text: string) => void) => (
    <label class="fld">
      <span>
        {label} <span class="u">{unit}</span>
      </span>
      <input
        class="inp"
        inputMode={kind === 'money' ? 'decimal' : 'text'}
        value={value}
        aria-invalid={fault !== ''}
        onInput={(event) => {
          onInput(event.currentTarget.value)
          setFault('')
        }}
      />
    </label>
  )
  return (
    <form
      class="fedit"
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      <div class="pair">
        {field(m.filter.least, least, setLeast)}
        {field(m.filter.most, most, setMost)}
      </div>
      {fault && (
        <span class="bad" role="alert">
          {fault}
        </span>
      )}
      <Button kind="go" type="submit">
        {m.filter.apply}
      </Button>
    </form>
  )
}
