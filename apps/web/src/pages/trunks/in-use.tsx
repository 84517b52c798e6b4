// Channels in use against the limit: the highest number of each interval as steps, its mean as a line, time at the limit hatched.

import type { TrunkFigures, TrunkLoad } from '@tollbook/api/wire'
import type { ChartConfiguration, Plugin } from 'chart.js'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { localTime, weekday } from '../../format/zone.ts'
import { messages } from '../../i18n/messages.ts'
import { axes, dayPlugin, type Paint, tooltipLook } from '../../parts/chart.tsx'
import { FigureChart } from '../../parts/figure-chart.tsx'
import type { FigureData } from '../../parts/figure-table.tsx'
import { callsBetween, type View } from '../../state/view.ts'
import { proseTime } from '../health/verdict.tsx'
import { trunkFilter } from './doors.ts'

export type InUseProps = { view: View; load: TrunkLoad; trunk: TrunkFigures | null; name: string }
type Points = TrunkLoad['chosen']['series']['points']

export function InUse(props: InUseProps) {
  const { view, load, trunk, name } = props
  const m = messages().load
  const { points, seconds } = load.chosen.series
  const limit = trunk?.capacity ?? null
  const figures = trunk ?? load.all
  const full = points.some((point) => point.limitSeconds > 0)
  const finding = [
    figures.peakAt === null ? '' : m.finding(count(figures.peak), when('dayTime', view.zone, figures.peakAt)),
    full ? m.findingFull(proseTime(trunk?.limitSeconds ?? 0)) : '',
  ].join(' ')
  return (
    <FigureChart
      title={name}
      hint={m.per(proseTime(seconds))}
      file={`channels-in-use-${load.chosen.trunk}`}
      finding={finding}
      height={innerWidth <= 500 ? 200 : 240}
      legend={
        <>
          <span class="oc answered">{m.inUse}</span>
          <span class="oc margin">{m.average}</span>
          {full && <span class="oc failed">{m.atLimit}</span>}
          {limit !== null && <span class="dashed">{m.capacityOf(count(limit))}</span>}
        </>
      }
      data={tableOf(props)}
      make={(paint) => configure(props, paint)}
      deps={[load, trunk?.capacity, view.zone]}
      open={(i) => {
        const point = points[i]
        if (point) view.go(bucketCalls(props, point.at))
      }}
    />
  )
}

function bucketCalls({ view, load, trunk }: InUseProps, at: string): string {
  const from = Date.parse(at)
  const to = Math.min(from + load.chosen.series.seconds * 1000, Date.parse(load.to))
  return callsBetween(view, from, to, trunkFilter(trunk))
}

function tableOf(props: InUseProps): FigureData {
  const { view, load } = props
  const m = messages()
  return {
    of: m.overview.time,
    ofKey: 'from',
    columns: [
      { key: 'peak', name: m.load.inUse, show: (n) => count(Number(n)) },
      { key: 'average', name: m.load.average, show: (n) => count(Number(n), 2) },
      { key: 'limit_seconds', name: m.load.atLimit, unit: 's', show: (n) => count(Number(n)) },
    ],
    rows: load.chosen.series.points.map((point) => ({
      name: when('dayTime', view.zone, point.at),
      key: point.at,
      href: bucketCalls(props, point.at),
      values: [point.peak, point.average, point.limitSeconds],
    })),
  }
}

function configure(props: InUseProps, paint: Paint): ChartConfiguration {
  const { view, load, trunk } = props
  const m = messages()
  const { points } = load.chosen.series
  const look = axes(paint)
  const limit = trunk?.capacity ?? null
  const line = { type: 'line' as const, pointRadius: 0, tension: 0 }
  const shown = [
    {
      ...line,
      label: m.load.average,
      data: points.map((p) => p.average),
      borderColor: paint('--ink'),
      borderWidth: 1.25,
    },
    {
      ...line,
      ...{ label: m.load.inUse, data: points.map((p) => p.peak), stepped: 'middle' as const, borderWidth: 1.5 },
      borderColor: paint('--answered'),
    },
    { type: 'bar' as const, label: '', data: points.map((p) => p.peak), backgroundColor: paint('--seq-1') },
  ]
  return {
    type: 'bar',
    data: { labels: points.map((_, i) => i), datasets: shown },
    options: {
      interaction: { mode: 'index', intersect: false },
      datasets: { bar: { barPercentage: 1, categoryPercentage: 1 } },
      scales: {
        x: { ...look.x, ticks: { ...look.x.ticks, ...ticksOf(points, view.zone) } },
        y: { ...look.y, ...(limit === null ? {} : { suggestedMax: limit }) },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltipLook(paint),
          filter: (item) => item.datasetIndex < 2,
          callbacks: {
            title: ([item]) => (item ? when('dayTime', view.zone, points[item.dataIndex]?.at ?? 0) : ''),
            label: (item) => ` ${item.dataset.label}: ${count(Number(item.raw), item.datasetIndex === 0 ? 1 : 0)}`,
            afterBody: ([item]) => limitLine(points, item?.dataIndex),
            footer: () => m.overview.clickBar,
          },
        },
      },
    },
    plugins: [
      dayPlugin(paint, daysOf(points, load.chosen.series.seconds, view.zone)),
      limitPlugin(paint, points, limit),
    ],
  }
}

function limitLine(points: Points, i: number | undefined): string {
  const seconds = points[i ?? -1]?.limitSeconds ?? 0
  return seconds > 0 ? messages().load.limitFor(proseTime(seconds)) : ''
}

/** The limit dashed across, and behind it a hatch wherever it was reached. */
function limitPlugin(paint: Paint, points: Points, limit: number | null): Plugin {
  return {
    id: 'limit',
    afterDatasetsDraw({ ctx, chartArea, scales: { x, y } }) {
      if (!x || !y || limit === null) return
      const top = y.getPixelForValue(limit)
      const width = chartArea.width / Math.max(1, points.length)
      ctx.save()
      ctx.strokeStyle = paint('--failed')
      ctx.lineWidth = 1.5
      points.forEach((point, i) => {
        if (point.limitSeconds === 0) return
        const left = x.getPixelForValue(i) - Math.max(width, 3) / 2
        ctx.save()
        ctx.beginPath()
        ctx.rect(left, top, Math.max(width, 3), chartArea.bottom - top)
        ctx.clip()
        ctx.beginPath()
        for (let at = Math.floor((left - chartArea.height) / 6) * 6; at < left + width + 6; at += 6) {
          ctx.moveTo(at, chartArea.bottom)
          ctx.lineTo(at + chartArea.height, chartArea.bottom - chartArea.height)
        }
        ctx.stroke()
        ctx.restore()
      })
      ctx.strokeStyle = paint('--ink-2')
      ctx.setLineDash([5, 4])
      ctx.beginPath()
      ctx.moveTo(chartArea.left, top)
      ctx.lineTo(chartArea.right, top)
      ctx.stroke()
      ctx.restore()
    },
  }
}

/** Of one day its hours; of several the day's name where it begins, as many as have room. */
function ticksOf(points: Points, zone: string) {
  const dates = points.map((point) => when('day', zone, point.at))
  const days = new Set(dates).size
  if (days <= 2) {
    return {
      autoSkip: true,
      callback: (_: unknown, i: number) => (points[i] ? when('minute', zone, points[i].at) : null),
    }
  }
  const step = Math.ceil(days / (innerWidth <= 500 ? 4 : 10))
  const firsts = dates.flatMap((date, i) => (i === 0 || date !== dates[i - 1] ? [i] : []))
  const named = new Set(firsts.filter((_, n) => n % step === 0))
  return { autoSkip: false, callback: (_: unknown, i: number) => (named.has(i) ? (dates[i] ?? null) : null) }
}

/** A mark at each midnight of more days than these is a hatch. */
const MOST_MARKED = 62

function daysOf(points: Points, seconds: number, zone: string) {
  const few = points.length * seconds <= MOST_MARKED * 86_400
  return points.map((point) => {
    const at = Date.parse(point.at)
    const { hour, minute } = localTime(zone, at)
    const whole = seconds <= 86_400
    return {
      weekend: whole && [0, 6].includes(weekday(zone, at)),
      midnight: few && seconds < 86_400 && hour === 0 && minute * 60 < seconds,
    }
  })
}
