// The timeline: one axis, a lane per party, answers and transfers as dashed lines, events as diamonds that show their raw
// record. Hops inside the PBX are in the rows below, not here.

import type { CallDetail } from '@tollbook/api/wire'
import type { StoryInfo } from '@tollbook/api/wire-story'
import { useState } from 'preact/hooks'
import { clock } from '../../format/duration.ts'
import { phone } from '../../format/phone.ts'
import { messages } from '../../i18n/messages.ts'
import { Section } from '../../parts/frame.tsx'
import type { View } from '../../state/view.ts'
import { EventRecords, EventsLane, marksOf } from './events-lane.tsx'
import { axisOfStory, clustersOf, type Lane, markedMoments, type Note, type Piece, storyLanes } from './story-lanes.ts'
import { nameOf } from './story-steps.ts'
import { type Axis, ticksOf } from './time-axis.ts'

export function Timeline({ view, detail, story }: { view: View; detail: CallDetail; story: StoryInfo }) {
  const m = messages()
  const lanes = storyLanes(story)
  const axis = axisOfStory(story, lanes)
  const events = detail.cel.length + detail.queueEvents.length
  const clusters = clustersOf(marksOf(detail, story.startedAt, view.zone), axis)
  const [chosen, setChosen] = useState<number | undefined>(undefined)
  const hint = m.call.happenedHint(m.call.cdrRows(detail.legs.length), m.call.events(events), view.zone)
  const kinds = new Set(lanes.flatMap((lane) => lane.pieces.map((piece) => piece.kind)))
  const legend = (
    <span class="legend">
      {LEGEND.filter((kind) => kinds.has(kind)).map((kind) => (
        <span class={`oc k-${kind}`}>{m.call.kinds[kindOf(story, kind)]}</span>
      ))}
    </span>
  )
  return (
    <Section title={m.call.happened} hint={hint} tools={legend}>
      <div class="tl">
        <div class="ax" aria-hidden="true">
          {ticksOf(axis, markedMoments(story)).map((tick) => (
            <div
              class={`tick ${tick.key ? 'key' : ''} ${edge(axis.at(tick.at))}`}
              style={{ '--x': `${axis.at(tick.at)}%` }}
            >
              {tick.label && <span>{clock(tick.at)}</span>}
            </div>
          ))}
          {axis.wideUntil !== null && <div class="brk" style={{ '--x': `${axis.at(axis.wideUntil)}%` }} />}
        </div>
        {lanes.map((lane) => (
          <LaneRow story={story} lane={lane} axis={axis} />
        ))}
        {events > 0 && (
          <EventsLane
            clusters={clusters}
            axis={axis}
            chosen={chosen}
            onChoose={setChosen}
            withQueue={detail.queueEvents.length > 0}
          />
        )}
      </div>
      {events > 0 && <EventRecords cluster={chosen === undefined ? undefined : clusters[chosen]} />}
      <p class="hint under">
        {axis.wideUntil !== null && `${m.call.wider(clock(axis.wideUntil))} `}
        {!story.fromEvents && m.call.fromRows}
      </p>
    </Section>
  )
}

const LEGEND = ['talk', 'ring', 'wait', 'menu', 'park'] as const

function LaneRow({ story, lane, axis }: { story: StoryInfo; lane: Lane; axis: Axis }) {
  const m = messages()
  const who = nameOf(story, lane.id)
  const caller = lane.id === 'caller'
  const endpoint = caller ? story.caller.endpoint : lane.id
  return (
    <div class="lane">
      <div class="who">
        <b>{phone(who.name) || m.call.story.someone}</b>
        <span>{[phone(who.number), endpoint, caller ? m.call.caller : ''].filter(Boolean).join(' · ')}</span>
      </div>
      <div class="trk">
        {lane.pieces.map((piece) => (
          <Segment story={story} piece={piece} axis={axis} caller={caller} />
        ))}
        {lane.note && <NoteMark note={lane.note} axis={axis} transfer={story.transfer?.kind} />}
      </div>
    </div>
  )
}

function Segment(props: { story: StoryInfo; piece: Piece; axis: Axis; caller: boolean }) {
  const { story, piece, axis, caller } = props
  const m = messages()
  const from = axis.at(piece.from)
  const width = axis.at(piece.until) - from
  const length = clock(piece.until - piece.from)
  const word = m.call.kinds[kindOf(story, piece.kind)]
  const inside =
    piece.kind === 'talk'
      ? caller
        ? m.call.with(phone(nameOf(story, piece.with).name))
        : length
      : piece.kind === 'menu'
        ? word
        : ''
  return (
    <div
      class={`sgm ${piece.kind}`}
      style={{ '--x': `${from}%`, '--w': `${width}%` }}
      title={`${word} ${clock(piece.from)}–${clock(piece.until)} (${length})`}
    >
      <span class={inside ? undefined : 'sr'}>{inside || `${word} ${length}`}</span>
    </div>
  )
}

/** What runs on the caller's own channel is called a menu where the rules say that it is one. */
function kindOf(story: StoryInfo, kind: Piece['kind']): Piece['kind'] | 'program' {
  return kind === 'menu' && !story.path.includes('ivr') ? 'program' : kind
}

/** From here on, in per cent, there is no room left to the right of a mark: on a phone, and on a desk. */
const FLIP_NARROW = 58
const FLIP_AT = 84

/** Beside the end of the lane; near the right edge it stands to its left, so that it never leaves the sheet. */
function NoteMark(props: { note: Note; axis: Axis; transfer: 'blind' | 'attended' | 'redirect' | undefined }) {
  const m = messages()
  const { note } = props
  const at = props.axis.at(note.at)
  const words =
    note.result === 'transferred' ? m.call.transfers[props.transfer ?? 'blind'] : m.call.results[note.result]
  return (
    <span class={`out ${at > FLIP_AT ? 'left' : at > FLIP_NARROW ? 'left-narrow' : ''}`} style={{ '--x': `${at}%` }}>
      {words}
      {note.cause !== null && note.cause !== 0 && note.result !== 'answered_elsewhere' && ` (${note.cause})`}
    </span>
  )
}

/** Labels at the edges are set inward. */
function edge(percent: number): string {
  return percent < 3 ? 'first' : percent > 96 ? 'last' : ''
}
