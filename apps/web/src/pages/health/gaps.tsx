// Times in which live events may have been missed, newest first, each with what filled it.

import type { GapRow } from '@tollbook/api/wire-health'
import { clock } from '../../format/duration.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import type { View } from '../../state/view.ts'

export function Gaps({ view, gaps }: { view: View; gaps: readonly GapRow[] }) {
  const m = messages()
  return (
    <Section id="gaps" title={m.health.gaps} hint={m.health.gapsHint}>
      {gaps.length === 0 ? (
        <p class="hint">{m.health.noGaps}</p>
      ) : (
        <TableBox label={m.health.gaps}>
          <table class="t cards tall">
            <thead>
              <tr>
                <th>{m.imports.source}</th>
                <th>{m.health.gapWhen}</th>
                <th class="n">
                  {m.health.gapLength} <span class="u">{m.word.mss}</span>
                </th>
                <th>{m.health.gapWhy}</th>
                <th>{m.health.gapState}</th>
              </tr>
            </thead>
            <tbody>
              {gaps.map((gap) => (
                <tr>
                  <td class="b nw lead">{gap.source}</td>
                  <td class="nw">
                    {when('dayTime', view.zone, gap.from)}
                    {gap.until && `–${when('minute', view.zone, gap.until)}`}
                  </td>
                  <td class="n">
                    {gap.until ? clock((Date.parse(gap.until) - Date.parse(gap.from)) / 1000) : m.health.goesOn}
                  </td>
                  <td>
                    {m.health.causes[gap.cause]}
                    {gap.detail && <span class="sub">{gap.detail}</span>}
                  </td>
                  <td class="any">
                    {gap.closedAt ? (
                      <span class="ok">
                        {m.health.closedBy(
                          gap.closedBy.slice(gap.closedBy.lastIndexOf('/') + 1),
                          when('dayTime', view.zone, gap.closedAt),
                        )}
                      </span>
                    ) : (
                      <span class={gap.until ? 'bad' : 'warn'}>{m.health.stillOpen}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableBox>
      )}
    </Section>
  )
}
