// Progress where nobody watches: a line every ten per cent.

import { expect, it } from 'vitest'
import { progressOn } from './progress.ts'

it('gives a log a line for each tenth, not more', () => {
  const said: string[] = []
  const progress = progressOn(false, (line) => void said.push(line))
  for (let i = 0; i <= 1000; i++) progress.show('import', i / 1000)
  expect(said).toHaveLength(11)
  expect([said[0], said.at(-1)]).toEqual(['import: 0 %', 'import: 100 %'])
})
