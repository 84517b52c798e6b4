// Zones: wall-clock text to instants, found from the epochs in uniqueid, across changes of clocks.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLocalTime } from './local-time.ts'
import { epochOf } from './uniqueid.ts'
import { zoneConverter } from './zone-converter.ts'
import { zoneDetector } from './zone-detector.ts'

const HOUR = 3_600_000

/** A PBX in `zone` writes this for a channel created at `ms`; the independent clock is Intl's. */
function written(ms: number, zone: string): { start: string; uniqueid: string } {
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return { start: local.format(ms).replace(' 24:', ' 00:'), uniqueid: `${Math.floor(ms / 1000)}.7` }
}

function detect(instants: Iterable<number>, zone: string) {
  const detector = zoneDetector()
  for (const ms of instants) detector.observe(written(ms, zone))
  return detector.converter()
}

function* everyMinutes(minutes: number, from: string, to: string): Generator<number> {
  for (let ms = Date.parse(from); ms < Date.parse(to); ms += minutes * 60_000) yield ms
}

describe('parseLocalTime', () => {
  it('agrees with the calendar on every second it can be asked', () => {
    const second = fc.integer({ min: 0, max: 4_102_444_799 })
    fc.assert(
      fc.property(second, (s) => {
        const text = new Date(s * 1000).toISOString().slice(0, 19)
        expect(parseLocalTime(text.replace('T', ' '))).toBe(s * 1000)
      }),
    )
  })

  it.each([
    '',
    '2026-02-30 00:00:00',
    '2026-13-01 00:00:00',
    '26-11-23 12:00:00',
    '2026-11-23 1a:00:00',
    'yesterday at noon!',
  ])('refuses %j', (text) => expect(parseLocalTime(text)).toBeNaN())
})

describe('epochOf', () => {
  it.each([
    ['1795440146.3', 1_795_440_146],
    ['pbx-ny1-1795439511.3', 1_795_439_511],
    ['999999999.1', 999_999_999],
    ['c0ffee-1795439511.x', undefined],
    ['12345.6', undefined],
    ['', undefined],
    ['a3f1c2d4-0000-4000-8000-1234567890ab', undefined],
  ])('%s', (id, epoch) => expect(epochOf(id)).toBe(epoch))
})

describe('zoneConverter', () => {
  it.each(['UTC', '+05:45', 'Europe/Berlin', 'America/New_York', 'America/Havana', 'Australia/Lord_Howe'])(
    'takes every instant there and back in %s',
    (zone) => {
      const converter = zoneConverter(zone)!
      const name = zone === '+05:45' ? 'Asia/Kathmandu' : zone
      const instant = fc.integer({ min: 1_600_000_000, max: 1_900_000_000 })
      fc.assert(
        fc.property(instant, (s) => {
          const local = parseLocalTime(written(s * 1000, name).start)
          expect(converter.toInstant(local, s * 1000 - 1000)).toBe(s * 1000)
        }),
        { numRuns: 300 },
      )
    },
  )

  it('tells the two half past twos of the autumn night apart by the epoch', () => {
    const berlin = zoneConverter('Europe/Berlin')!
    const local = parseLocalTime('2026-10-25 02:30:00')
    const first = Date.parse('2026-10-25T00:30:00Z')
    expect(berlin.toInstant(local, first - 1000)).toBe(first)
    expect(berlin.toInstant(local, first + HOUR - 1000)).toBe(first + HOUR)
  })

  it.each(['Mars/Olympus', '+25:00', '3', ''])('does not know %j', (zone) =>
    expect(zoneConverter(zone)).toBeUndefined(),
  )
})

describe('zoneDetector', () => {
  const summer = () => everyMinutes(17, '2026-06-01', '2026-06-20')

  it.each([
    ['UTC', 'UTC'],
    ['Asia/Kathmandu', '+05:45'],
    ['America/New_York', '-04:00'],
  ])('names the one offset of a fortnight in %s', (zone, found) => expect(detect(summer(), zone)?.zone).toBe(found))

  it.each(['Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'Australia/Lord_Howe'])(
    'names %s when the clocks changed on the way',
    (zone) => expect(detect(everyMinutes(47, '2026-03-01', '2026-12-01'), zone)?.zone).toBe(zone),
  )

  it('names the likely zone among those that explain the rows as well, and no other', () => {
    const found = (likely: string) => {
      const detector = zoneDetector(likely)
      for (const ms of everyMinutes(47, '2026-03-01', '2026-12-01')) detector.observe(written(ms, 'Europe/Dublin'))
      return detector.converter()?.zone
    }
    expect(found('Europe/Dublin')).toBe('Europe/Dublin')
    expect(found('Europe/Berlin')).toBe('Europe/London')
  })

  it('is not led astray by legs that began long after their channel', () => {
    const detector = zoneDetector()
    let n = 0
    for (const ms of summer()) {
      const row = written(ms, 'UTC')
      detector.observe(row)
      if (n++ % 3 === 0) detector.observe({ ...row, uniqueid: `${Math.floor(ms / 1000) - 3600 - n}.1` })
    }
    expect(detector.converter()?.zone).toBe('UTC')
  })

  it('changes its mind as soon as one row after the change of clocks is seen', () => {
    const detector = zoneDetector()
    for (const ms of everyMinutes(31, '2026-10-01', '2026-10-25T01:00:00Z'))
      detector.observe(written(ms, 'Europe/Berlin'))
    expect(detector.converter()?.zone).toBe('+02:00')
    const after = Date.parse('2026-10-25T03:00:05Z')
    const row = written(after, 'Europe/Berlin')
    detector.observe(row)
    const berlin = detector.converter()!
    expect(berlin.zone).toBe('Europe/Berlin')
    expect(berlin.toInstant(parseLocalTime(row.start), after - 1000)).toBe(after)
  })

  it('says nothing when no row holds an epoch', () => {
    const detector = zoneDetector()
    detector.observe({ start: '2026-06-01 12:00:00', uniqueid: '' })
    expect(detector.converter()).toBeUndefined()
  })
})
