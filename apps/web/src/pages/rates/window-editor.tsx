// Time windows changed by hand: names, days, hours, dates, holidays. Saving makes a new version with the same rates.

import type { DeckDetail, WindowInfo } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { editRates } from '../../api/tariff-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { EffectChoice, effectRequest, startEffect } from '../../parts/effect-choice.tsx'
import { SelectField, TextField, useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import type { View } from '../../state/view.ts'

type Rule = WindowInfo['rules'][number]

/** Ids fit a small mask in the rating: a deck has at most so many windows. */
const MOST_WINDOWS = 30
const DATE = '(\\d{4}-)?\\d\\d-\\d\\d'

export function WindowEditor(props: { view: View; detail: DeckDetail; onSaved: () => void; onCancel: () => void }) {
  const { view, detail } = props
  const m = messages()
  const [windows, setWindows] = useState(detail.windows)
  const [holidays, setHolidays] = useState(detail.holidays.join(', '))
  const [effect, setEffect] = useState(() => startEffect(detail.zone))
  const deed = useDeed()
  const effectiveFrom = effectRequest(effect, detail.zone)
  const change = (id: number, part: Partial<WindowInfo>) =>
    setWindows(windows.map((one) => (one.id === id ? { ...one, ...part } : one)))
  const submit = async (event: Event) => {
    event.preventDefault()
    if (effectiveFrom === undefined) return
    const body = { effectiveFrom, windows, holidays: holidays.split(/[\s,;]+/).filter(Boolean) }
    if (await deed.run(() => editRates(view.tenant.slug, detail.deck.id, body))) props.onSaved()
  }
  return (
    <Section title={m.rates.windows}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        {windows.map((one) => (
          <WindowFields
            window={one}
            onChange={(part) => change(one.id, part)}
            onRemove={() => setWindows(windows.filter((other) => other.id !== one.id))}
          />
        ))}
        {windows.length < MOST_WINDOWS && (
          <span>
            <Button kind="quiet" icon="plus" onClick={() => setWindows([...windows, freshWindow(windows)])}>
              {m.rates.addWindow}
            </Button>
          </span>
        )}
        <TextField
          label={m.rates.holidays}
          hint={m.rates.holidaysHint}
          value={holidays}
          onInput={setHolidays}
          pattern={`\\s*(${DATE}[\\s,;]*)*`}
        />
        <EffectChoice zone={detail.zone} effect={effect} onChange={setEffect} name="window-effect" />
        <span class="row">
          <Button kind="go" type="submit" disabled={deed.busy || effectiveFrom === undefined}>
            {m.rates.saveRate}
          </Button>
          <Button onClick={props.onCancel}>{m.word.cancel}</Button>
        </span>
        {deed.error && <Fault error={deed.error} what={m.rates.savingWindows} done />}
      </form>
    </Section>
  )
}

function WindowFields(props: {
  window: WindowInfo
  onChange: (part: Partial<WindowInfo>) => void
  onRemove: () => void
}) {
  const { window: one, onChange } = props
  const m = messages()
  const changeRule = (at: number, rule: Rule) => onChange({ rules: one.rules.map((old, i) => (i === at ? rule : old)) })
  return (
    <fieldset class="window">
      <legend class="sr">{one.name || m.rates.window}</legend>
      <div class="row2 priority">
        <TextField label={m.rates.windowName} value={one.name} onInput={(name) => onChange({ name })} required />
        <TextField
          label={m.rates.priority}
          value={String(one.priority)}
          onInput={(text) => onChange({ priority: Number(text) || 0 })}
          inputMode="numeric"
          pattern="-?\d{1,4}"
          required
        />
      </div>
      {one.rules.map((rule, at) => (
        <RuleFields rule={rule} onChange={(next) => changeRule(at, next)} />
      ))}
      <span class="row">
        <Button kind="quiet" icon="plus" onClick={() => onChange({ rules: [...one.rules, {}] })}>
          {m.rates.addRule}
        </Button>
        <Button kind="quiet" icon="trash-2" label={m.plans.remove(one.name)} onClick={props.onRemove} />
      </span>
    </fieldset>
  )
}

function RuleFields({ rule, onChange }: { rule: Rule; onChange: (rule: Rule) => void }) {
  const m = messages()
  const days = rule.weekdays ?? [1, 2, 3, 4, 5, 6, 7]
  const toggle = (day: number) => {
    const next = days.includes(day) ? days.filter((one) => one !== day) : [...days, day].sort()
    onChange({ ...rule, weekdays: next.length === 7 ? undefined : next })
  }
  const clock = (label: string, minute: number | undefined, take: (minute: number | undefined) => Rule) => (
    <label class="fld">
      {label}
      <input
        placeholder="08:00"
        pattern="([01]?\d|2[0-3]):[0-5]\d|24:00"
        defaultValue={minute === undefined ? '' : clockText(minute)}
        onChange={(event) => onChange(take(minuteOf(event.currentTarget.value)))}
      />
    </label>
  )
  return (
    <div class="rule">
      <span class="days">
        {m.rates.weekdays.map((name, i) => (
          <button type="button" aria-pressed={days.includes(i + 1)} onClick={() => toggle(i + 1)}>
            {name}
          </button>
        ))}
      </span>
      <div class="fields">
        {clock(m.rates.fromTime, rule.fromMinute, (fromMinute) => ({ ...rule, fromMinute }))}
        {clock(m.rates.toTime, rule.toMinute, (toMinute) => ({ ...rule, toMinute }))}
        <TextField
          label={m.rates.fromDate}
          value={rule.fromDate ?? ''}
          placeholder="12-24"
          pattern={DATE}
          onInput={(text) => onChange({ ...rule, fromDate: text.trim() || undefined })}
        />
        <TextField
          label={m.rates.toDate}
          value={rule.toDate ?? ''}
          placeholder="12-26"
          pattern={DATE}
          onInput={(text) => onChange({ ...rule, toDate: text.trim() || undefined })}
        />
        <SelectField
          label={m.rates.holidays}
          value={rule.holidays ?? 'any'}
          onChange={(value) => onChange({ ...rule, holidays: value === 'any' ? undefined : value })}
          of={[
            { value: 'any', text: m.rates.holidaysToo },
            { value: 'only', text: m.rates.holidaysAlone },
            { value: 'except', text: m.rates.holidaysExcept },
          ]}
        />
      </div>
    </div>
  )
}

function freshWindow(windows: readonly WindowInfo[]): WindowInfo {
  const taken = new Set(windows.map((one) => one.id))
  const id = Array.from({ length: MOST_WINDOWS }, (_, i) => i + 1).find((one) => !taken.has(one)) ?? 1
  return { id, name: '', priority: 0, rules: [{ weekdays: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1200 }] }
}

function clockText(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

/** Minutes of the day of "08:00" or "24:00"; undefined when there is no bound. */
function minuteOf(text: string): number | undefined {
  const match = /^(\d\d?):(\d\d)$/.exec(text.trim())
  if (!match) return undefined
  const minute = Number(match[1]) * 60 + Number(match[2])
  return minute <= 1440 ? minute : undefined
}
