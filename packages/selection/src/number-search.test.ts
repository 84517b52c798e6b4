import { describe, expect, it } from 'vitest'
import { parseCallSearch } from './number-search.ts'

describe('parseCallSearch', () => {
  it('reads what people type', () => {
    expect(parseCallSearch('  ')).toBeUndefined()
    expect(parseCallSearch('+353 (86) 000-1111')).toEqual({ kind: 'tail', digits: '353860001111' })
    expect(parseCallSearch('204')).toEqual({ kind: 'exact', digits: '204' })
    expect(parseCallSearch('00353*')).toEqual({ kind: 'prefix', digits: '00353' })
    expect(parseCallSearch('1697300000.12')).toEqual({ kind: 'id', id: '1697300000.12', epochMs: 1_697_300_000_000 })
    expect(parseCallSearch('pbx-1-1697300000.2')).toMatchObject({ kind: 'id', epochMs: 1_697_300_000_000 })
    expect(parseCallSearch(' 陈 ')).toEqual({ kind: 'name', text: '陈' })
  })
})
