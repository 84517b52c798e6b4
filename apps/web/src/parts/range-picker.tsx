// Range, zone and comparison in one popover: words first, dates second. What it decides goes into the URL.

import { useState } from 'preact/hooks'
import { spanText } from '../format/time.ts'
import { instantOf } from '../format/zone.ts'
import { messages } from '../i18n/messages.ts'
import { dateSpan, PRESETS, presetSpan, stamp } from '../state/range.ts'
import { linkHere, type View } from '../state/view.ts'
import { Button } from './frame.tsx'
import { Icon } from './icon.tsx'
import { Popover } from './popover.tsx'

export function RangePicker({ view }: { view: View }) {
  const m = messages()
  const { span, zone } = view
  const name = span.preset ? m.range.presets[span.preset] : m.range.picked
  return (
    <Popover
      label={m.range.button}
      panelClass="range"
      button={
        <>
          <Icon name="calendar-days" />
          <b class="mid">{name}</b>
          <span class={span.preset ? 'hint wide' : 'hint'}>{spanText(zone, span.fromMs, span.toMs)}</span>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => <RangePanel view={view} close={close} />}
    </Popover>
  )
}

function RangePanel({ view, close }: { view: View; close: () => void }) {
  const m = messages()
  const { span } = view
  const [from, setFrom] = useState(stamp(view.zone, span.fromMs).slice(0, 10))
  const [to, setTo] = useState(stamp(view.zone, span.toMs - 1).slice(0, 10))
  const [zone, setZone] = useState(view.zone)
  const nowMs = Date.now()
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone
  const zones = [...new Set([view.tenant.zone, mine, 'UTC', view.zone])]
  const backwards = from !== '' && to !== '' && to < from
  const rest = () => ({ zone: zone === view.tenant.zone ? null : zone })
  const show = (range: string) => {
    view.go(linkHere(view, { range, ...rest() }))
    close()
  }
  const showDates = (event: Event) => {
    event.preventDefault()
    if (backwards || from === '' || to === '') return
    const untouched =
      from === stamp(view.zone, span.fromMs).slice(0, 10) && to === stamp(view.zone, span.toMs - 1).slice(0, 10)
    show(untouched ? span.token : dateSpan(zone, dayStart(zone, from, 0), dayStart(zone, to, 1)).token)
  }
  return (
    <form class="range-in" onSubmit={showDates}>
      <ul class="presets">
        {PRESETS.map((preset) => {
          const one = presetSpan(preset, view.zone, nowMs)
          return (
            <li>
              <button type="button" aria-pressed={span.preset === preset} onClick={() => show(preset)}>
                <span>{m.range.presets[preset]}</span>
                <span class="hint">{spanText(view.zone, one.fromMs, one.toMs)}</span>
              </button>
            </li>
          )
        })}
      </ul>
      <div class="dates">
        <label class="fld">
          {m.range.from}
          <input type="date" value={from} onInput={(e) => setFrom(e.currentTarget.value)} />
        </label>
        <label class="fld">
          {m.range.to}
          <input type="date" value={to} min={from} onInput={(e) => setTo(e.currentTarget.value)} />
        </label>
        {backwards && (
          <span class="bad" role="alert">
            {m.range.backwards}
          </span>
        )}
        <label class="fld">
          {m.range.zone}
          <select value={zone} onChange={(e) => setZone(e.currentTarget.value)}>
            {zones.map((one) => (
              <option value={one}>
                {one === view.tenant.zone ? m.range.zoneTenant(one) : one === mine ? m.range.zoneMine(one) : one}
              </option>
            ))}
          </select>
        </label>
        <Button kind="go" icon="check" type="submit" disabled={backwards}>
          {m.range.show}
        </Button>
      </div>
    </form>
  )
}

function dayStart(zone: string, date: string, add: number): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number)
  return instantOf(zone, year, month, day + add)
}
