// Progress: a bar on a terminal, a few lines in a log.

import { expect, it } from 'vitest'
import { createProgress } from './progress-bar.ts'

it('redraws one line on a terminal, not more often than the eye sees', () => {
  const said: string[] = []
  let now = 0
  const progress = createProgress(
    (t) => void said.push(t),
    true,
    () => now,
  )
  for (let i = 0; i <= 100; i++) {
    progress.show('import', i / 100)
    now += 10
  }
  progress.end()
  expect(said.length).toBeLessThan(20)
  expect(said[0]).toMatch(/^\rimport/)
  expect(said.at(-2)).toContain('100 %')
  expect(said.at(-1)).toBe('\n')
})

it('gives a log a line per quarter', () => {
  const said: string[] = []
  const progress = createProgress(
    (t) => void said.push(t),
    false,
    () => 0,
  )
  for (let i = 0; i <= 100; i++) progress.show('import', i / 100)
  progress.show('rate', 1)
  expect(said).toEqual([
    'import: 0 %\n',
    'import: 25 %\n',
    'import: 50 %\n',
    'import: 75 %\n',
    'import: 100 %\n',
    'rate: 100 %\n',
  ])
})
