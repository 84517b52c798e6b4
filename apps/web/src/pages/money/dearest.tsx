// The calls that cost customers most, each a link to its story and receipt.

import type { CallRow } from '@tollbook/api/wire'
import { clock } from '../../format/duration.ts'
import { currencySymbol } from '../../format/money.ts'
import { phone } from '../../format/phone.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Dash, Money } from '../../parts/figures.tsx'
import { Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { linkTo, type View } from '../../state/view.ts'

export function Dearest({ view, calls, currency }: { view: View; calls: readonly CallRow[]; currency: string }) {
  const m = messages()
  return (
    <Section title={m.analyse.dearest} hint={m.analyse.dearestHint}>
      <TableBox label={m.analyse.dearest}>
        <table class="t">
          <thead>
            <tr>
              <th>{m.calls.start}</th>
              <th>{m.calls.to}</th>
              <th class="n wide">
                {m.calls.talk} <span class="u">{m.word.mss}</span>
              </th>
              <th class="n">
                {m.analyse.charge} <span class="u">{currencySymbol(currency).trim()}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <tr>
                <td class="nw">
                  <a href={linkTo(view, `/calls/${call.key}`)}>{when('dayTime', view.zone, call.startedAt)}</a>
                  <span class="sub">{call.account?.name}</span>
                </td>
                <td>
                  {phone(call.to)}
                  <span class="sub">{call.destination?.name}</span>
                </td>
                <td class="n wide">{clock(call.talkSeconds)}</td>
                <td class="n">
                  {call.revenue === null ? (
                    <Dash />
                  ) : (
                    <Money amount={call.revenue} places={innerWidth <= 500 ? 2 : 'stored'} />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </Section>
  )
}
