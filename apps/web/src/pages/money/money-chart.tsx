// Revenue and cost side by side over time, the margin as a line: below zero where calls were sold below cost.

import type { StatsAnswer } from '@tollbook/api/wire'
import type { ChartConfiguration } from 'chart.js'
import type { ComponentChildren as Kids } from 'preact'
import { currencySymbol } from '../../format/money.ts'
import { messages } from '../../i18n/messages.ts'
import { type Bucket, bucketName, bucketsOf, type Grain, within, xTicks } from '../../parts/buckets.ts'
import { axes, dayPlugin, type Paint, tooltipLook } from '../../parts/chart.tsx'
import { FigureChart } from '../../parts/figure-chart.tsx'
import { metricHeight, metricText, metricUnit, metricWord } from '../../parts/metric.ts'
import { axisText } from '../../parts/over-time.tsx'
import { callsBetween, type View } from '../../state/view.ts'

const SHOWN = ['margin', 'revenue', 'cost'] as const
type Props = { view: View; answer: StatsAnswer; grain: Grain; height: number; tools?: Kids }

export function MoneyChart(props: Props) {
  const { view, answer, grain } = props
  const m = messages()
  const buckets = bucketsOf(answer, grain, view.zone)
  const symbol = currencySymbol(answer.currency)
  return (
    <FigureChart
      title={`${m.analyse.moneyOver} ${m.analyse.by[grain]}`}
      hint={metricUnit('revenue', answer.currency)}
      file={`money-by-${grain}-${view.zone.replaceAll('/', '-')}`}
      finding={SHOWN.map((one) => `${metricWord(one)} ${metricText(one, answer.total[one] ?? null, symbol)}.`).join(
        ' ',
      )}
      height={props.height}
      tools={props.tools}
      legend={
        <>
          <span class="oc answered">{metricWord('revenue')}</span>
          <span class="oc busy">{metricWord('cost')}</span>
          <span class="oc margin">{metricWord('margin')}</span>
        </>
      }
      data={{
        of: m.overview.time,
        ofKey: 'from',
        columns: SHOWN.map((one) => ({
          key: one,
          name: metricWord(one),
          unit: metricUnit(one, answer.currency),
          show: (value: string | number | null) => metricText(one, value),
        })),
        rows: buckets.map((bucket, i) => ({
          name: bucketName(bucket, grain, view.zone),
          key: new Date(bucket.fromMs).toISOString(),
          href: callsBetween(view, ...within(bucket, view.span)),
          values: SHOWN.map((one) => answer.rows[i]?.[one] ?? null),
        })),
        total: SHOWN.map((one) => answer.total[one] ?? null),
      }}
      make={(paint) => configure(props, buckets, paint)}
      deps={[answer, grain, view.zone]}
      open={(i) => {
        const bucket = buckets[i]
        if (bucket) view.go(callsBetween(view, ...within(bucket, view.span)))
      }}
    />
  )
}

function configure({ view, answer, grain }: Props, buckets: readonly Bucket[], paint: Paint): ChartConfiguration {
  const m = messages()
  const look = axes(paint)
  const symbol = currencySymbol(answer.currency)
  const of = (metric: (typeof SHOWN)[number]) => ({
    label: metricWord(metric),
    data: answer.rows.map((row) => metricHeight(metric, row[metric] ?? null)),
  })
  return {
    type: 'bar',
    data: {
      labels: buckets.map((_, i) => i),
      datasets: [
        {
          ...of('margin'),
          type: 'line',
          borderColor: paint('--ink'),
          backgroundColor: paint('--ink'),
          borderWidth: 1.5,
          pointRadius: 2,
          tension: 0.2,
        },
        { ...of('revenue'), type: 'bar', backgroundColor: paint('--answered') },
        { ...of('cost'), type: 'bar', backgroundColor: paint('--busy') },
      ],
    },
    options: {
      interaction: { mode: 'index', intersect: false },
      datasets: { bar: { barPercentage: 0.95, categoryPercentage: 0.72, maxBarThickness: 40 } },
      scales: {
        x: { ...look.x, ticks: { ...look.x.ticks, ...xTicks(buckets, grain, view.zone) } },
        y: { ...look.y, ticks: { ...look.y.ticks, callback: (value) => axisText('revenue', Number(value)) } },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltipLook(paint),
          callbacks: {
            title: ([item]) => (item ? bucketName(buckets[item.dataIndex] as Bucket, grain, view.zone) : ''),
            label: (item) => {
              const metric = SHOWN[item.datasetIndex] ?? 'margin'
              const value = answer.rows[item.dataIndex]?.[metric] ?? null
              return ` ${item.dataset.label}: ${metricText(metric, value, symbol)}`
            },
            footer: () => m.overview.clickBar,
          },
        },
      },
    },
    plugins: [dayPlugin(paint, buckets)],
  }
}
