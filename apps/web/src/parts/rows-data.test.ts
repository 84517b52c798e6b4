// What the file of a breakdown holds: what its table shows, the change of calls among it.

import { expect, test } from 'vitest'
import { figureCsv } from './figure-table.tsx'
import { rowsData } from './rows-data.ts'

const rows = [
  { key: '1', label: 'meridian', calls: 30, answered: 20 },
  { key: '2', label: '=cmd', calls: 5, answered: 0 },
  { key: 'other', label: '', calls: 7, answered: 7 },
]

test('compared: the calls there were and their change; nothing from nothing, nothing of the rest', () => {
  const data = rowsData('trunk', rows, ['calls'], new Map([['1', 40]]))
  expect(figureCsv(data).split('\r\n').slice(0, 3)).toEqual([
    'trunk,calls,calls_before,calls_change_pct',
    'meridian,30,40,-25',
    "'=cmd,5,0,",
  ])
  expect(data.rows[2]?.values).toEqual([7, null, null])
})

test('not compared: the figures chosen and no more', () => {
  expect(figureCsv(rowsData('trunk', rows, ['calls', 'answered'])).split('\r\n')[0]).toBe('trunk,calls,answered')
})
