// Windows and terms of a rate in words: "Mon–Fri 08:00–20:00", "first 60 s at 0.10", "at least 0.05".

import type { RateDetail, WindowInfo } from '@tollbook/api/wire-tariffs'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { localeTag } from '../../state/preferences.ts'

type Rule = WindowInfo['rules'][number]

/** A rule of a window; one without any bound is "every day". */
export function ruleWords(rule: Rule): string {
  const words = messages().rates
  const days = rule.weekdays && rule.weekdays.length < 7 ? weekdayWords(rule.weekdays) : ''
  const dates = rule.fromDate || rule.toDate ? dateWords(rule.fromDate, rule.toDate) : ''
  const holidays =
    rule.holidays === 'only' ? words.holidaysOnly : rule.holidays === 'except' ? words.holidaysExcept : ''
  const timed = rule.fromMinute !== undefined || rule.toMinute !== undefined
  const hours = timed ? words.between(clockOf(rule.fromMinute ?? 0), clockOf(rule.toMinute ?? 1440)) : ''
  const day = days || (dates || rule.holidays === 'only' ? '' : words.everyDay)
  return [dates, day, rule.holidays === 'only' ? holidays : '', hours, rule.holidays === 'except' ? holidays : '']
    .filter(Boolean)
    .join(' ')
}

export function windowWords(window: Pick<WindowInfo, 'rules'>): string {
  return window.rules.map(ruleWords).join(messages().rates.or)
}

/** Runs of days as a span: 1,2,3,4,5 → "Mon–Fri"; 6,7 → "Sat, Sun". */
function weekdayWords(weekdays: readonly number[]): string {
  const { weekdays: names, between, list } = messages().rates
  const days = [...new Set(weekdays)].sort((a, b) => a - b)
  const runs: number[][] = []
  for (const day of days) {
    const run = runs.at(-1)
    if (run && run.at(-1) === day - 1) run.push(day)
    else runs.push([day])
  }
  const nameOf = (day: number | undefined) => names[(day ?? 1) - 1] ?? ''
  return runs
    .flatMap((run) => (run.length > 2 ? [between(nameOf(run[0]), nameOf(run.at(-1)))] : run.map(nameOf)))
    .join(list)
}

/** "24 Dec–26 Dec" of every year, or of one year; an open end stays open. */
function dateWords(from: string | undefined, to: string | undefined): string {
  if (from === to && from !== undefined) return dayWords(from)
  return messages().rates.between(from ? dayWords(from) : '', to ? dayWords(to) : '')
}

/** A day as holidays and rules name it: "12-25" of every year, "2026-12-25" of one. */
export function dayWords(date: string): string {
  const yearly = /^\d\d-\d\d$/.test(date)
  const ms = Date.parse(`${yearly ? `2024-${date}` : date}T00:00:00Z`)
  if (Number.isNaN(ms)) return date
  return when(yearly ? 'day' : 'date', 'UTC', ms, localeTag())
}

function clockOf(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

/** A decimal without the zeros that say nothing; at least `places`: four in a column of prices, so that it lines up. */
export function priceText(decimal: string, places = 2): string {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return `${whole}.${fraction.replace(/0+$/, '').padEnd(places, '0')}`
}

export function isZero(decimal: string | null): boolean {
  return decimal === null || !/[1-9]/.test(decimal)
}

/** What a rate has beyond price and blocks, each a short phrase. */
export function termWords(rate: RateDetail): string[] {
  const { terse } = messages().rates
  const out = rate.tiers.map((tier) => terse.tier(String(tier.seconds), priceText(tier.pricePerMinute)))
  if (rate.graceSeconds > 0) out.push(terse.grace(String(rate.graceSeconds)))
  if (!isZero(rate.minimumCharge)) out.push(terse.minimum(priceText(rate.minimumCharge)))
  if (rate.maximumCharge !== null) out.push(terse.maximum(priceText(rate.maximumCharge), rate.afterMaximum === 'stop'))
  if (!isZero(rate.disconnectFee)) {
    const after = rate.disconnectAfterSeconds > 0 ? String(rate.disconnectAfterSeconds) : ''
    out.push(terse.disconnect(priceText(rate.disconnectFee), after))
  }
  if (rate.anchor === 'zero') out.push(terse.zero)
  return out
}

/** 1970 stands for "from the beginning" on the wire. */
export function isFromStart(instant: string): boolean {
  return Date.parse(instant) === 0
}
