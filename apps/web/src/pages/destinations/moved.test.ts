// Moves that chance explains are not told; those it does not are, the strongest first.

import { expect, test } from 'vitest'
import { movesOf } from './moved.ts'

const row = (key: string, calls: number, answered = Math.round(calls * 0.7)) => ({ key, label: key, calls, answered })

test('small samples do not move, large ones and new ones do', () => {
  const now = [row('steady', 1010), row('grown', 1200), row('few', 6), row('fresh', 37), row('other', 900)]
  const before = [row('steady', 1000), row('grown', 1000), row('few', 2), row('lost', 40), row('other', 90)]
  const moves = movesOf(now, before, 9)
  expect(moves.map((one) => one.row.key)).toEqual(['lost', 'fresh', 'grown'])
  expect(moves[1]).toMatchObject({ now: 37, before: 0, asr: null })
})

test('the same calls, answered less often, are a move', () => {
  expect(movesOf([row('cn', 174, 92)], [row('cn', 180, 123)], 5)[0]?.asr?.now).toBeCloseTo(52.87, 1)
  expect(movesOf([row('cn', 20, 10)], [row('cn', 20, 13)], 5)).toEqual([])
})
