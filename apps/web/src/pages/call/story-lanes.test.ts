// The timeline as a value: a lane for each party, the caller's waiting and talking, an axis that keeps order.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as calls from './story-fixtures.ts'
import { story } from './story-fixtures.ts'
import { axisOfStory, clustersOf, markedMoments, storyLanes } from './story-lanes.ts'
import { ticksOf, timeAxis } from './time-axis.ts'

const shape = (told: Parameters<typeof storyLanes>[0]) =>
  storyLanes(told).map((lane) => [lane.id, lane.pieces.map((piece) => piece.kind).join(' '), lane.note?.result ?? ''])

test('a ring group: one lane each, the caller waits until somebody answers', () => {
  expect(shape(calls.groupCall)).toEqual([
    ['caller', 'wait talk', ''],
    ['Local/ring@phones', 'ring', 'answered_elsewhere'],
    ['Local/answer@phones', 'ring talk', ''],
    ['Local/busy@phones', 'fail', 'busy'],
  ])
  expect(storyLanes(calls.groupCall)[3]?.note).toMatchObject({ cause: 17 })
})

test('a queue: the menu, the wait, and both agents', () => {
  expect(shape(calls.queueCall)).toEqual([
    ['caller', 'menu wait talk', ''],
    ['Local/noanswer@agents', 'ring', 'no_answer'],
    ['Local/answer@agents', 'ring talk', ''],
  ])
})

test('a transfer: who passed it on says so, who took it has a lane, both moments are marked', () => {
  expect(shape(calls.attendedTransfer)).toEqual([
    ['caller', 'talk talk', ''],
    ['Local/stay@phones', 'talk', 'transferred'],
    ['Local/7001@lab', 'talk', ''],
  ])
  expect(markedMoments(calls.attendedTransfer)).toEqual([0.002, 5.654])
})

test('a hop has no lane; a call nobody took has one for the caller', () => {
  expect(shape(calls.forwarded).map(([id]) => id)).toEqual(['caller', 'PJSIP/trunk'])
  expect(shape(calls.menuOnly)).toEqual([['caller', 'menu', '']])
  expect(markedMoments(calls.menuOnly)).toEqual([])
})

test('what overlaps is drawn once', () => {
  const twice = story({
    phases: [
      { party: 'caller', kind: 'ringing', from: 0, until: 5 },
      { party: 'caller', kind: 'waiting', from: 4, until: 9 },
    ],
  })
  expect(storyLanes(twice)[0]?.pieces).toEqual([{ kind: 'wait', from: 0, until: 9, with: '' }])
})

test('what lies before a long talk is drawn wider, a later ring does not count', () => {
  const long = story({
    ...{
      seconds: 643,
      talk: [
        { with: 'a', from: 17, until: 269 },
        { with: 'b', from: 280, until: 643 },
      ],
    },
    phases: [
      { party: 'caller', kind: 'system', from: 0, until: 6 },
      { party: 'caller', kind: 'ringing', from: 6, until: 17 },
      { party: 'caller', kind: 'ringing', from: 269, until: 280 },
    ],
  })
  const axis = axisOfStory(long, storyLanes(long))
  expect(axis.wideUntil).toBe(25)
  expect([axis.at(0), axis.at(643)]).toEqual([0, 100])
  expect(axisOfStory(calls.groupCall, storyLanes(calls.groupCall)).wideUntil).toBeNull()
})

test('the axis never turns back, its labels never stand on each other, lines are kept', () => {
  const lengths = fc.tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 7200 }))
  fc.assert(
    fc.property(lengths, fc.double({ min: 0, max: 1, noNaN: true }), ([ring, talk], part) => {
      const axis = timeAxis(ring + talk, ring)
      const ticks = ticksOf(axis, [ring, ring + talk * part])
      const labelled = ticks.filter((tick) => tick.label).map((tick) => axis.at(tick.at))
      expect(labelled.every((x, i) => i === 0 || x - (labelled[i - 1] ?? 0) > 9)).toBe(true)
      expect(ticks.filter((tick) => tick.key)).toHaveLength(2)
      const places = Array.from({ length: 21 }, (_, i) => axis.at(((ring + talk) * i) / 20))
      expect(places).toEqual([...places].sort((a, b) => a - b))
    }),
  )
})

test('events that would stand on each other are one mark, and none is lost', () => {
  const axis = timeAxis(100, 0)
  const events = [0, 0.5, 1, 40, 40.2, 99].map((at) => ({ at }))
  expect(clustersOf(events, axis).map((cluster) => cluster.events.length)).toEqual([3, 2, 1])
})
