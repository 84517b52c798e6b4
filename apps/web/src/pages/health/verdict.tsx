// The sentence of Data health: whether every call is here once, what is missing, what will fill it, what needs somebody.

import type { DataHealth, HealthFinding } from '@tollbook/api/wire-health'
import type { ComponentChildren as Kids } from 'preact'
import { durationParts } from '../../format/duration.ts'
import { bytes, count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { linkTo, type View } from '../../state/view.ts'

/** More than this is read in the sections below. */
const SAID = 5
/** These leave time in which calls may be missing for good, or until somebody does something. */
const MISSING: readonly string[] = ['not-listening', 'refused', 'out-of-reach', 'gap-open', 'feed-refused']
const FILLING: readonly string[] = ['out-of-reach', 'gap-filling', 'feed-waiting', 'behind']

export function Verdict({ view, health, last }: { view: View; health: DataHealth; last: string }) {
  const { say } = messages().health
  const missing = health.findings.some((one) => one.severity === 'act' && MISSING.includes(one.kind))
  const filling = health.findings.some((one) => one.severity === 'wait' && FILLING.includes(one.kind))
  const came = health.sources.some((source) => source.ways.some((way) => way.received > 0))
  const all = came ? say.complete(last) : say.nothing(last)
  const whole = health.rejects > 0 ? say.readable(last) : all
  const first = missing ? say.missing(last) : filling ? say.filling(last) : whole
  const aboutCalls = (kind: string) => MISSING.includes(kind) || FILLING.includes(kind)
  const told = health.findings
    .toSorted((a, b) => Number(aboutCalls(b.kind)) - Number(aboutCalls(a.kind)))
    .flatMap((finding) => {
      const sentence = sentenceOf(view, finding, health.now)
      return sentence === undefined ? [] : [sentence]
    })
  return (
    <p class="say say-health">
      {first}
      {told.slice(0, SAID)}
    </p>
  )
}

function sentenceOf(view: View, finding: HealthFinding, now: string): Kids | undefined {
  const { say } = messages().health
  const { kind, count: n, detail } = finding
  const source = <b>{finding.source}</b>
  const time = finding.since === null ? '' : proseTime((Date.parse(now) - Date.parse(finding.since)) / 1000)
  switch (kind) {
    case 'not-listening':
    case 'refused':
      return say[kind](source, time)
    case 'out-of-reach':
      return say[kind](source, time, finding.severity === 'wait')
    case 'gap-open':
    case 'gap-filling':
    case 'configuration':
      return say[kind](<a href={kind === 'configuration' ? '#advice' : '#gaps'}>{source}</a>, n)
    case 'feed-refused':
    case 'feed-waiting':
      return say[kind](<a href={linkTo(view, '/sources')}>{source}</a>, detail)
    case 'rows-set-aside':
      return say[kind](
        <a href="#rejects">
          <b>{say.rows(n)}</b>
        </a>,
        n,
      )
    case 'long-calls':
    case 'lost-calls':
      return say[kind](
        <a href={kind === 'long-calls' ? '#long' : '#lost'}>
          <b>{say.calls(n)}</b>
        </a>,
        n,
      )
    case 'clock-off':
      return say[kind](source, offTime(Math.abs(n) / 1000), n > 0)
    case 'behind':
      return say[kind](source, bytes(n))
    default:
      return undefined
  }
}

/** Seconds with a place while they are few; nobody reads 381,790.7 s. */
function offTime(seconds: number): string {
  return seconds < 100 ? messages().health.seconds(count(seconds, 1)) : proseTime(seconds)
}

/** A duration in words. */
export function proseTime(seconds: number): string {
  const { hours, minutes, seconds: rest } = durationParts(seconds)
  return messages().word.duration(hours, minutes, rest)
}
