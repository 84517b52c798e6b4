// The busy hour by the four methods that have names, and how the hours of the clock compare.

import type { TrunkFigures, TrunkLoad } from '@tollbook/api/wire'
import type { ChartConfiguration } from 'chart.js'
import { two } from '../../format/duration.ts'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { axes, type Paint, tooltipLook } from '../../parts/chart.tsx'
import { FigureChart, FigureTools } from '../../parts/figure-chart.tsx'
import { FigureTold } from '../../parts/figure-why.tsx'
import { Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import type { View } from '../../state/view.ts'
import { callsFrom, callsOnClock, erlangText, hourText, trunkCalls } from './doors.ts'

type Props = { view: View; load: TrunkLoad; trunk: TrunkFigures | null; name: string }

export function BusyHours(props: Props) {
  return (
    <div class="cols two">
      <Methods {...props} />
      <ByClock {...props} />
    </div>
  )
}

function Methods({ view, load, trunk, name }: Props) {
  const m = messages().load
  const { fixed, sliding, timeConsistent, dailyPeaks } = load.chosen.busyHours
  const all = trunkCalls(view, trunk)
  const from = (hour: { at: string } | null) => (hour ? callsFrom(view, hour.at, trunk) : all)
  const rows = [
    { ...m.method.fixed, when: fixed && hourText(view, fixed.at), at: fixed?.at, hour: fixed, href: from(fixed) },
    {
      ...m.method.sliding,
      when: sliding && hourText(view, sliding.at),
      at: sliding?.at,
      hour: sliding,
      href: from(sliding),
    },
    {
      ...m.method.consistent,
      ...{ when: timeConsistent && clockText(timeConsistent.clock), at: undefined, hour: timeConsistent },
      href: timeConsistent ? callsOnClock(view, timeConsistent.clock, trunk) : all,
    },
    { ...m.method.daily, when: dailyPeaks && m.days(dailyPeaks.days), at: undefined, hour: dailyPeaks, href: all },
  ]
  return (
    <Section
      title={m.busyHours}
      hint={name}
      tools={
        <FigureTools
          file={`busy-hours-${load.chosen.trunk}`}
          data={{
            of: m.methodHead,
            ofKey: 'method',
            columns: ['when', 'erlangs', 'bhca'].map((key) => ({ key, name: key, show: String })),
            rows: rows.map((row) => ({
              name: row.name,
              key: row.name,
              values: [row.at ?? row.when, row.hour?.erlangs ?? null, row.hour?.seizures ?? null],
            })),
          }}
        />
      }
    >
      <TableBox label={m.busyHours}>
        <table class="t">
          <thead>
            <tr>
              <th>{m.methodHead}</th>
              <th>{m.when}</th>
              <th class="n">{m.column.erlang}</th>
              <th class="n wide">BHCA</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                <td>
                  <b class="b">{row.name}</b> <span class="hint wide">{row.about}</span>
                </td>
                <td>{row.when ?? '–'}</td>
                <td class="n">
                  {row.hour ? (
                    <FigureTold
                      {...{ view, scope: name, href: row.href }}
                      told={{
                        name: `${row.name}: ${row.about}`,
                        formula: erlangText(row.hour.erlangs),
                        about: m.tip.erlang,
                      }}
                    >
                      {count(row.hour.erlangs, 2)}
                    </FigureTold>
                  ) : (
                    '–'
                  )}
                </td>
                <td class="n wide">
                  {row.hour ? (
                    <FigureTold
                      {...{ view, scope: name, href: row.href }}
                      told={{ name: `BHCA, ${row.name}`, formula: row.when ?? '', about: m.tip.bhca }}
                    >
                      {count(row.hour.seizures, row.at ? 0 : 1)}
                    </FigureTold>
                  ) : (
                    '–'
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

function ByClock({ view, load, trunk }: Props) {
  const m = messages()
  const { hours } = load.chosen
  const best = hours.reduce((most, one) => (one.erlangs > most.erlangs ? one : most), hours[0] ?? NOTHING)
  return (
    <FigureChart
      title={m.load.clock}
      hint={m.load.clockHint}
      file={`erlangs-by-clock-${load.chosen.trunk}`}
      finding={m.load.clockFinding(clockText(best.clock), count(best.erlangs, 1))}
      height={180}
      data={{
        of: m.load.when,
        ofKey: 'hour',
        columns: [
          { key: 'erlangs', name: m.load.column.erlang, show: (n) => count(Number(n), 2) },
          { key: 'peak', name: m.load.column.peak, show: (n) => count(Number(n)) },
        ],
        rows: hours.map((one) => ({
          name: clockText(one.clock),
          key: String(one.clock),
          href: callsOnClock(view, one.clock, trunk),
          values: [one.erlangs, one.peak],
        })),
      }}
      make={(paint) => configure(load, paint)}
      deps={[load]}
      open={(i) => {
        const hour = hours[i]
        if (hour) view.go(callsOnClock(view, hour.clock, trunk))
      }}
    />
  )
}

const NOTHING = { clock: 0, erlangs: 0, peak: 0 }

function configure(load: TrunkLoad, paint: Paint): ChartConfiguration {
  const { hours } = load.chosen
  const look = axes(paint)
  return {
    type: 'bar',
    data: {
      labels: hours.map((one) => two(one.clock)),
      datasets: [
        {
          label: messages().load.column.erlang,
          data: hours.map((one) => one.erlangs),
          backgroundColor: paint('--answered'),
        },
      ],
    },
    options: {
      interaction: { mode: 'index', intersect: false },
      datasets: { bar: { barPercentage: 1, categoryPercentage: 0.76 } },
      scales: { ...look, y: { ...look.y, ticks: { ...look.y.ticks, precision: 1 } } },
      plugins: {
        legend: { display: false },
        tooltip: {
          ...tooltipLook(paint),
          callbacks: {
            title: ([item]) => (item ? clockText(hours[item.dataIndex]?.clock ?? 0) : ''),
            label: (item) => ` ${item.dataset.label}: ${count(Number(item.raw), 2)}`,
            footer: () => messages().overview.clickBar,
          },
        },
      },
    },
  }
}

function clockText(hour: number): string {
  return `${two(hour)}:00–${two((hour + 1) % 24)}:00`
}
