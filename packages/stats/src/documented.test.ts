// What can be asked is told in docs/figures.md, word for word.

import { readFileSync } from 'node:fs'
import { FILTER_NAMES } from '@tollbook/selection'
import { expect, it } from 'vitest'
import { COMPARES, METRIC_NAMES, STATS_BY, STATS_SPLIT } from './index.ts'

it('docs/figures.md names every metric, dimension, filter and way to compare', () => {
  const text = readFileSync(new URL('../../../docs/figures.md', import.meta.url), 'utf8')
  const words = [...METRIC_NAMES, ...STATS_BY, ...STATS_SPLIT, ...FILTER_NAMES]
  expect(words.filter((word) => !text.includes(`\`${word}\``))).toEqual([])
  expect(COMPARES.filter((word) => !text.includes(`\`compare=${word}\``))).toEqual([])
})
