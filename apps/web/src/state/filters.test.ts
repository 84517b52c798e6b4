// Filters as text: what is written is read back, and what cannot be asked is told.

import { expect, test } from 'vitest'
import { badNumber, boundOf, readBounds, readChosen, writeChosen } from './filters.ts'

test('a list is read back as it was written, also all but these', () => {
  for (const chosen of [
    { not: false, values: ['acme'] },
    { not: true, values: ['1', 'none', '7'] },
    { not: false, values: ['Ireland, mobile', 'Cuba'] },
  ]) {
    expect(readChosen(writeChosen(chosen) ?? '')).toEqual(chosen)
  }
  expect(writeChosen({ not: true, values: [] })).toBeUndefined()
})

test('a piece that is neither number nor pattern is named', () => {
  for (const good of ['204', '+353209100150', '_2XXN', '_0044.', '_[1-5*]XX!', '!_2XX,9196', '_.', 'anonymous']) {
    expect([good, badNumber(good)]).toEqual([good, undefined])
  }
  expect(badNumber('_2XX,_2Q')).toBe('_2Q')
  for (const bad of ['_', '_2.3', '_[5-1]', '_[-]', '_[1', 'two words', '_2XX..']) {
    expect([bad, badNumber(bad)]).toEqual([bad, bad])
  }
})

test('bounds are seconds, clock faces or amounts', () => {
  expect(['', '90', '1:30', '1:01:30', '1:75', 'x'].map((text) => boundOf('seconds', text))).toEqual(
    ['', '90', '90', '3690', undefined, undefined], // what cannot be read is told, not guessed
  )
  expect(['0.25', '1:30', '-1', '1,5'].map((text) => boundOf('money', text))).toEqual([
    '0.25',
    undefined,
    undefined,
    undefined,
  ])
  expect(readBounds('10-60')).toEqual({ least: '10', most: '60' })
  expect(readBounds('-0.5')).toEqual({ least: '', most: '0.5' })
  expect(readBounds('ten')).toBeUndefined()
})
