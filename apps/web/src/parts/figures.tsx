// How single values are drawn: money, change, outcome, sparkline, tags. No layout, no data.

import type { Direction, Outcome } from '@tollbook/api/wire'
import type { ComponentChildren as Kids } from 'preact'
import { isNegative, moneyText, type Places } from '../format/money.ts'
import { count } from '../format/number.ts'
import { messages } from '../i18n/messages.ts'

/** Two places loud, digits below the cent quiet. `symbol` only where no column head names the currency.
 *  `plain`: being less is nothing bad. */
export function Money(props: { amount: string; symbol?: string; places?: Places; plain?: boolean }) {
  const { sign, loud, quiet } = moneyText(props.amount, props.places)
  return (
    <span class={`nw${isNegative(props.amount) && !props.plain ? ' bad' : ''}`}>
      {sign}
      {props.symbol}
      {loud}
      {quiet && <span class="frac">{quiet}</span>}
    </span>
  )
}

/** Change against the compared period. `good` says which direction is welcome; 'none' colours neither. */
export function Delta(props: { by: number | null; unit?: 'percent' | 'points'; good?: 'up' | 'down' | 'none' }) {
  const { by, unit = 'percent', good = 'none' } = props
  const m = messages()
  if (by === null || !Number.isFinite(by)) return <span class="delta flat">–</span>
  const still = Math.abs(by) < 0.05
  const kind = good === 'none' || still ? 'flat' : by > 0 === (good === 'up') ? 'good' : 'poor'
  return (
    <span class={`delta ${kind}`}>
      {still ? '=' : by > 0 ? '▲' : '▼'} {count(Math.abs(by), 1)}
      {unit === 'percent' ? '%' : ` ${m.word.points}`}
    </span>
  )
}

/** The class that carries colour and shape of an outcome. */
const OUTCOME_CLASS: Record<Outcome, string> = {
  answered: 'answered',
  'no-answer': 'missed',
  busy: 'busy',
  failed: 'failed',
  program: 'other',
}

export function OutcomeMark({ outcome, children }: { outcome: Outcome; children?: Kids }) {
  return <span class={`oc ${OUTCOME_CLASS[outcome]}`}>{children ?? messages().word.outcome[outcome]}</span>
}

export function outcomeToken(outcome: Outcome): string {
  return `--${OUTCOME_CLASS[outcome]}`
}

export function directionWord(direction: Direction): string {
  return messages().word.direction[direction]
}

/** A line without axes: the shape only. Values are heights; the figure stands above it in words. */
export function Spark({ values, color = 'var(--answered)' }: { values: readonly number[]; color?: string }) {
  if (values.length < 2) return <svg class="sp" viewBox="0 0 100 22" aria-hidden="true" />
  const high = Math.max(...values)
  const low = Math.min(...values, high * 0.9)
  const y = (v: number) => 20 - ((v - low) / (high - low || 1)) * 18
  const points = values.map((v, i) => `${((i / (values.length - 1)) * 100).toFixed(1)},${y(v).toFixed(1)}`).join(' ')
  return (
    <svg class="sp" viewBox="0 0 100 22" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points} fill="none" stroke={color} stroke-width="1.5" vector-effect="non-scaling-stroke" />
    </svg>
  )
}

/** Nothing to show; `why` tells it on hover and to screen readers. */
export function Dash({ why }: { why?: string }) {
  return (
    <span class="frac" title={why}>
      –{why && <span class="sr"> {why}</span>}
    </span>
  )
}
