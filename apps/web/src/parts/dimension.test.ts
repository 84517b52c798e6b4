// The doors of a row: to the calls its figures count, within what was chosen already, and to those that were added up.

import { expect, test } from 'vitest'
import type { Filters, View } from '../state/view.ts'
import { callsOfFigure, keysOfOthers } from './dimension.ts'

const viewWith = (filters: Filters) => ({ filters, query: {}, span: { token: '2025-06' } }) as unknown as View

function opened(href: string | null): Record<string, string> | null {
  if (href === null) return null
  const { range, ...filters } = Object.fromEntries(new URL(href, 'http://x').searchParams)
  return filters
}

test.each([
  [{}, 'missed', { trunk: '7', direction: 'inbound', outcome: '!answered' }],
  [{}, 'calls', { trunk: '7' }],
  [{ outcome: 'answered,busy' }, 'answered', { trunk: '7', outcome: 'answered' }],
  [{ outcome: '!busy' }, 'answered', { trunk: '7', outcome: 'answered' }],
  [{ outcome: 'answered,busy' }, 'missed', { trunk: '7', direction: 'inbound', outcome: 'busy' }],
  [{ outcome: 'busy' }, 'answered', null],
  [{ direction: 'outbound' }, 'missed', null],
  [{ talk: '5-60' }, 'short_calls', { trunk: '7', outcome: 'answered', talk: '5-9' }],
  [{ talk: '10-' }, 'short_calls', null],
  [{ rated: 'rated' }, 'unrated', null],
  [{ rated: 'unrated' }, 'unrated', { trunk: '7', rated: 'unrated' }],
] as const)('with %o chosen, %s opens %o', (filters, metric, calls) => {
  expect(opened(callsOfFigure(viewWith(filters), 'trunk', '7', metric))).toEqual(
    calls === null ? null : { ...filters, ...calls },
  )
})

test('a row of an outcome opens no calls of another', () => {
  expect(opened(callsOfFigure(viewWith({}), 'outcome', 'answered', 'missed'))).toBeNull()
  expect(opened(callsOfFigure(viewWith({}), 'outcome', 'busy', 'missed'))).toEqual({
    outcome: 'busy',
    direction: 'inbound',
  })
})

test('rows that were added up are all but those shown, or these by name where some were chosen', () => {
  expect(keysOfOthers(viewWith({}), 'account', ['a', 'none'], ['b', 'other'])).toBe('!a,none')
  expect(keysOfOthers(viewWith({ account: 'a,b,c' }), 'account', ['a'], ['b', 'c'])).toBe('b,c')
  expect(keysOfOthers(viewWith({ account: '!x' }), 'account', ['a'], ['b', 'other'])).toBeNull()
  expect(keysOfOthers(viewWith({}), 'tag', ['a'], ['b'])).toBeNull()
  expect(keysOfOthers(viewWith({}), 'did', ['a,b'], ['c'])).toBeNull()
})
