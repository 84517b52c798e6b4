// Key figures of the trunk looked at; each opens its calls and explains itself with its own numbers.

import type { LoadFigures, TrunkFigures, TrunkLoad } from '@tollbook/api/wire'
import type { ComponentChildren as Kids } from 'preact'
import { useId } from 'preact/hooks'
import { clock } from '../../format/duration.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Scope } from '../../parts/figure-why.tsx'
import type { View } from '../../state/view.ts'
import { callsAround, callsFrom, hourText, trunkCalls } from './doors.ts'

type Figures = LoadFigures & TrunkLoad['all']

export type KeysProps = {
  view: View
  load: TrunkLoad
  figures: Figures
  trunk: TrunkFigures | null
  name: string
}

export function LoadKeys({ view, load, figures, trunk, name }: KeysProps) {
  const m = messages()
  const { key: k, tip } = m.load
  const { capacity, peakAt, busyHour } = figures
  const all = trunkCalls(view, trunk)
  const sliding = load.chosen.busyHours.sliding
  const target = count(load.target, load.target < 1 ? 1 : 0)
  const busy = busyHour ? callsFrom(view, busyHour.at, trunk) : all
  const more = figures.channelsNeeded !== null && capacity !== null ? figures.channelsNeeded - capacity : 0
  return (
    <section class="kpis six" aria-label={name}>
      <Key
        {...{ view, scope: name }}
        label={k.peak}
        value={count(figures.peak)}
        unit={capacity === null ? '' : k.of(count(capacity))}
        href={peakAt ? callsAround(view, peakAt, trunk) : all}
        under={peakAt && k.firstAt(when('dayTime', view.zone, peakAt))}
        tip={[
          tip.peak,
          peakAt ? tip.peakAt(when('time', view.zone, peakAt)) : '',
          tip.talkPeak(count(figures.talkPeak)),
        ]}
      />
      <Key
        {...{ view, scope: name }}
        label={k.limit}
        value={figures.limitSeconds === null ? '–' : clock(figures.limitSeconds)}
        unit={figures.limitSeconds === null ? '' : (figures.limitSeconds ?? 0) >= 3600 ? m.word.hmmss : m.word.mss}
        href={all}
        under={figures.metFull === null ? k.noCapacity : k.met(count(figures.metFull))}
        tip={[tip.limit, figures.metFull === null ? '' : tip.met, tip.congested(count(figures.congested))]}
      />
      <Key
        {...{ view, scope: name }}
        label={k.busy}
        value={sliding ? when('minute', view.zone, sliding.at) : '–'}
        unit={sliding ? `–${when('minute', view.zone, Date.parse(sliding.at) + 3_600_000)}` : ''}
        href={sliding ? callsFrom(view, sliding.at, trunk) : all}
        under={sliding && k.erlang(count(sliding.erlangs, 1), count(sliding.seizures))}
        tip={[tip.sliding, sliding ? hourText(view, sliding.at) : '']}
      />
      <Key
        {...{ view, scope: name }}
        label={k.blocking}
        value={figures.blocking === null ? '–' : count(figures.blocking, 1)}
        unit={figures.blocking === null ? '' : '%'}
        href={busy}
        under={capacity === null ? k.noCapacity : k.erlangB(count(capacity))}
        tip={[
          figures.offered !== null && figures.blocking !== null && capacity !== null
            ? tip.blockingF(count(figures.offered, 2), count(capacity), count(figures.blocking, 2))
            : '',
          tip.blocking,
        ]}
      />
      <Key
        {...{ view, scope: name }}
        label={k.needed(target)}
        value={figures.channelsNeeded === null ? '–' : count(figures.channelsNeeded)}
        unit={more > 0 ? `+${count(more)}` : ''}
        href={busy}
        under={figures.offered === null ? k.allItCould : k.offered(count(figures.offered, 1))}
        tip={[
          busyHour && figures.offered !== null
            ? tip.offeredF(count(busyHour.erlangs, 2), count(figures.offered, 2))
            : '',
          tip.needed(target),
        ]}
      />
      <Key
        {...{ view, scope: name }}
        last
        label={k.utilisation}
        value={figures.utilisation === null ? '–' : count(figures.utilisation, 1)}
        unit={figures.utilisation === null ? '' : '%'}
        href={busy}
        under={k.mean(count(figures.erlangs, 1))}
        tip={[
          busyHour && capacity !== null && figures.utilisation !== null
            ? tip.utilisationF(count(busyHour.erlangs, 2), count(capacity), count(figures.utilisation, 1))
            : '',
          tip.utilisation,
        ]}
      />
    </section>
  )
}

type KeyProps = {
  view: View
  scope: string
  label: string
  value: string
  unit: string
  href: string
  under: Kids
  /** The formula first; empty lines are left out. */
  tip: readonly string[]
  last?: boolean
}

function Key(props: KeyProps) {
  const id = useId()
  const lines = props.tip.filter((line) => line !== '')
  return (
    <div class={`kpi ${props.last ? 'last' : ''}`}>
      <a class="kpia" href={props.href} aria-describedby={id}>
        <span class="l">{props.label}</span>
        <span class="v">
          {props.value}
          {props.unit && <small>{props.unit}</small>}
        </span>
      </a>
      <span class="d">{props.under}</span>
      <div class="pop tip" role="tooltip" id={id}>
        {lines.map((line, i) => (
          <span class={i === 0 && lines.length > 1 ? 'f' : undefined}>{line}</span>
        ))}
        <Scope view={{ ...props.view, filters: {} }} of={props.scope} />
      </div>
    </div>
  )
}
