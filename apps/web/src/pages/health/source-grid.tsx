// Each source by each of its ways, hour by hour, with how far it is behind. Cells are a picture; gaps are told again below.

import type { DataHealth, FeedHealth, SourceHealth, WayHealth } from '@tollbook/api/wire-health'
import { durationParts } from '../../format/duration.ts'
import { bytes, count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { startOfDay } from '../../format/zone.ts'
import { messages } from '../../i18n/messages.ts'
import { Section } from '../../parts/frame.tsx'
import { StateDot } from '../../parts/source-state.tsx'
import { callsBetween, type View } from '../../state/view.ts'
import { proseTime } from './verdict.tsx'

const HOUR = 3_600_000
/** The worst of several hours is the one that is shown; of the rest, whichever says most. */
const WORST = ['g', 'f', 'c', 'q', '-'] as const
type Letter = (typeof WORST)[number]
const NAME = { c: 'complete', q: 'quiet', f: 'filled', g: 'gap', '-': 'none' } as const

export function SourceGrid(props: { view: View; health: DataHealth; cellHours: number }) {
  const { view, health, cellHours } = props
  const m = messages()
  const legend = (
    <span class="legend">
      {(['complete', 'quiet', 'filled', 'gap'] as const).map((state) => (
        <span class={`oc h-${state}`}>{m.health.legend[state]}</span>
      ))}
    </span>
  )
  return (
    <Section title={m.health.sources} hint={m.health.sourcesHint(cellHours)} tools={legend}>
      <div class="src">
        {health.sources.flatMap((source) =>
          source.ways.length === 0
            ? [<Row view={view} health={health} source={source} way={undefined} cellHours={cellHours} />]
            : source.ways.map((way) => (
                <Row view={view} health={health} source={source} way={way} cellHours={cellHours} />
              )),
        )}
      </div>
      <Days view={view} health={health} cellHours={cellHours} />
    </Section>
  )
}

type RowProps = {
  view: View
  health: DataHealth
  source: SourceHealth
  way: WayHealth | undefined
  cellHours: number
}

function Row({ view, health, source, way, cellHours }: RowProps) {
  const m = messages()
  const name = way?.way ?? 'live'
  const state = stateOf(source, name)
  return (
    <div class="srow">
      <div class="sname">
        <StateDot state={state.dot} />
        <b class="b">{source.name}</b> <span class={state.tone}>{state.word}</span>
        <span class="sub">{aboutOf(source, name)}</span>
      </div>
      {way ? <Strip view={view} health={health} source={source} way={way} cellHours={cellHours} /> : <span />}
      <div class="r nw">
        {way && <span>{m.health.rowsOf(count(way.inserted + way.matched + way.duplicates), count(way.received))}</span>}
        <span class="hint line">{lagOf(view, health, source, name)}</span>
      </div>
    </div>
  )
}

function Strip(props: Required<Omit<RowProps, 'way'>> & { way: WayHealth }) {
  const { view, health, source, way, cellHours } = props
  const m = messages()
  const cells = cellsOf(way.hours, cellHours)
  const n = (letter: Letter) => [...way.hours].filter((one) => one === letter).length
  const label = m.health.strip(source.name, m.health.ways[way.way], {
    ...{ complete: n('c'), filled: n('f'), gap: n('g') },
  })
  const fromMs = Date.parse(health.from)
  const at = (i: number) => fromMs + i * cellHours * HOUR
  const openCell = (event: MouseEvent) => {
    const i = [...(event.currentTarget as HTMLElement).children].indexOf(event.target as HTMLElement)
    if (i >= 0) view.go(callsBetween({ ...view, filters: {} }, at(i), at(i) + cellHours * HOUR))
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a short cut for the mouse; the same calls are found by range on Calls
    <div class="hours" role="img" aria-label={label} style={{ '--n': String(cells.length) }} onClick={openCell}>
      {cells.map((letter, i) => (
        <i class={NAME[letter]} title={`${when('dayTime', view.zone, at(i))}: ${m.health.legend[NAME[letter]]}`} />
      ))}
    </div>
  )
}

/** Hours gathered into cells. */
function cellsOf(hours: string, cellHours: number): Letter[] {
  const cells: Letter[] = []
  for (let at = 0; at < hours.length; at += cellHours) {
    const within = hours.slice(at, at + cellHours)
    cells.push(WORST.find((letter) => within.includes(letter)) ?? '-')
  }
  return cells
}

/** Midnights of the page's zone under the cells, as many as there is room for. */
function Days({ view, health, cellHours }: { view: View; health: DataHealth; cellHours: number }) {
  const fromMs = Date.parse(health.from)
  const cells = Math.ceil(health.hours / cellHours)
  const untilMs = fromMs + cells * cellHours * HOUR
  const days: number[] = []
  for (let day = startOfDay(view.zone, fromMs, 1); day < untilMs; day = startOfDay(view.zone, day, 1)) days.push(day)
  const every = Math.ceil(days.length / 7)
  return (
    <div class="srow days-row hint" aria-hidden="true">
      <span />
      <div class="days">
        {days
          .filter((_, i) => i % every === 0)
          .map((day) => (
            <span style={{ '--x': `${(100 * (day - fromMs)) / (untilMs - fromMs)}%` }}>
              {when(health.hours > 100 ? 'day' : 'weekday', view.zone, day)}
            </span>
          ))}
      </div>
      <span />
    </div>
  )
}

type State = { dot: Parameters<typeof StateDot>[0]['state']; word: string; tone: string }

function stateOf(source: SourceHealth, way: WayHealth['way']): State {
  const m = messages()
  if (way === 'live') {
    if (!source.live) return { dot: 'none', word: m.health.nothingYet, tone: 'muted' }
    const state = source.live.enabled ? source.live.state : 'stopped'
    return { dot: state, word: m.live.states[state], tone: toneOf(state) }
  }
  const feeds = feedsOf(source, way)
  // The one that needs looking at speaks for all of them.
  const worst = (['refused', 'waiting', 'stopped', 'starting', 'live'] as const).find((state) =>
    feeds.some((feed) => feed.state === state),
  )
  if (worst === undefined) {
    return { dot: 'none', word: way === 'push' ? m.health.pushed : m.health.imported, tone: 'muted' }
  }
  const dot = {
    refused: 'refused',
    waiting: 'reconnecting',
    stopped: 'stopped',
    starting: 'connecting',
    live: 'live',
  } as const
  return { dot: dot[worst], word: m.health.feedStates[worst], tone: toneOf(dot[worst]) }
}

function toneOf(state: State['dot']): string {
  return state === 'refused' ? 'bad' : state === 'live' || state === 'none' || state === 'stopped' ? 'muted' : 'warn'
}

function feedsOf(source: SourceHealth, way: WayHealth['way']): readonly FeedHealth[] {
  return source.feeds.filter((feed) => feed.kind === way && feed.enabled)
}

function aboutOf(source: SourceHealth, way: WayHealth['way']): string {
  const m = messages()
  const about =
    way === 'live'
      ? source.live?.asteriskVersion && `Asterisk ${source.live.asteriskVersion}`
      : feedsOf(source, way)
          .map((feed) => feed.name.slice(feed.name.lastIndexOf('/') + 1))
          .join(', ')
  if (way === 'live' && !source.live) return ''
  return [m.health.ways[way], about].filter(Boolean).join(' · ')
}

function lagOf(view: View, health: DataHealth, source: SourceHealth, way: WayHealth['way']): string {
  const m = messages()
  const nowMs = Date.parse(health.now)
  const { live } = source
  if (way === 'live') {
    if (!live) return ''
    if (live.waitingBytes > 0) {
      const behind = live.waitingSince ? (nowMs - Date.parse(live.waitingSince)) / 1000 : 0
      return `${m.health.behind(count(Math.max(0, behind), 1))} · ${m.health.waiting(bytes(live.waitingBytes))}`
    }
    if (live.enabled && live.state !== 'live') {
      const since = live.changedAt ? m.health.outFor(proseTime((nowMs - Date.parse(live.changedAt)) / 1000)) : ''
      const retry = RETRY.exec(live.detail)?.[1]
      return retry === undefined ? since : m.health.retryIn(retry)
    }
    return live.lastEventAt ? m.health.lastEvent(ago(nowMs, live.lastEventAt)) : ''
  }
  const feeds = feedsOf(source, way)
  const behind = feeds.reduce((sum, feed) => sum + feed.behindBytes, 0)
  if (behind > 0) return m.health.waiting(bytes(behind))
  const read = feeds.flatMap((feed) => feed.caughtUpAt ?? []).sort()[0]
  return read ? m.health.readAt(when('time', view.zone, read)) : ''
}

/** "connection refused; next try in 8 s" ends with what is to come. */
const RETRY = /\bin (\d+(?:\.\d+)?) s$/

function ago(nowMs: number, at: string): string {
  const { hours, minutes, seconds } = durationParts(Math.max(0, nowMs - Date.parse(at)) / 1000)
  return messages().word.ago(hours, minutes, seconds)
}
