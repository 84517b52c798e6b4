// Calls that Asterisk took with it when it died, and calls that look too long to be true.

import type { LongCallRow, LostCallRow } from '@tollbook/api/wire-health'
import { hms } from '../../format/duration.ts'
import { phone } from '../../format/phone.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { linkTo, type View } from '../../state/view.ts'

export function LostCalls({ view, calls }: { view: View; calls: readonly LostCallRow[] }) {
  const m = messages()
  return (
    <Section id="lost" title={m.health.lostTitle} hint={m.health.lostTitleHint}>
      <TableBox label={m.health.lostTitle}>
        <table class="t cards tall">
          <thead>
            <tr>
              <th>{m.calls.start}</th>
              <th>{m.imports.source}</th>
              <th>{m.calls.from}</th>
              <th>{m.calls.to}</th>
              <th>{m.health.gapWhy}</th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <tr>
                <td class="nw lead">
                  {when('dayTime', view.zone, call.startedAt)}
                  <span class="sub mono">{call.linkedid}</span>
                </td>
                <td>{call.source}</td>
                <td class="nw">{phone(call.caller) || '–'}</td>
                <td class="nw">{phone(call.callee) || '–'}</td>
                <td>
                  {m.health.lostWhy[call.why]}
                  <span class="sub">{call.answered ? m.health.lostAnswered : m.health.lostRinging}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </Section>
  )
}

export function LongCalls({ view, calls }: { view: View; calls: readonly LongCallRow[] }) {
  const m = messages()
  return (
    <Section id="long" title={m.health.longTitle} hint={m.health.longTitleHint}>
      <TableBox label={m.health.longTitle}>
        <table class="t cards tall">
          <thead>
            <tr>
              <th>{m.calls.start}</th>
              <th>{m.imports.source}</th>
              <th>{m.calls.from}</th>
              <th>{m.calls.to}</th>
              <th class="n">
                {m.health.gapLength} <span class="u">{m.word.hmmss}</span>
              </th>
              <th>{m.calls.charge}</th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <tr>
                <td class="nw lead">
                  <a class="link" href={linkTo(view, `/calls/${call.key}`)}>
                    {when('dayTime', view.zone, call.startedAt)}
                  </a>
                </td>
                <td>{call.source}</td>
                <td class="nw">{phone(call.from) || '–'}</td>
                <td class="nw">{phone(call.to) || '–'}</td>
                <td class="n">{hms(call.durationSeconds)}</td>
                <td>{call.held ? <span class="tag warn">{m.health.held}</span> : m.health.charged}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </Section>
  )
}
