// Calls over time, stacked by outcome, with the period before as a dashed line. A click opens the bar's calls; the same
// figures as a table and as CSV for whoever cannot or will not read a chart.

import type { ChartConfiguration } from 'chart.js'
import { count, percent } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { type Bucket, bucketName, xTicks } from '../../parts/buckets.ts'
import { axes, bandOfBarsPlugin, dayPlugin, type Paint, tooltipLook } from '../../parts/chart.tsx'
import { FigureChart } from '../../parts/figure-chart.tsx'
import type { FigureData } from '../../parts/figure-table.tsx'
import { OutcomeMark, outcomeToken } from '../../parts/figures.tsx'
import { Segments } from '../../parts/frame.tsx'
import type { Cell } from '../../parts/save-file.ts'
import type { Usual } from '../../parts/usual.ts'
import { daysIn } from '../../state/range.ts'
import { callsBetween, linkHere, type View } from '../../state/view.ts'
import { type OverviewData, STACK } from './data.ts'

/** Failures are worth a line below the chart from this share and this many calls. */
const NOTABLE_SHARE = 0.25
const NOTABLE_CALLS = 5

export function CallsChart({ view, data, height }: { view: View; data: OverviewData; height: number }) {
  const m = messages()
  const { grain, buckets } = data
  const totals = buckets.map((_, i) => STACK.reduce((sum, one) => sum + (data.series[one][i] ?? 0), 0))
  const peak = totals.indexOf(Math.max(...totals))
  const title = { hour: m.overview.byHour, day: m.overview.byDay, month: m.overview.byMonth }[grain]
  const days = daysIn(view.span)
  return (
    <FigureChart
      title={title}
      hint={<span class="wide">{m.overview.byHint}</span>}
      file={`calls-by-${grain}-${view.zone.replaceAll('/', '-')}`}
      finding={m.overview.chartLabel(
        m.word.calls(data.now.calls),
        peak >= 0 ? bucketName(buckets[peak] as Bucket, grain, view.zone) : '',
      )}
      height={height}
      legend={
        <>
          {STACK.filter((one) => one !== 'program' || data.outcomes.program.now > 0).map((one) => (
            <OutcomeMark outcome={one} />
          ))}
          {data.seriesBefore && view.vs !== 'none' && <span class="dashed">{m.overview.before[view.vs]}</span>}
          {data.usual && <span class="oc usual">{m.analyse.usual}</span>}
        </>
      }
      tools={
        days > 1.1 &&
        days <= 16 && (
          <Segments
            label={m.overview.grain}
            of={[
              { value: 'hour', text: m.overview.hour },
              { value: 'day', text: m.overview.day },
            ]}
            on={grain === 'hour' ? 'hour' : 'day'}
            onPick={(value) => view.go(linkHere(view, { grain: value }), true)}
          />
        )
      }
      data={tableOf(view, data, totals)}
      make={(paint) => configure(data, view, paint)}
      deps={[data, view.zone]}
      open={(i) => {
        const bucket = buckets[i]
        if (bucket) view.go(callsBetween(view, bucket.fromMs, bucket.toMs))
      }}
    >
      <Notable view={view} data={data} totals={totals} />
    </FigureChart>
  )
}

function configure(data: OverviewData, view: View, paint: Paint): ChartConfiguration {
  const m = messages()
  const { grain, buckets, seriesBefore } = data
  const look = axes(paint)
  const stacked = STACK.filter((one) => data.outcomes[one].now > 0)
  const line = seriesBefore && {
    type: 'line' as const,
    label: view.vs === 'none' ? '' : m.overview.before[view.vs],
    data: buckets.map((_, i) => seriesBefore[i] ?? null),
    borderColor: paint('--compare'),
    borderDash: [4, 3],
    borderWidth: 1.25,
    pointRadius: 0,
    tension: 0.3,
    stack: 'before',
  }
  const bars = stacked.map((one) => ({
    type: 'bar' as const,
    label: m.word.outcome[one],
    data: [...data.series[one]],
    backgroundColor: paint(outcomeToken(one)),
    stack: 'now',
  }))
  return {
    type: 'bar',
    data: { labels: buckets.map((_, i) => i), datasets: [...(line ? [line] : []), ...bars] },
    options: {
      interaction: { mode: 'index', intersect: false },
      datasets: {
        bar: { barPercentage: 1, categoryPercentage: buckets.length > 40 ? 0.82 : 0.72, maxBarThickness: 64 },
      },
      scales: {
        x: { ...look.x, stacked: true, ticks: { ...look.x.ticks, ...xTicks(buckets, grain, view.zone) } },
        y: { ...look.y, stacked: true, ticks: { ...look.y.ticks, callback: (value) => count(Number(value)) } },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltipLook(paint),
          callbacks: {
            title: ([item]) => (item ? bucketName(buckets[item.dataIndex] as Bucket, grain, view.zone) : ''),
            label: (item) => ` ${item.dataset.label}: ${count(item.parsed.y ?? 0)}`,
            afterBody: ([item]) => usualText(data.usual?.[item?.dataIndex ?? -1]),
            footer: () => m.overview.clickBar,
          },
        },
      },
    },
    plugins: [dayPlugin(paint, buckets), ...(data.usual ? [bandOfBarsPlugin(paint, data.usual)] : [])],
  }
}

function usualText(usual: Usual | undefined): string {
  if (!usual || usual.low === null || usual.high === null) return ''
  return `${messages().analyse.usualShort}: ${count(usual.low)}–${count(usual.high)}`
}

/** Hours without a call are left out: a week has many. */
function tableOf(view: View, data: OverviewData, totals: readonly number[]): FigureData {
  const m = messages()
  const show = (value: Cell) => count(Number(value ?? 0))
  const drawn = (value: Cell) => (value === null ? '–' : count(Number(value)))
  return {
    of: m.overview.time,
    ofKey: 'from',
    columns: [
      ...STACK.map((one) => ({ key: one, name: m.word.outcome[one], show })),
      { key: 'calls', name: m.overview.allCalls, show },
      ...(data.usual
        ? [
            { key: 'usual_low', name: m.analyse.low, show: drawn },
            { key: 'usual_high', name: m.analyse.high, show: drawn },
          ]
        : []),
    ],
    rows: data.buckets
      .map((bucket, i) => ({
        name: bucketName(bucket, data.grain, view.zone),
        key: new Date(bucket.fromMs).toISOString(),
        href: callsBetween(view, bucket.fromMs, bucket.toMs),
        values: [
          ...STACK.map((one) => data.series[one][i] ?? 0),
          totals[i] ?? 0,
          ...(data.usual ? [data.usual[i]?.low ?? null, data.usual[i]?.high ?? null] : []),
        ],
      }))
      .filter((_, i) => (totals[i] ?? 0) > 0),
  }
}

/** One line below the chart when a bucket stands out by its failures. */
function Notable({ view, data, totals }: { view: View; data: OverviewData; totals: readonly number[] }) {
  const failed = data.series.failed
  let worst = -1
  failed.forEach((n, i) => {
    const total = totals[i] ?? 0
    if (n >= NOTABLE_CALLS && n / total >= NOTABLE_SHARE && n > (failed[worst] ?? 0)) worst = i
  })
  const bucket = data.buckets[worst]
  if (!bucket) return null
  return (
    <p class="hint under">
      {messages().overview.failing(
        <a class="link" href={callsBetween(view, bucket.fromMs, bucket.toMs, { outcome: 'failed' })}>
          {bucketName(bucket, data.grain, view.zone)}
        </a>,
        percent(failed[worst] ?? 0, totals[worst] ?? 0),
      )}
    </p>
  )
}
