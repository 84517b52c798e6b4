// One metric over time: bars for what adds up, a line for what does not, the compared period dashed. A click opens the
// calls of its bucket.

import type { StatsAnswer } from '@tollbook/api/wire'
import type { ChartConfiguration } from 'chart.js'
import type { ComponentChildren as Kids } from 'preact'
import { currencySymbol } from '../format/money.ts'
import { count } from '../format/number.ts'
import { messages } from '../i18n/messages.ts'
import { callsBetween, type View } from '../state/view.ts'
import { type Bucket, bucketName, bucketsOf, type Grain, within, xTicks } from './buckets.ts'
import { axes, dayPlugin, type Paint, tooltipLook } from './chart.tsx'
import { FigureChart } from './figure-chart.tsx'
import type { FigureData } from './figure-table.tsx'
import { type MetricName, metricHeight, metricKind, metricText, metricUnit, metricWord } from './metric.ts'

export type OverTimeProps = {
  view: View
  title: string
  answer: StatsAnswer
  before: StatsAnswer | null
  grain: Grain
  metric: MetricName
  height: number
  tools?: Kids
  hint?: Kids
}

export function OverTime(props: OverTimeProps) {
  const m = messages()
  const { view, answer, grain, metric, before } = props
  const buckets = bucketsOf(answer, grain, view.zone)
  const heights = answer.rows.map((row) => metricHeight(metric, row[metric] ?? null))
  const peak = heights.indexOf(Math.max(...heights.map((one) => one ?? Number.NEGATIVE_INFINITY)))
  const symbol = currencySymbol(answer.currency)
  const text = (values: Readonly<Record<string, unknown>> | undefined) =>
    metricText(metric, (values?.[metric] ?? null) as string | number | null, symbol)
  const finding = [
    adds(metric) ? m.analyse.total(text(answer.total)) : '',
    buckets[peak] ? m.analyse.peak(text(answer.rows[peak]), bucketName(buckets[peak], grain, view.zone)) : '',
  ].join(' ')
  return (
    <FigureChart
      title={props.title}
      hint={props.hint}
      file={`${metric}-by-${grain}-${view.zone.replaceAll('/', '-')}`}
      finding={finding}
      height={props.height}
      tools={props.tools}
      legend={
        <>
          <span class="oc answered">{metricWord(metric)}</span>
          {before && view.vs !== 'none' && <span class="dashed">{m.overview.before[view.vs]}</span>}
        </>
      }
      data={tableOf(props, buckets)}
      make={(paint) => configure(props, buckets, paint)}
      deps={[answer, before, metric, grain, view.zone]}
      open={(i) => {
        const bucket = buckets[i]
        if (bucket) view.go(callsBetween(view, ...within(bucket, view.span)))
      }}
    />
  )
}

/** Counts, minutes and money add up to a total; ratios and durations do not, and are drawn as a line. */
function adds(metric: MetricName): boolean {
  const { unit } = metricKind(metric)
  return unit === 'count' || unit === 'min' || (unit === 'money' && metric !== 'arpm')
}

function tableOf({ view, answer, before, grain, metric }: OverTimeProps, buckets: readonly Bucket[]): FigureData {
  const m = messages()
  const show = (value: string | number | null) => metricText(metric, value)
  const compared = before && view.vs !== 'none' ? m.overview.before[view.vs] : undefined
  const unit = metricUnit(metric, answer.currency)
  return {
    of: m.overview.time,
    ofKey: 'from',
    columns: [
      { key: metric, name: metricWord(metric), unit, show },
      ...(compared ? [{ key: `${metric}_before`, name: compared, unit, show }] : []),
    ],
    rows: buckets.map((bucket, i) => ({
      name: bucketName(bucket, grain, view.zone),
      key: new Date(bucket.fromMs).toISOString(),
      href: callsBetween(view, ...within(bucket, view.span)),
      values: [answer.rows[i]?.[metric] ?? null, before?.rows[i]?.[metric] ?? null],
    })),
    total: [answer.total[metric] ?? null, before?.total[metric] ?? null],
  }
}

function configure(props: OverTimeProps, buckets: readonly Bucket[], paint: Paint): ChartConfiguration {
  const { view, answer, before, grain, metric } = props
  const m = messages()
  const look = axes(paint)
  const bars = adds(metric)
  const line = {
    type: 'line' as const,
    pointRadius: bars || buckets.length > 60 ? 0 : 2,
    tension: 0.2,
    spanGaps: false,
  }
  const compared = before && {
    ...line,
    label: view.vs === 'none' ? '' : m.overview.before[view.vs],
    data: buckets.map((_, i) => metricHeight(metric, before.rows[i]?.[metric] ?? null)),
    borderColor: paint('--compare'),
    borderDash: [4, 3],
    borderWidth: 1.25,
    pointRadius: 0,
  }
  const now = { label: metricWord(metric), data: answer.rows.map((row) => metricHeight(metric, row[metric] ?? null)) }
  const main = bars
    ? { ...now, type: 'bar' as const, backgroundColor: paint('--answered') }
    : { ...now, ...line, borderColor: paint('--answered'), backgroundColor: paint('--answered'), borderWidth: 2 }
  const symbol = currencySymbol(answer.currency)
  const shown = (set: number, i: number) =>
    metricText(metric, (compared && set === 0 ? before.rows[i]?.[metric] : answer.rows[i]?.[metric]) ?? null, symbol)
  return {
    type: 'bar',
    data: { labels: buckets.map((_, i) => i), datasets: [...(compared ? [compared] : []), main] },
    options: {
      interaction: { mode: 'index', intersect: false },
      datasets: {
        bar: { barPercentage: 1, categoryPercentage: buckets.length > 40 ? 0.82 : 0.72, maxBarThickness: 64 },
      },
      scales: {
        x: { ...look.x, ticks: { ...look.x.ticks, ...xTicks(buckets, grain, view.zone) } },
        y: { ...look.y, ticks: { ...look.y.ticks, callback: (value) => axisText(metric, Number(value)) } },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltipLook(paint),
          callbacks: {
            title: ([item]) => (item ? bucketName(buckets[item.dataIndex] as Bucket, grain, view.zone) : ''),
            label: (item) => ` ${item.dataset.label}: ${shown(item.datasetIndex, item.dataIndex)}`,
            footer: () => m.overview.clickBar,
          },
        },
      },
    },
    plugins: [dayPlugin(paint, buckets)],
  }
}

/** Heights of money are whole units of the currency. */
export function axisText(metric: MetricName, value: number): string {
  const { unit } = metricKind(metric)
  return unit === 's' ? metricText(metric, value) : count(value, Number.isInteger(value) ? 0 : 1)
}
