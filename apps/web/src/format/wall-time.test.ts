// Fields hold wall-clock time of a zone; what is typed comes back as the instant that clock meant.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { secondsOf, wallInput, wallInstant } from './wall-time.ts'

test('a wall clock names its instant in its zone, summer and winter', () => {
  expect(wallInstant('Europe/Dublin', '2026-11-23T17:24:14')).toBe(Date.parse('2026-11-23T17:24:14Z'))
  expect(wallInstant('Europe/Dublin', '2026-07-01 00:00')).toBe(Date.parse('2026-06-30T23:00:00Z'))
  expect(wallInstant('Asia/Shanghai', '2026-12-01')).toBe(Date.parse('2026-11-30T16:00:00Z'))
  for (const text of ['', 'soon', '2026-13-01', '2026-12-01T24:00', '1 Dec 2026']) {
    expect(wallInstant('UTC', text)).toBeUndefined()
  }
})

test('what is shown in a field is read back as the same instant', () => {
  const year2020to2040 = fc.integer({ min: 1_577_836_800, max: 2_208_988_800 })
  fc.assert(
    fc.property(year2020to2040, fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns'), (s, zone) => {
      const back = wallInstant(zone, wallInput(zone, s * 1000))!
      // The hour that comes twice in autumn names its first instant.
      expect([0, 3_600_000]).toContain(s * 1000 - back)
    }),
  )
})

test('durations as people write them', () => {
  expect(['6:03', '363', '1:04:11', '0:09', '90:00'].map(secondsOf)).toEqual([363, 363, 3851, 9, 5400])
  for (const text of ['', '6:61', '1:60:00', '-5', '6.5', 'six', '99999999']) expect(secondsOf(text)).toBeUndefined()
})
