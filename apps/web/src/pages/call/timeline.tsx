// The timeline: one axis, a lane per party, CEL events as diamonds. A picture of the legs table below it.

import type { CallDetail } from '@tollbook/api/wire'
import { clock } from '../../format/duration.ts'
import { phone } from '../../format/phone.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Section } from '../../parts/frame.tsx'
import type { View } from '../../state/view.ts'
import { type Axis, axisOf, type Lane, lanesOf, type Piece, ticksOf } from './call-lanes.ts'

export function Timeline({ view, detail }: { view: View; detail: CallDetail }) {
  const m = messages()
  const lanes = lanesOf(detail)
  const axis = axisOf(detail, lanes)
  const hint = m.call.happenedHint(m.call.cdrRows(detail.legs.length), m.call.events(detail.cel.length), view.zone)
  const legend = (
    <span class="legend">
      <span class="oc k-talk">{m.call.talking}</span>
      <span class="oc k-ring">{m.call.ringing}</span>
      <span class="oc k-wait">{m.call.waiting}</span>
    </span>
  )
  return (
    <Section title={m.call.happened} hint={hint} tools={legend}>
      <div class="tl" role="img" aria-label={m.call.timeline}>
        <div class="ax" aria-hidden="true">
          {ticksOf(detail, axis).map((tick) => (
            <div
              class={`tick ${tick.key ? 'key' : ''} ${edge(axis.at(tick.at))}`}
              style={{ '--x': `${axis.at(tick.at)}%` }}
            >
              <span>{clock(tick.at)}</span>
            </div>
          ))}
          {axis.wideUntil !== null && <div class="brk" style={{ '--x': `${axis.at(axis.wideUntil)}%` }} />}
        </div>
        {lanes.map((lane, i) => (
          <LaneRow lane={lane} axis={axis} caller={i === 0} />
        ))}
        {detail.cel.length > 0 && <Events view={view} detail={detail} axis={axis} />}
      </div>
      <p class="hint under">
        {axis.wideUntil !== null && `${m.call.wider(clock(axis.wideUntil))} `}
        {detail.cel.length > 0 && m.call.eventHint}
      </p>
    </Section>
  )
}

function LaneRow({ lane, axis, caller }: { lane: Lane; axis: Axis; caller: boolean }) {
  const m = messages()
  return (
    <div class="lane">
      <div class="who">
        <b>{phone(lane.who)}</b>
        <span>{[phone(lane.sub), caller ? m.call.caller : ''].filter(Boolean).join(' · ')}</span>
      </div>
      <div class="trk">
        {lane.pieces.map((piece) => (
          <Segment piece={piece} axis={axis} />
        ))}
        {lane.note && <Note note={lane.note} axis={axis} />}
      </div>
    </div>
  )
}

function Segment({ piece, axis }: { piece: Piece; axis: Axis }) {
  const m = messages()
  const from = axis.at(piece.from)
  const width = axis.at(piece.to) - from
  const length = clock(piece.seconds ?? piece.to - piece.from)
  const word = {
    talk: m.call.talking,
    ring: m.call.ringing,
    wait: m.call.waiting,
    program: m.call.program,
    busy: m.call.busy,
  }
  return (
    <div
      class={`sgm ${piece.kind}`}
      style={{ '--x': `${from}%`, '--w': `${width}%` }}
      title={`${word[piece.kind]} ${length}`}
    >
      {(piece.kind === 'talk' || piece.kind === 'program') && <span>{length}</span>}
    </div>
  )
}

/** From here on, in per cent, a phone has no room left to the right of a mark. */
const FLIP_AT = 58

/** Beside the end of the lane; near the right edge it stands to its left, so that it never leaves the sheet. */
function Note({ note, axis }: { note: NonNullable<Lane['note']>; axis: Axis }) {
  const m = messages()
  const at = axis.at(note.at)
  const text = {
    elsewhere: m.call.elsewhere,
    notAnswered: m.call.notAnswered,
    busy: m.call.busy,
    failed: m.call.failed,
  }
  return (
    <span class={`out ${at > FLIP_AT ? 'left' : ''}`} style={{ '--x': `${at}%` }}>
      {text[note.kind]}
    </span>
  )
}

function Events({ view, detail, axis }: { view: View; detail: CallDetail; axis: Axis }) {
  const m = messages()
  const startMs = Date.parse(detail.call.startedAt)
  return (
    <div class="lane">
      <div class="who">
        <b>{m.call.eventsLane}</b>
        <span>CEL</span>
      </div>
      <div class="trk">
        {detail.cel.map((event) => (
          <span
            class="ev"
            style={{ '--x': `${axis.at((Date.parse(event.happenedAt) - startMs) / 1000)}%` }}
            title={`${when('time', view.zone, event.happenedAt)} ${event.event} ${event.channel} ${event.app}`.trim()}
          />
        ))}
      </div>
    </div>
  )
}

/** Labels at the edges are set inward. */
function edge(percent: number): string {
  return percent < 3 ? 'first' : percent > 96 ? 'last' : ''
}
