// The calls that cost customers most, each a link to its story and receipt.

import type { CallRow } from '@tollbook/api/wire'
import { clock } from '../../format/duration.ts'
import { currencySymbol } from '../../format/money.ts'
import { phone } from '../../format/phone.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { FigureTools } from '../../parts/figure-chart.tsx'
import type { FigureData } from '../../parts/figure-table.tsx'
import { Dash, Money } from '../../parts/figures.tsx'
import { Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { linkTo, type View } from '../../state/view.ts'

export function Dearest({ view, calls, currency }: { view: View; calls: readonly CallRow[]; currency: string }) {
  const m = messages()
  return (
    <Section
      title={m.analyse.dearest}
      hint={m.analyse.dearestHint}
      tools={<FigureTools data={dataOf(calls)} file={`dearest-${view.span.token.replaceAll('..', '-')}`} />}
    >
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
                    // How it came about, step by step, is the receipt of the call.
                    <a href={linkTo(view, `/calls/${call.key}`)}>
                      <Money amount={call.revenue} places={innerWidth <= 500 ? 2 : 'stored'} />
                    </a>
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

function dataOf(calls: readonly CallRow[]): FigureData {
  const m = messages().calls
  const show = (value: string | number | null) => String(value ?? '')
  return {
    of: m.start,
    ofKey: 'started_at',
    columns: (['call', 'account', 'to', 'talk_seconds', 'revenue'] as const).map((key) => ({ key, name: key, show })),
    rows: calls.map((call) => ({
      name: call.startedAt,
      key: call.startedAt,
      values: [call.key, call.account?.name ?? null, call.to, call.talkSeconds, call.revenue],
    })),
  }
}
