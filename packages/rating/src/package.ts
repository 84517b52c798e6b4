// Packages: seconds or calls that are free in every period. What a package covers, when its period began, and which of
// several a call uses. How much of it is used is kept elsewhere.

import { assert, type PhoneDigits } from '@tollbook/kernel'
import { listedAs, type NumberList, numberList } from './number-list.ts'
import { dateOf, isoWeekday, type WallDay, wallDay } from './time-window.ts'
import { localDay } from './zone-clock.ts'

/** What a plan gives free of charge. */
export type Package = {
  readonly packageId: number
  readonly name: string
  /** `amount` seconds or calls a period, or everything. */
  readonly kind: 'seconds' | 'calls' | 'unlimited'
  readonly amount: number
  readonly period: 'day' | 'week' | 'month'
  /** ISO weekday of a week, day of a month (its last day in a shorter month); of no meaning for days. */
  readonly startDay: number
  /** Digits or Asterisk patterns; none = every number. */
  readonly prefixes: readonly string[]
  readonly validFromMs: number
  /** Exclusive; absent = open. */
  readonly validToMs?: number
}

export type CompiledPackage = Package & { readonly covers: NumberList }

/** What packages still give to a call. */
export type Allowance = { readonly freeSeconds: number; readonly freeCall: boolean }

/** Makes a package ready for `isCovered`. */
export function compilePackage(pkg: Package): CompiledPackage {
  const { kind, amount, period, startDay } = pkg
  assert(kind === 'unlimited' || (Number.isSafeInteger(amount) && amount >= 0), `amount of package ${pkg.name}`)
  assert(period === 'day' || (startDay >= 1 && startDay <= (period === 'week' ? 7 : 31)), `start of ${pkg.name}`)
  return { ...pkg, covers: numberList(pkg.prefixes) }
}

/** Whether a package covers a call to `digits` at `atMs`. */
export function isCovered(pkg: CompiledPackage, digits: PhoneDigits, atMs: number): boolean {
  if (atMs < pkg.validFromMs || atMs >= (pkg.validToMs ?? Number.POSITIVE_INFINITY)) return false
  return pkg.prefixes.length === 0 || listedAs(pkg.covers, digits) !== undefined
}

/**
 * The first day, 'YYYY-MM-DD' in `zone`, of the period that `atMs` lies in. A month that has no such day begins its
 * period on its last: with start day 31, 30 April and 29 February of a leap year.
 */
export function packagePeriodStart(pkg: Pick<Package, 'period' | 'startDay'>, atMs: number, zone: string): string {
  const today = localDay(zone, atMs)
  switch (pkg.period) {
    case 'day':
      return dateOf(today)
    case 'week':
      return dateOf(today - ((isoWeekday(today) - pkg.startDay + 7) % 7))
    case 'month': {
      const first = firstOfMonth(today)
      const begins = startWithin(first, pkg.startDay)
      return dateOf(begins <= today ? begins : startWithin(firstOfMonth(first - 1), pkg.startDay))
    }
  }
}

function firstOfMonth(day: WallDay): WallDay {
  return wallDay(`${dateOf(day).slice(0, 8)}01`)
}

/** Day `startDay` of the month that begins on `first`, or its last. */
function startWithin(first: WallDay, startDay: number): WallDay {
  const next = firstOfMonth(first + 31)
  return Math.min(first + startDay - 1, next - 1)
}

/** A package that covers a call, and what of it the account has used in the period. */
export type PackageState = {
  readonly package: Package
  readonly periodStart: string
  readonly usedSeconds: number
  readonly usedCalls: number
}

/** The package a call uses and what it gives. */
export type PackageChoice = { readonly state: PackageState; readonly allowance: Allowance }

/** Of several, in order of priority, the first that has something left; one call uses one package. */
export function choosePackage(states: readonly PackageState[]): PackageChoice | undefined {
  for (const state of states) {
    const { kind, amount } = state.package
    const freeSeconds = kind === 'seconds' ? Math.max(0, amount - state.usedSeconds) : 0
    const freeCall = kind === 'unlimited' || (kind === 'calls' && state.usedCalls < amount)
    if (freeCall || freeSeconds > 0) return { state, allowance: { freeSeconds, freeCall } }
  }
  return undefined
}

/** What a rated call took from the package it used: its free seconds, and one call unless nothing was billed. */
export function usedOfPackage(rated: { readonly billedSeconds: number; readonly freeSeconds: number }): {
  readonly seconds: number
  readonly calls: number
} {
  return { seconds: rated.freeSeconds, calls: rated.billedSeconds > 0 && rated.freeSeconds > 0 ? 1 : 0 }
}
