// Packages: what they cover, where their periods begin, and which of several a call uses.

import type { PhoneDigits } from '@tollbook/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choosePackage, compilePackage, isCovered, type Package, packagePeriodStart, usedOfPackage } from './package.ts'
import { compilePlan, packagesFor } from './plan.ts'

const digits = (text: string) => text as PhoneDigits
const hour: Package = {
  packageId: 1,
  name: 'Hour',
  kind: 'seconds',
  amount: 3600,
  period: 'month',
  startDay: 1,
  prefixes: [],
  validFromMs: 0,
}

describe('packagePeriodStart', () => {
  const start = (period: Package['period'], startDay: number, at: string, zone = 'UTC') =>
    packagePeriodStart({ period, startDay }, Date.parse(at), zone)
  it.each([
    [15, '2026-03-15T00:00Z', '2026-03-15'],
    [15, '2026-03-14T23:59Z', '2026-02-15'],
    [15, '2026-01-03T12:00Z', '2025-12-15'],
    [31, '2026-04-29T12:00Z', '2026-03-31'],
    [31, '2026-04-30T12:00Z', '2026-04-30'],
    [31, '2026-05-30T12:00Z', '2026-04-30'],
    [30, '2024-02-29T12:00Z', '2024-02-29'],
    [30, '2026-02-28T12:00Z', '2026-02-28'],
    [30, '2026-03-29T12:00Z', '2026-02-28'],
    [1, '2026-03-29T12:00Z', '2026-03-01'],
  ])('of a month from day %i: %s lies in that of %s', (day, at, from) => {
    expect(start('month', day, at)).toBe(from)
  })
  it('of a week begins on its weekday, of a day at midnight, in the zone of the plan', () => {
    // 8 March 2026 is a Sunday.
    expect(start('week', 1, '2026-03-08T12:00Z')).toBe('2026-03-02')
    expect(start('week', 7, '2026-03-08T12:00Z')).toBe('2026-03-08')
    expect(start('week', 7, '2026-03-07T12:00Z')).toBe('2026-03-01')
    expect(start('day', 1, '2026-03-08T03:00Z', 'America/New_York')).toBe('2026-03-07')
    expect(start('month', 1, '2026-03-01T04:59Z', 'America/New_York')).toBe('2026-02-01')
  })
  it('never goes back, and is never more than a period ago', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 31 }), (day, startDay) => {
        const at = (d: number) => packagePeriodStart({ period: 'month', startDay }, d * 86_400_000, 'UTC')
        expect(at(day) <= at(day + 1)).toBe(true)
        const age = day - Date.parse(at(day)) / 86_400_000
        expect(age).toBeGreaterThanOrEqual(0)
        expect(age).toBeLessThan(31)
      }),
    )
  })
})

describe('packages of a plan', () => {
  const packages: Package[] = [
    { ...hour, packageId: 2, name: 'Mobiles', prefixes: ['447', '_33[67].'], period: 'day' },
    { ...hour, packageId: 3, name: 'March', validFromMs: 1000, validToMs: 2000 },
    { ...hour, packageId: 4, name: 'All' },
  ]
  const plan = compilePlan({
    planId: 1,
    name: 'P',
    choice: 'order',
    expectedSeconds: 60,
    entries: [],
    blocked: [],
    packages,
    zone: 'UTC',
  })
  it('are those that cover the number and the instant, by priority', () => {
    const names = (number: string, atMs: number) => packagesFor(plan, digits(number), atMs).map((p) => p.package.name)
    expect(names('4471', 1500)).toEqual(['Mobiles', 'March', 'All'])
    expect(names('4471', 2000)).toEqual(['Mobiles', 'All'])
    expect(names('3361', 999)).toEqual(['Mobiles', 'All'])
    expect(names('336', 1000)).toEqual(['March', 'All'])
    expect(packagesFor(plan, digits('4471'), 90_000_000).map((p) => p.periodStart)).toEqual([
      '1970-01-02',
      '1970-01-01',
    ])
  })
  it('are refused when they make no sense', () => {
    expect(() => compilePackage({ ...hour, amount: -1 })).toThrow('amount')
    expect(() => compilePackage({ ...hour, period: 'week', startDay: 8 })).toThrow('start')
    expect(() => compilePackage({ ...hour, prefixes: ['44x'] })).toThrow('neither')
    expect(isCovered(compilePackage(hour), digits('1'), -1)).toBe(false)
  })
})

describe('choosePackage', () => {
  const state = (pkg: Partial<Package>, usedSeconds: number, usedCalls = 0) => ({
    package: { ...hour, ...pkg },
    periodStart: '2026-03-01',
    usedSeconds,
    usedCalls,
  })
  it('takes the first that has something left', () => {
    const used = state({}, 3600)
    const left = state({ packageId: 2 }, 3599)
    expect(choosePackage([used, left, state({}, 0)])).toEqual({
      state: left,
      allowance: { freeSeconds: 1, freeCall: false },
    })
    expect(choosePackage([used, state({}, 5000)])).toBeUndefined()
    expect(choosePackage([])).toBeUndefined()
  })
  it('gives whole calls by number, or without end', () => {
    const calls = { kind: 'calls', amount: 2 } as const
    expect(choosePackage([state(calls, 0, 1)])?.allowance).toEqual({ freeSeconds: 0, freeCall: true })
    expect(choosePackage([state(calls, 0, 2)])).toBeUndefined()
    expect(choosePackage([state({ kind: 'unlimited', amount: 0 }, 9e9, 9e9)])?.allowance.freeCall).toBe(true)
  })
  it('a call uses its free seconds, and counts as one unless nothing of it was free', () => {
    expect(usedOfPackage({ billedSeconds: 60, freeSeconds: 20 })).toEqual({ seconds: 20, calls: 1 })
    expect(usedOfPackage({ billedSeconds: 60, freeSeconds: 0 })).toEqual({ seconds: 0, calls: 0 })
    expect(usedOfPackage({ billedSeconds: 0, freeSeconds: 0 })).toEqual({ seconds: 0, calls: 0 })
  })
})
