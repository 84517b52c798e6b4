// How long people talk, wait, and wait to be answered: exact percentiles, because an average hides the worst.

import type { StatsAnswer } from '@tollbook/api/wire'
import { messages } from '../../i18n/messages.ts'
import { FigureTools } from '../../parts/figure-chart.tsx'
import { FigureWhy } from '../../parts/figure-why.tsx'
import { Section } from '../../parts/frame.tsx'
import { type MetricName, metricText } from '../../parts/metric.ts'
import { callsOf, type View } from '../../state/view.ts'

const POINTS = [50, 90, 95, 99] as const
const KINDS = ['talk', 'wait', 'tta'] as const

export const PERCENTILES: readonly MetricName[] = KINDS.flatMap((kind) => POINTS.map((p) => `${kind}_p${p}` as const))

export function Percentiles({ view, answer }: { view: View; answer: StatsAnswer }) {
  const m = messages()
  const names = { talk: m.analyse.talk, wait: m.analyse.wait, tta: m.analyse.answer }
  const href = (kind: (typeof KINDS)[number]) => callsOf(view, kind === 'wait' ? {} : { outcome: 'answered' })
  const values = (kind: (typeof KINDS)[number]) => POINTS.map((p) => answer.total[`${kind}_p${p}`] ?? null)
  const data = {
    of: m.analyse.percentiles,
    ofKey: 'seconds',
    columns: POINTS.map((p) => ({
      key: `p${p}`,
      name: `p${p}`,
      show: (value: string | number | null) => metricText('talk_p50', value),
    })),
    rows: KINDS.map((kind) => ({ name: names[kind], key: kind, values: values(kind) })),
  }
  return (
    <Section
      title={m.analyse.percentiles}
      hint={m.analyse.percentilesHint}
      tools={<FigureTools data={data} file="percentiles" />}
    >
      <table class="t">
        <thead>
          <tr>
            <th>
              <span class="u">{m.word.mss}</span>
            </th>
            {POINTS.map((p) => (
              <th class="n">p{p}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {KINDS.map((kind) => (
            <tr>
              <td>
                <a href={href(kind)}>{names[kind]}</a>
              </td>
              {POINTS.map((p) => (
                <td class="n">
                  <FigureWhy
                    view={view}
                    metric={`${kind}_p${p}`}
                    values={answer.total}
                    currency={answer.currency}
                    href={href(kind)}
                    scope={m.analyse.allCalls}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
