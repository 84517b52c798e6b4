// Channel and queue events of a call as marks on its axis; the one under the pointer, the focus or the finger shows its raw
// record below. One stop of the tab key; arrows walk along.

import type { CallDetail } from '@tollbook/api/wire'
import { useRef, useState } from 'preact/hooks'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import type { View } from '../../state/view.ts'
import { clustersOf } from './story-lanes.ts'
import type { Axis } from './time-axis.ts'

type Mark = { readonly at: number; readonly name: string; readonly fields: Readonly<Record<string, string>> }

export function EventsLane({ view, detail, axis }: { view: View; detail: CallDetail; axis: Axis }) {
  const m = messages()
  const clusters = clustersOf(marksOf(detail, view.zone), axis)
  const [chosen, setChosen] = useState<number | undefined>(undefined)
  const track = useRef<HTMLDivElement>(null)
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -clusters.length, End: clusters.length }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = Math.max(0, Math.min(clusters.length - 1, (chosen ?? 0) + step))
    setChosen(next)
    track.current?.querySelectorAll<HTMLElement>('.ev')[next]?.focus()
  }
  const shown = chosen === undefined ? undefined : clusters[chosen]
  return (
    <>
      <div class="lane">
        <div class="who">
          <b>{m.call.eventsLane}</b>
          <span>{detail.queueEvents.length > 0 ? 'CEL, queue_log' : 'CEL'}</span>
        </div>
        <div class="trk" ref={track} role="toolbar" aria-label={m.call.eventsLane} onKeyDown={walk}>
          {clusters.map((cluster, i) => (
            <button
              type="button"
              class={`ev ${cluster.events.length > 1 ? 'many' : ''}`}
              style={{ '--x': `${axis.at(cluster.at)}%` }}
              tabIndex={i === (chosen ?? 0) ? 0 : -1}
              aria-label={cluster.events.map((one) => one.name).join(', ')}
              aria-pressed={i === chosen}
              onClick={() => setChosen(i)}
              onFocus={() => setChosen(i)}
              onPointerEnter={(event) => event.pointerType === 'mouse' && setChosen(i)}
            />
          ))}
        </div>
      </div>
      <div class="ev-raw" role="status">
        {shown === undefined ? (
          <p class="hint">{m.call.eventHint}</p>
        ) : (
          shown.events.map((one) => (
            <p>
              <b class="b">{one.name}</b>{' '}
              {Object.entries(one.fields).map(([name, value]) => (
                <span class="nobreak">
                  <span class="hint">{name}</span> <code>{value}</code>{' '}
                </span>
              ))}
            </p>
          ))
        )}
      </div>
    </>
  )
}

function marksOf(detail: CallDetail, zone: string): Mark[] {
  const startMs = Date.parse(detail.story.startedAt)
  const at = (instant: string) => Math.max(0, (Date.parse(instant) - startMs) / 1000)
  const filled = (fields: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
  const cel = detail.cel.map(({ happenedAt, event, ...fields }) => ({
    at: at(happenedAt),
    name: event,
    fields: filled({ time: when('time', zone, happenedAt), ...fields }),
  }))
  const queue = detail.queueEvents.map(({ happenedAt, event, queue: name, agent, data }) => ({
    at: at(happenedAt),
    name: event,
    fields: filled({ time: when('time', zone, happenedAt), queue: name, agent, data: data.join(' | ') }),
  }))
  return [...cel, ...queue].sort((a, b) => a.at - b.at)
}
