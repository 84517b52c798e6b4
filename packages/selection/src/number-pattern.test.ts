import { describe, expect, it } from 'vitest'
import { numberMatch, parseNumbers } from './number-pattern.ts'

const hits = (pattern: string, number: string) => new RegExp(numberMatch(pattern)!.regex).test(number)

describe('numberMatch', () => {
  it('reads patterns as the dialplan does', () => {
    expect(['2201', '2209', '2299'].map((n) => hits('_2XXN', n))).toEqual([false, true, true])
    expect(['0044', '00441', '0044171234'].map((n) => hits('_0044.', n))).toEqual([false, true, true])
    expect(['00', '001'].map((n) => hits('_00!', n))).toEqual([true, true])
    expect(['2', '3', '6'].map((n) => hits('_[2-5]', n))).toEqual([true, true, false])
    expect(hits('_ZX', '01')).toBe(false)
    expect(hits('+353.1', '+35391')).toBe(false)
  })

  it('tells the end that every match has, for the index over it', () => {
    expect(numberMatch('+353861234567')!.tail).toBe('61234567')
    expect(numberMatch('201')!.tail).toBe('201')
    expect(numberMatch('_X.')!.tail).toBeUndefined()
    expect(numberMatch('_[12]X12345678')!.tail).toBe('12345678')
    expect(numberMatch('_XX1234567')!.tail).toBeUndefined()
  })

  it.each(['_', '_[5-1]', '_[x]', '_20Q', 'a b', "'; drop", '_2.1'])('refuses %s', (text) => {
    expect(numberMatch(text)).toBeUndefined()
    expect(parseNumbers(`201,${text}`)).toBeUndefined()
  })

  it('reads lists and "all but"', () => {
    expect(parseNumbers('!201, _3XX')).toMatchObject({ not: true, matches: [{ tail: '201' }, { tail: undefined }] })
  })
})
