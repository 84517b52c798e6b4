// One day, hour by hour, against the middle half of the eight same weekdays before it and against the last of them.

import type { ChartConfiguration } from 'chart.js'
import { currencySymbol } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { axes, bandPlugin, type Paint, tooltipLook } from '../../parts/chart.tsx'
import { FigureChart } from '../../parts/figure-chart.tsx'
import type { FigureData } from '../../parts/figure-table.tsx'
import { metricHeight, metricText, metricUnit, metricWord } from '../../parts/metric.ts'
import { axisText } from '../../parts/over-time.tsx'
import { stamp } from '../../state/range.ts'
import { callsBetween, linkHere, type View } from '../../state/view.ts'
import type { DayData, DayHour, Measure } from './data.ts'

type Props = { view: View; data: DayData; measure: Measure; height: number }

export function Day(props: Props) {
  const { view, data, measure } = props
  const m = messages()
  const day = when('weekday', view.zone, data.fromMs)
  const known = data.hours.filter((one) => one.low !== null && metricHeight(measure, one.now) !== null)
  const inside = known.filter((one) => {
    const height = metricHeight(measure, one.now) ?? 0
    return height >= (one.low ?? 0) && height <= (one.high ?? 0)
  })
  return (
    <FigureChart
      title={m.analyse.dayTitle(day)}
      hint={m.analyse.dayHint(metricWord(measure))}
      file={`${measure}-${stamp(view.zone, data.fromMs)}-against-usual`}
      finding={m.analyse.dayFinding(count(inside.length), count(known.length))}
      height={props.height}
      tools={
        <input
          type="date"
          class="day-pick"
          aria-label={m.analyse.pickDay}
          value={stamp(view.zone, data.fromMs)}
          onChange={(event) => {
            if (event.currentTarget.value) view.go(linkHere(view, { day: event.currentTarget.value }), true)
          }}
        />
      }
      legend={
        <>
          <span class="oc answered">{day}</span>
          <span class="dashed">{m.analyse.sameBefore}</span>
          <span class="oc usual">{m.analyse.usual}</span>
        </>
      }
      data={tableOf(props)}
      make={(paint) => configure(props, paint)}
      deps={[data, measure, view.zone]}
      open={(i) => {
        const hour = data.hours[i]
        if (hour) view.go(callsBetween(view, hour.fromMs, hour.fromMs + 3_600_000))
      }}
    />
  )
}

function tableOf({ view, data, measure }: Props): FigureData {
  const m = messages()
  const unit = metricUnit(measure, data.currency)
  const show = (value: string | number | null) => metricText(measure, value)
  const drawn = (value: string | number | null) => (value === null ? '–' : axisText(measure, Number(value)))
  return {
    of: m.overview.time,
    ofKey: 'from',
    columns: [
      { key: measure, name: metricWord(measure), unit, show },
      { key: `${measure}_week_before`, name: m.analyse.sameBefore, unit, show },
      { key: 'usual_low', name: m.analyse.low, unit, show: drawn },
      { key: 'usual_high', name: m.analyse.high, unit, show: drawn },
    ],
    rows: data.hours.map((one) => ({
      name: when('minute', view.zone, one.fromMs),
      key: new Date(one.fromMs).toISOString(),
      href: callsBetween(view, one.fromMs, one.fromMs + 3_600_000),
      values: [one.now, one.weekBefore, one.low, one.high],
    })),
  }
}

function configure({ view, data, measure }: Props, paint: Paint): ChartConfiguration {
  const m = messages()
  const look = axes(paint)
  const { hours } = data
  const symbol = currencySymbol(data.currency)
  const line = { type: 'line' as const, pointRadius: 0, tension: 0.25 }
  const text = (one: DayHour | undefined, set: number) =>
    metricText(measure, (set === 0 ? one?.weekBefore : one?.now) ?? null, symbol)
  return {
    type: 'line',
    data: {
      labels: hours.map((one) => when('minute', view.zone, one.fromMs)),
      datasets: [
        {
          ...line,
          label: m.analyse.sameBefore,
          data: hours.map((one) => metricHeight(measure, one.weekBefore)),
          borderColor: paint('--compare'),
          borderDash: [4, 3],
          borderWidth: 1.5,
        },
        {
          ...line,
          label: when('weekday', view.zone, data.fromMs),
          data: hours.map((one) => metricHeight(measure, one.now)),
          borderColor: paint('--answered'),
          borderWidth: 2.25,
        },
      ],
    },
    options: {
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: look.x,
        y: {
          ...look.y,
          suggestedMax: Math.max(0, ...hours.map((one) => one.high ?? 0)),
          ticks: { ...look.y.ticks, callback: (value) => axisText(measure, Number(value)) },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltipLook(paint),
          callbacks: {
            label: (item) => ` ${item.dataset.label}: ${text(hours[item.dataIndex], item.datasetIndex)}`,
            afterBody: ([item]) => usualText(measure, hours[item?.dataIndex ?? -1]),
            footer: () => m.overview.clickBar,
          },
        },
      },
    },
    plugins: [bandPlugin(paint, hours)],
  }
}

function usualText(measure: Measure, hour: DayHour | undefined): string {
  if (!hour || hour.low === null || hour.high === null) return ''
  return `${messages().analyse.usualShort}: ${axisText(measure, hour.low)}–${axisText(measure, hour.high)}`
}
