// Rules as somebody sends them → rules, or every fault of them in plain words. The one door for rules from outside.

import { err, ok, type Result } from '@tollbook/kernel'
import type { CallRules, ChannelRule, ContextRule } from './call-rules.ts'

/** A tenant with a hundred PBXs writes a rule set for each: this is much for one. */
const MOST_RULES = 500
const LONGEST_PATTERN = 200

const KINDS = ['person', 'hop', 'program', 'trunk'] as const
const WAYS = ['inbound', 'outbound', 'internal'] as const
const LISTS = ['closedHours', 'voicemail', 'conference', 'ringGroup', 'ivr', 'queue', 'dids'] as const
const NUMBERS = { reviewAfterHours: 720, finalAfterMinutes: 1440 } as const

/** The rules in a JSON value; what is missing is an empty list. Faults are sentences for the person who wrote them. */
export function readRules(value: unknown): Result<CallRules, readonly string[]> {
  if (!isObject(value)) return err(['The rules must be an object with lists of rules.'])
  const faults: string[] = []
  const known = new Set<string>(['channels', 'contexts', ...LISTS, ...Object.keys(NUMBERS)])
  for (const key of Object.keys(value)) {
    if (!known.has(key)) faults.push(`“${key}” is not a list of rules. There are: ${[...known].join(', ')}.`)
  }
  const rules: CallRules = {
    channels: listOf(value, 'channels', faults).flatMap((rule, i) => channelRule(rule, i, faults)),
    contexts: listOf(value, 'contexts', faults).flatMap((rule, i) => contextRule(rule, i, faults)),
    ...(Object.fromEntries(LISTS.map((key) => [key, patterns(value, key, faults)])) as Record<
      (typeof LISTS)[number],
      readonly string[]
    >),
    reviewAfterHours: wholeNumber(value, 'reviewAfterHours', 4, faults),
    finalAfterMinutes: wholeNumber(value, 'finalAfterMinutes', 10, faults),
  }
  return faults.length > 0 ? err(faults) : ok(rules)
}

function channelRule(rule: unknown, i: number, faults: string[]): ChannelRule[] {
  const where = `Channel rule ${i + 1}`
  if (!isObject(rule)) return refuse(faults, `${where} must say what it matches and what that is.`)
  const before = faults.length
  onlyKeys(rule, ['match', 'context', 'app', 'is'], where, faults)
  pattern(rule.match, `${where}: the channel`, faults)
  for (const key of ['context', 'app'] as const) {
    if (rule[key] !== undefined) pattern(rule[key], `${where}: the ${key}`, faults)
  }
  if (!isOneOf(KINDS, rule.is)) faults.push(`${where} must be one of ${KINDS.join(', ')}.`)
  if (faults.length > before) return []
  const { match, context, app, is } = rule as ChannelRule
  return [{ match, ...(context !== undefined && { context }), ...(app !== undefined && { app }), is }]
}

function contextRule(rule: unknown, i: number, faults: string[]): ContextRule[] {
  const where = `Context rule ${i + 1}`
  if (!isObject(rule)) return refuse(faults, `${where} must say which context and which direction.`)
  const before = faults.length
  onlyKeys(rule, ['context', 'direction'], where, faults)
  pattern(rule.context, `${where}: the context`, faults)
  if (!isOneOf(WAYS, rule.direction)) faults.push(`${where} must be one of ${WAYS.join(', ')}.`)
  const { context, direction } = rule as ContextRule
  return faults.length > before ? [] : [{ context, direction }]
}

function patterns(from: Record<string, unknown>, key: string, faults: string[]): readonly string[] {
  return listOf(from, key, faults).flatMap((one, i) =>
    pattern(one, `Pattern ${i + 1} of “${key}”`, faults) ? [one as string] : [],
  )
}

function pattern(value: unknown, where: string, faults: string[]): boolean {
  const fault =
    typeof value !== 'string' || value === ''
      ? 'must be a text; * stands for any text, ? for one character'
      : value.length > LONGEST_PATTERN
        ? `is longer than ${LONGEST_PATTERN} characters`
        : hasControls(value)
          ? 'has a line break or another character that no name has'
          : undefined
  if (fault !== undefined) faults.push(`${where} ${fault}.`)
  return fault === undefined
}

function listOf(from: Record<string, unknown>, key: string, faults: string[]): readonly unknown[] {
  const list = from[key] ?? []
  if (!Array.isArray(list)) return refuse(faults, `“${key}” must be a list.`)
  if (list.length > MOST_RULES) return refuse(faults, `“${key}” has more than ${MOST_RULES} entries.`)
  return list
}

function wholeNumber(
  from: Record<string, unknown>,
  key: keyof typeof NUMBERS,
  otherwise: number,
  faults: string[],
): number {
  const value = from[key] ?? otherwise
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= NUMBERS[key]) return value
  faults.push(`“${key}” must be a whole number from 0 to ${NUMBERS[key]}.`)
  return otherwise
}

function onlyKeys(rule: Record<string, unknown>, keys: readonly string[], where: string, faults: string[]): void {
  for (const key of Object.keys(rule)) {
    if (!keys.includes(key)) faults.push(`${where} says “${key}”, which means nothing. It may say: ${keys.join(', ')}.`)
  }
}

function refuse(faults: string[], why: string): never[] {
  faults.push(why)
  return []
}

function isOneOf<T extends string>(words: readonly T[], value: unknown): value is T {
  return words.includes(value as T)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 32) return true
  return false
}
