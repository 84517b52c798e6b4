// Calls over time, stacked by outcome, with the period before as a dashed line. A click opens the bar's calls; the same
// figures as a table and as CSV for whoever cannot or will not read a chart.

import type { ChartConfiguration } from 'chart.js'
import { useMemo, useRef, useState } from 'preact/hooks'
import { count, percent } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { axes, ChartBox, dayPlugin, type Paint, tooltipLook } from '../../parts/chart.tsx'
import { OutcomeMark, outcomeToken } from '../../parts/figures.tsx'
import { Button, Section, Segments } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { language } from '../../state/preferences.ts'
import { daysIn } from '../../state/range.ts'
import { callsBetween, linkHere, type View } from '../../state/view.ts'
import { type Bucket, type Grain, type OverviewData, STACK } from './data.ts'

/** Failures are worth a line below the chart from this share and this many calls. */
const NOTABLE_SHARE = 0.25
const NOTABLE_CALLS = 5

export function CallsChart({ view, data, height }: { view: View; data: OverviewData; height: number }) {
  const m = messages()
  const [asTable, setAsTable] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const { grain, buckets } = data
  const totals = buckets.map((_, i) => STACK.reduce((sum, one) => sum + (data.series[one][i] ?? 0), 0))
  const peak = totals.indexOf(Math.max(...totals))
  const title = { hour: m.overview.byHour, day: m.overview.byDay, month: m.overview.byMonth }[grain]
  const name = (i: number) => bucketName(buckets[i] as Bucket, grain, view.zone)
  const open = (i: number) => {
    const bucket = buckets[i]
    if (bucket) view.go(callsBetween(view, bucket.fromMs, bucket.toMs))
  }
  // The chart draws again when the answer, the language or the height changes, and not on every render.
  const make = useMemo(() => (paint: Paint) => configure(data, view, paint, open), [data, language.value, view.zone])
  const days = daysIn(view.span)
  const tools = (
    <>
      {days > 1.1 && days <= 16 && (
        <Segments
          label={m.overview.grain}
          of={[
            { value: 'hour', text: m.overview.hour },
            { value: 'day', text: m.overview.day },
          ]}
          on={grain === 'hour' ? 'hour' : 'day'}
          onPick={(value) => view.go(linkHere(view, { grain: value }), true)}
        />
      )}
      <Button
        kind="quiet"
        icon={asTable ? 'chart-column' : 'table-2'}
        label={asTable ? m.overview.asChart : m.overview.asTable}
        pressed={asTable}
        onClick={() => setAsTable(!asTable)}
      />
      <Button kind="quiet" icon="download" label={m.overview.csv} onClick={() => saveCsv(data, view.zone)} />
      {!asTable && (
        <Button
          kind="quiet"
          icon="image-down"
          label={m.overview.png}
          onClick={() => savePng(box.current, fileName(data, view.zone))}
        />
      )}
    </>
  )
  return (
    <Section title={title} hint={<span class="wide">{m.overview.byHint}</span>} tools={tools}>
      <div class="legend">
        {STACK.filter((one) => one !== 'program' || data.outcomes.program.now > 0).map((one) => (
          <OutcomeMark outcome={one} />
        ))}
        {data.seriesBefore && view.vs !== 'none' && <span class="dashed">{m.overview.before[view.vs]}</span>}
      </div>
      <div ref={box}>
        {asTable ? (
          <BucketTable view={view} data={data} totals={totals} />
        ) : (
          <ChartBox
            make={make}
            height={height}
            label={`${title}. ${m.overview.chartLabel(m.word.calls(data.now.calls), peak >= 0 ? name(peak) : '')}`}
          />
        )}
      </div>
      <Notable view={view} data={data} totals={totals} />
    </Section>
  )
}

function configure(data: OverviewData, view: View, paint: Paint, open: (i: number) => void): ChartConfiguration {
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
      onClick: (_event, hits) => hits[0] && open(hits[0].index),
      onHover: (event, hits) => {
        const target = event.native?.target as HTMLElement | null
        if (target) target.style.cursor = hits.length > 0 ? 'pointer' : 'default'
      },
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
            footer: () => m.overview.clickBar,
          },
        },
      },
    },
    plugins: [dayPlugin(paint, buckets)],
  }
}

/** Hours carry the name of their day at noon (or hours when there is one day); days and months their own. */
function xTicks(buckets: readonly Bucket[], grain: Grain, zone: string) {
  const oneDay = buckets.length <= 25
  const text = (i: number): string | null => {
    const bucket = buckets[i]
    if (!bucket) return null
    if (grain === 'month') return when('month', zone, bucket.fromMs)
    if (grain === 'day')
      return buckets.length <= 8 ? when('weekdayOnly', zone, bucket.fromMs) : when('day', zone, bucket.fromMs)
    if (oneDay) return when('minute', zone, bucket.fromMs)
    const noon = when('minute', zone, bucket.fromMs) === '12:00'
    return noon
      ? when('weekday', zone, bucket.fromMs).replace(/,? [^ ]+$/, (month) => (buckets.length > 120 ? '' : month))
      : null
  }
  return {
    autoSkip: grain !== 'hour' || oneDay,
    callback: (_value: string | number, i: number) => text(i),
  }
}

function bucketName(bucket: Bucket, grain: Grain, zone: string): string {
  if (grain === 'month') return when('monthLong', zone, bucket.fromMs)
  if (grain === 'day') return when('weekday', zone, bucket.fromMs)
  return `${when('weekday', zone, bucket.fromMs)}, ${when('minute', zone, bucket.fromMs)}–${when('minute', zone, bucket.toMs)}`
}

function BucketTable({ view, data, totals }: { view: View; data: OverviewData; totals: readonly number[] }) {
  const m = messages()
  const shown = data.buckets.map((bucket, i) => ({ bucket, i })).filter(({ i }) => (totals[i] ?? 0) > 0)
  return (
    <div class="bucket-table">
      <TableBox label={m.overview.asTable}>
        <table class="t">
          <thead>
            <tr>
              <th>{m.overview.time}</th>
              {STACK.map((one) => (
                <th class="n">{m.word.outcome[one]}</th>
              ))}
              <th class="n">{m.overview.allCalls}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ bucket, i }) => (
              <tr>
                <td class="nw">
                  <a href={callsBetween(view, bucket.fromMs, bucket.toMs)}>
                    {bucketName(bucket, data.grain, view.zone)}
                  </a>
                </td>
                {STACK.map((one) => (
                  <td class="n">{count(data.series[one][i] ?? 0)}</td>
                ))}
                <td class="n b">{count(totals[i] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
    </div>
  )
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

function saveCsv(data: OverviewData, zone: string): void {
  const head = ['from', ...STACK].join(',')
  const lines = data.buckets.map((bucket, i) =>
    [new Date(bucket.fromMs).toISOString(), ...STACK.map((one) => data.series[one][i] ?? 0)].join(','),
  )
  save(new Blob([`${[head, ...lines].join('\n')}\n`], { type: 'text/csv' }), `${fileName(data, zone)}.csv`)
}

/** The chart as it is drawn now, on paper: the canvas itself has no ground. */
function savePng(box: HTMLElement | null, name: string): void {
  const drawn = box?.querySelector('canvas')
  if (!drawn) return
  const copy = document.createElement('canvas')
  copy.width = drawn.width
  copy.height = drawn.height
  const context = copy.getContext('2d')
  if (!context) return
  context.fillStyle = getComputedStyle(drawn.closest('main') ?? document.body).backgroundColor
  context.fillRect(0, 0, copy.width, copy.height)
  context.drawImage(drawn, 0, 0)
  copy.toBlob((blob) => blob && save(blob, `${name}.png`), 'image/png')
}

function fileName(data: OverviewData, zone: string): string {
  return `calls-by-${data.grain}-${zone.replaceAll('/', '-')}`
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
