// The types demand the same keys; this looks for sentences that were copied instead of translated.

import { expect, test } from 'vitest'
import { en } from './en.ts'
import { zhCN } from './zh-CN.ts'

/** Names and terms that are the same in both languages. */
const SAME = new Set([
  'app.name',
  'imports.dropHint',
  'invoices.pdf',
  'live.cdr',
  'live.cel',
  'live.legs',
  'rates.priceCsv',
  'rates.pricePdf',
  'settings.iban',
  'settings.taxRateUnit',
  'word.direction.unknown',
])

function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key))
}

test('every Chinese sentence is Chinese', () => {
  const english = new Map(leaves(en))
  const untranslated = leaves(zhCN)
    .filter(([path, text]) => typeof text === 'string' && text !== '' && !SAME.has(path) && text === english.get(path))
    .map(([path]) => path)
  expect(untranslated).toEqual([])
})

test('both languages have the same keys, in the same order', () => {
  expect(leaves(zhCN).map(([path]) => path)).toEqual(leaves(en).map(([path]) => path))
})

test('Chinese text uses full-width punctuation after Han', () => {
  const wrong = leaves(zhCN).filter(
    ([, text]) => typeof text === 'string' && /\p{Script=Han}(?:[,;?!]|:(?!\p{Script=Han}))/u.test(text),
  )
  expect(wrong).toEqual([])
})
