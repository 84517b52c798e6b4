// Hours and days of a zone, made quickly, against asking the zone about each.

import {
  localHour,
  startOf,
  startOfHour,
  startOfNext,
  startOfNextHour,
  weekdayOf,
} from '@tollbook/selection/local-time'
import { describe, expect, it } from 'vitest'
import { timeBuckets } from './buckets.ts'

const FROM = Date.UTC(2011, 1, 1, 3, 20)
const TO = Date.UTC(2012, 0, 3)

/** Clocks changed at midnight (Havana, Santiago), by half an hour (Lord Howe), a day left out (Apia), odd offsets. */
const ZONES = ['America/Havana', 'America/Santiago', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu'] as const

describe.each(ZONES)('buckets in %s', (zone) => {
  it('has each hour once, at its weekday and hour on the wall', () => {
    const want: { startMs: number; bucket: number }[] = []
    for (let at = startOfHour(FROM, zone); at < TO; at = startOfNextHour(at, zone))
      want.push({ startMs: at, bucket: (weekdayOf(at, zone) - 1) * 24 + localHour(at, zone) })
    expect(timeBuckets(FROM, TO, 'weekday_hour', zone).borders).toEqual(want)
  })

  it('has each day once', () => {
    const want: number[] = []
    for (let at = startOf(FROM, 'day', zone); at < TO; at = startOfNext(at, 'day', zone)) want.push(at)
    expect(timeBuckets(FROM, TO, 'day', zone).borders.map((b) => b.startMs)).toEqual(want)
  })
})
