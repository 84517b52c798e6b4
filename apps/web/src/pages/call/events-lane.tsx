// Channel and queue events of a call as marks on its axis; the one under the pointer, the focus or the finger shows its raw
// record below. One stop of the tab key; arrows walk along.

import type { CallDetail } from '@tollbook/api/wire'
import { useRef } from 'preact/hooks'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import type { Cluster } from './story-lanes.ts'
import type { Axis } from './time-axis.ts'

export type EventMark = {
  readonly at: number
  readonly name: string
  readonly fields: Readonly<Record<string, string>>
}

type Props = {
  clusters: readonly Cluster<EventMark>[]
  axis: Axis
  chosen: number | undefined
  onChoose: (index: number) => void
  withQueue: boolean
}

export function EventsLane({ clusters, axis, chosen, onChoose, withQueue }: Props) {
  const m = messages()
  const track = useRef<HTMLDivElement>(null)
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -clusters.length, End: clusters.length }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = Math.max(0, Math.min(clusters.length - 1, (chosen ?? 0) + step))
    onChoose(next)
    track.current?.querySelectorAll<HTMLElement>('.ev')[next]?.focus()
  }
  return (
    <div class="lane">
      <div class="who">
        <b>{m.call.eventsLane}</b>
        <span>{withQueue ? 'CEL, queue_log' : 'CEL'}</span>
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
            onClick={() => onChoose(i)}
            onFocus={() => onChoose(i)}
            onPointerEnter={(event) => event.pointerType === 'mouse' && onChoose(i)}
          />
        ))}
      </div>
    </div>
  )
}

/** The raw records of the mark that was chosen; keeps its height, so that nothing jumps. */
export function EventRecords({ cluster }: { cluster: Cluster<EventMark> | undefined }) {
  const m = messages()
  return (
    <div class="ev-raw" role="status">
      {cluster === undefined ? (
        <p class="hint">{m.call.eventHint}</p>
      ) : (
        cluster.events.map((one) => (
          <p>
            <b class="b">{one.name}</b>{' '}
            {Object.entries(one.fields).map(([name, value]) => (
              <span>
                <span class="hint">{name}</span> <code>{value}</code>{' '}
              </span>
            ))}
          </p>
        ))
      )}
    </div>
  )
}

/** Channel and queue events in order of time, seconds after the start. */
export function marksOf(detail: CallDetail, startedAt: string, zone: string): EventMark[] {
  const startMs = Date.parse(startedAt)
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
