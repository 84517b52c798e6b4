// Every trunk with its figures; the name chooses the one that is looked at closely, figures open their calls.

import type { TrunkFigures, TrunkLoad } from '@tollbook/api/wire'
import { clock } from '../../format/duration.ts'
import { count, percent } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { FigureTools } from '../../parts/figure-chart.tsx'
import type { FigureData } from '../../parts/figure-table.tsx'
import { FigureTold, type Told } from '../../parts/figure-why.tsx'
import { Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { mayWrite } from '../../state/session.ts'
import { linkHere, linkTo, type View } from '../../state/view.ts'
import { keyOf } from './closest.ts'
import { callsAround, callsFrom, erlangText, hourText, trunkCalls } from './doors.ts'

type Column = {
  readonly key: string
  readonly name: string
  readonly unit?: string
  readonly wide?: boolean
  readonly value: (of: TrunkLoad['all']) => number | string | null
  readonly text: (of: TrunkLoad['all']) => string
  /** The instant whose hour the figure opens; else its calls of the range. */
  readonly hourAt?: (of: TrunkLoad['all']) => string | null
  readonly around?: boolean
  /** Its formula with its numbers, and what it says. */
  readonly told: (of: TrunkLoad['all']) => readonly [formula: string, about: string]
}

function columnsOf(view: View, load: TrunkLoad): readonly Column[] {
  const { column: c, tip } = messages().load
  const target = count(load.target, load.target < 1 ? 1 : 0)
  const whole = (n: number | null) => (n === null ? '–' : count(n))
  const one = (n: number | null | undefined, places = 1) => (n === null || n === undefined ? '–' : count(n, places))
  const shareOf = (n: number, { seizures }: TrunkLoad['all']) =>
    seizures > 0 ? tip.share(count(n), count(seizures), percent(n, seizures)) : ''
  const busyAt = (of: TrunkLoad['all']) => of.busyHour?.at ?? null
  return [
    {
      key: 'peak',
      name: c.peak,
      value: (f) => f.peak,
      text: (f) => whole(f.peak),
      hourAt: (f) => f.peakAt,
      around: true,
      told: (f) => [f.peakAt ? tip.peakAt(when('dayTime', view.zone, f.peakAt)) : '', tip.peak],
    },
    {
      ...{ key: 'talk_peak', name: c.talkPeak, wide: true, value: (f) => f.talkPeak, text: (f) => whole(f.talkPeak) },
      told: (f) => [f.capacity === null ? '' : tip.ofCapacity(whole(f.talkPeak), whole(f.capacity)), tip.talking],
    },
    {
      ...{ key: 'limit_seconds', name: c.limit, unit: messages().word.mss, value: (f) => f.limitSeconds },
      text: (f) => (f.limitSeconds === null ? '–' : clock(f.limitSeconds)),
      told: (f) => [
        f.capacity === null || f.limitSeconds === null ? '' : tip.limitF(whole(f.capacity), clock(f.limitSeconds)),
        tip.limit,
      ],
    },
    {
      ...{ key: 'met_full', name: c.met, wide: true, value: (f) => f.metFull, text: (f) => whole(f.metFull) },
      told: (f) => [shareOf(f.metFull ?? 0, f), tip.met],
    },
    {
      ...{
        key: 'congested',
        name: c.congested,
        wide: true,
        value: (f) => f.congested,
        text: (f) => whole(f.congested),
      },
      told: (f) => [shareOf(f.congested, f), tip.cause],
    },
    {
      ...{ key: 'seizures', name: c.seizures, wide: true, value: (f) => f.seizures, text: (f) => whole(f.seizures) },
      told: () => ['', tip.seizures],
    },
    {
      ...{ key: 'cps', name: 'CPS', wide: true, value: (f) => f.cps, text: (f) => whole(f.cps) },
      told: () => ['', tip.cps],
    },
    {
      ...{ key: 'busy_hour', name: c.busy, wide: true, hourAt: busyAt, value: busyAt },
      text: (f) => (f.busyHour ? when('dayTime', view.zone, f.busyHour.at) : '–'),
      told: (f) => [f.busyHour ? hourText(view, f.busyHour.at) : '', tip.busyHour],
    },
    {
      ...{ key: 'busy_erlangs', name: c.erlang, hourAt: busyAt, value: (f) => f.busyHour?.erlangs ?? null },
      text: (f) => one(f.busyHour?.erlangs),
      told: (f) => [f.busyHour ? erlangText(f.busyHour.erlangs) : '', tip.erlang],
    },
    {
      ...{ key: 'bhca', name: 'BHCA', wide: true, hourAt: busyAt, value: (f) => f.busyHour?.seizures ?? null },
      text: (f) => whole(f.busyHour?.seizures ?? null),
      told: (f) => [f.busyHour ? hourText(view, f.busyHour.at) : '', tip.bhca],
    },
    {
      ...{
        key: 'utilisation',
        name: c.utilisation,
        unit: '%',
        wide: true,
        hourAt: busyAt,
        value: (f) => f.utilisation,
      },
      text: (f) => one(f.utilisation),
      told: (f) => [
        f.busyHour && f.capacity !== null
          ? tip.utilisationF(one(f.busyHour.erlangs, 2), whole(f.capacity), one(f.utilisation))
          : '',
        tip.utilisation,
      ],
    },
    {
      ...{ key: 'blocking', name: c.blocking, unit: '%', wide: true, hourAt: busyAt, value: (f) => f.blocking },
      text: (f) => one(f.blocking, 2),
      told: (f) => [
        f.offered !== null && f.capacity !== null
          ? tip.blockingF(one(f.offered, 2), whole(f.capacity), one(f.blocking, 2))
          : '',
        tip.blocking,
      ],
    },
    {
      ...{ key: 'channels_needed', name: c.needed(target), hourAt: busyAt, value: (f) => f.channelsNeeded },
      text: (f) => whole(f.channelsNeeded),
      told: (f) => [
        f.busyHour && f.offered !== null ? tip.offeredF(one(f.busyHour.erlangs, 2), one(f.offered, 2)) : '',
        tip.needed(target),
      ],
    },
  ]
}

export function TrunkTable({ view, load, on }: { view: View; load: TrunkLoad; on: TrunkFigures | null }) {
  const m = messages()
  const columns = columnsOf(view, load)
  return (
    <Section
      title={m.load.byTrunk}
      hint={m.load.byTrunkHint}
      tools={<FigureTools data={dataOf(load, columns)} file={`trunks-${view.span.token.replaceAll('..', '-')}`} />}
    >
      <TableBox label={m.load.byTrunk} keys>
        <table class="t trunkload">
          <thead>
            <tr>
              <th>{m.load.column.trunk}</th>
              <th class="n">{m.load.column.capacity}</th>
              {columns.map((one) => (
                <th class={`n${one.wide ? ' wide' : ''}`}>
                  {one.name} {one.unit && <span class="u">{one.unit}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {load.trunks.map((trunk) => (
              <tr class={on?.id === trunk.id ? 'on' : undefined}>
                <td class="name">
                  <a
                    href={linkHere(view, { of: keyOf(trunk) })}
                    data-row
                    aria-current={on?.id === trunk.id ? 'true' : undefined}
                  >
                    {trunk.name || m.load.unnamed}
                  </a>
                </td>
                <td class="n">
                  <Capacity view={view} trunk={trunk} />
                </td>
                <Cells view={view} columns={columns} figures={trunk} trunk={trunk} />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td class="name">
                <a href={linkHere(view, { of: 'all' })}>{m.load.together}</a>
              </td>
              <td class="n">{load.all.capacity === null ? '–' : count(load.all.capacity)}</td>
              <Cells view={view} columns={columns} figures={load.all} trunk={null} />
            </tr>
          </tfoot>
        </table>
      </TableBox>
    </Section>
  )
}

/** The number is set with its carrier. */
function Capacity({ view, trunk }: { view: View; trunk: TrunkFigures }) {
  const m = messages().load
  if (trunk.id === null || !mayWrite(view.tenant)) return <>{trunk.capacity === null ? '–' : count(trunk.capacity)}</>
  return (
    <a href={linkTo(view, '/rates')} title={m.setFor(trunk.name)} class={trunk.capacity === null ? 'link' : undefined}>
      {trunk.capacity === null ? m.set : count(trunk.capacity)}
    </a>
  )
}

function Cells(props: {
  view: View
  columns: readonly Column[]
  figures: TrunkLoad['all']
  trunk: TrunkFigures | null
}) {
  const { figures, trunk } = props
  const m = messages().load
  // Filters of other pages do not narrow the load of a trunk: its calls open without them.
  const view = { ...props.view, filters: {} }
  const scope = trunk ? trunk.name || m.unnamed : m.together
  return (
    <>
      {props.columns.map((one) => {
        const at = one.hourAt?.(figures) ?? null
        const hour = at === null ? undefined : one.around ? callsAround(view, at, trunk) : callsFrom(view, at, trunk)
        const text = one.text(figures)
        return (
          <td class={`n nw${one.wide ? ' wide' : ''}`}>
            {text === '–' ? (
              text
            ) : (
              <FigureTold view={view} href={hour ?? trunkCalls(view, trunk)} scope={scope} told={toldOf(one, figures)}>
                {text}
              </FigureTold>
            )}
          </td>
        )
      })}
    </>
  )
}

function toldOf(column: Column, figures: TrunkLoad['all']): Told {
  const [formula, about] = column.told(figures)
  return { name: [column.name, column.unit].filter(Boolean).join(' '), formula, about }
}

function dataOf(load: TrunkLoad, columns: readonly Column[]): FigureData {
  const m = messages().load
  const values = (figures: TrunkLoad['all']) => [figures.capacity, ...columns.map((one) => one.value(figures))]
  return {
    of: m.column.trunk,
    ofKey: 'trunk',
    columns: [
      { key: 'capacity', name: m.column.capacity, show: String },
      ...columns.map((one) => ({ ...one, show: String })),
    ],
    rows: [
      ...load.trunks.map((trunk) => ({ name: trunk.name, key: trunk.name || 'none', values: values(trunk) })),
      { name: m.together, key: 'all', values: values(load.all) },
    ],
  }
}
