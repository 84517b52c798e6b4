// The sentence of Trunks: which was full and for how long, or how close the closest came, and how many channels are needed.

import type { TrunkFigures, TrunkLoad } from '@tollbook/api/wire'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { linkTo, type View } from '../../state/view.ts'
import { proseTime } from '../health/verdict.tsx'
import { closestOf } from './closest.ts'
import { callsAround, trunkCalls } from './doors.ts'

export function Verdict({ view, load }: { view: View; load: TrunkLoad }) {
  const { say } = messages().load
  const full = load.trunks
    .filter((one) => (one.limitSeconds ?? 0) > 0)
    .toSorted((a, b) => (b.limitSeconds ?? 0) - (a.limitSeconds ?? 0))
  const worst = full[0]
  const closest = closestOf(load)
  if (worst) {
    return (
      <p class="say note warn load-say">
        <span>
          {say.full(<b>{nameOf(worst)}</b>, <b>{proseTime(worst.limitSeconds ?? 0)}</b>)}
          {(worst.metFull ?? 0) > 0 &&
            say.met(<a href={trunkCalls(view, worst)}>{count(worst.metFull ?? 0)}</a>, worst.metFull ?? 0)}
          {needs(worst, load.target)}
          {worst.capacity !== null && worst.peak > worst.capacity && say.over(count(worst.peak))}
          {full.length > 1 && say.others(full.length - 1)}
        </span>
      </p>
    )
  }
  const any = closest ?? null
  const figures = any ?? load.all
  const at = figures.peakAt
  return (
    <p class="say load-say">
      {any
        ? say.enough(<b>{nameOf(any)}</b>, link(view, any, any.peak), any.capacity ?? 0)
        : say.unknown(link(view, null, load.all.peak), at === null ? '' : when('dayTime', view.zone, at))}
      {any ? needs(any, load.target) : needs(load.all, load.target)}
      {!any && say.setCapacity(<a href={linkTo(view, '/rates')}>{say.ratesPage}</a>)}
    </p>
  )
}

function link(view: View, trunk: TrunkFigures | null, n: number) {
  const at = trunk?.peakAt
  return <a href={at ? callsAround(view, at, trunk) : trunkCalls(view, trunk)}>{count(n)}</a>
}

function needs(figures: TrunkLoad['all'] | TrunkFigures, target: number) {
  const { say } = messages().load
  if (figures.busyHour === null) return null
  if (figures.channelsNeeded === null || figures.offered === null) return say.cannotTell
  return say.needs(
    count(figures.offered, 1),
    count(target, target < 1 ? 1 : 0),
    <b>{say.channels(figures.channelsNeeded)}</b>,
    figures.capacity,
  )
}

function nameOf(trunk: TrunkFigures): string {
  return trunk.name || messages().load.unnamed
}
