// The rows and events of a call as they came: each row with what it stands for in the call, by which ways it came, and
// which of its fields another way has told.

import type { CallDetail, LegRow } from '@tollbook/api/wire'
import { clock } from '../../format/duration.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import type { View } from '../../state/view.ts'

export function Legs({ view, detail }: { view: View; detail: CallDetail }) {
  const m = messages()
  const s = <span class="u">{m.word.seconds}</span>
  return (
    <Section title={m.call.legs} hint={m.call.legsHint}>
      <TableBox label={m.call.legs}>
        <table class="t">
          <thead>
            <tr>
              <th class="wide">{m.call.start}</th>
              <th>{m.call.channel}</th>
              <th>{m.call.role}</th>
              <th class="wide">{m.call.disposition}</th>
              <th class="n wide">
                {m.call.total} {s}
              </th>
              <th class="n">billsec {s}</th>
            </tr>
          </thead>
          <tbody>
            {detail.legs.map((leg) => (
              <tr class={leg.talkRow ? 'talkrow' : undefined}>
                <td class="nw wide">{when('time', view.zone, leg.startedAt)}</td>
                <td class="mono any">
                  {leg.dstchannel || leg.channel}
                  {leg.lastapp && <span class="sub">{`${leg.lastapp}(${leg.lastdata})`}</span>}
                </td>
                <td>
                  {roleWord(leg.role)}
                  <span class="sub">{leg.seenIn.map((way) => m.health.ways[way]).join(' + ')}</span>
                </td>
                <td class="nw wide">{leg.disposition}</td>
                <td class="n wide">{leg.durationSeconds}</td>
                <td class={`n ${leg.talkRow ? 'b' : ''}`}>{leg.billsec}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
      {detail.legs.length > 1 && detail.call.talkSeconds > 0 && (
        <p class="hint under">{m.call.talkNote(clock(detail.call.talkSeconds))}</p>
      )}
      <details class="buying">
        <summary>{m.call.allFields}</summary>
        {detail.legs.map((leg) => (
          <RawLeg leg={leg} />
        ))}
      </details>
    </Section>
  )
}

function roleWord(role: string): string {
  const { roles } = messages().call
  return role in roles ? roles[role as keyof typeof roles] : role || '–'
}

function RawLeg({ leg }: { leg: LegRow }) {
  const m = messages()
  const { origins, seenIn, talkRow: _, role: __, ...fields } = leg
  return (
    <dl class="raw">
      {Object.entries(fields).map(([name, value]) => {
        if (value === '' || value === null) return null
        const way = origins[name]
        return (
          <>
            <dt>{name}</dt>
            <dd>
              {String(value)}
              {way && <span class="hint"> {m.call.toldBy(m.health.ways[way])}</span>}
            </dd>
          </>
        )
      })}
      <dt>{m.call.cameBy}</dt>
      <dd>{seenIn.map((way) => m.health.ways[way]).join(', ') || '–'}</dd>
    </dl>
  )
}

export function RawEvents({ view, detail }: { view: View; detail: CallDetail }) {
  const m = messages()
  const queue = detail.queueEvents.map((one) => ({
    ...{ happenedAt: one.happenedAt, event: one.event, channel: one.agent, about: one.queue },
    data: one.data.filter(Boolean).join(' | '),
  }))
  const cel = detail.cel.map((one) => ({
    ...{ happenedAt: one.happenedAt, event: one.event, channel: one.channel },
    ...{ about: [one.app, one.appdata].filter(Boolean).join(' '), data: one.extra },
  }))
  const events = [...cel, ...queue].sort((a, b) => Date.parse(a.happenedAt) - Date.parse(b.happenedAt))
  return (
    <Section title={m.call.cel} hint={m.call.celHint}>
      {events.length === 0 ? (
        <p class="hint">{m.call.noCel}</p>
      ) : (
        <details class="buying">
          <summary>{m.call.showEvents(events.length)}</summary>
          <TableBox label={m.call.cel}>
            <table class="t">
              <thead>
                <tr>
                  <th>{m.call.start}</th>
                  <th>{m.call.event}</th>
                  <th>{m.call.channel}</th>
                  <th class="wide">{m.call.application}</th>
                  <th class="wide">{m.call.data}</th>
                </tr>
              </thead>
              <tbody>
                {events.map((event) => (
                  <tr>
                    <td class="nw">{when('time', view.zone, event.happenedAt)}</td>
                    <td class="nw">{event.event}</td>
                    <td class="mono">{event.channel}</td>
                    <td class="wide any">{event.about}</td>
                    <td class="wide mono any">{event.data}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableBox>
        </details>
      )}
    </Section>
  )
}
