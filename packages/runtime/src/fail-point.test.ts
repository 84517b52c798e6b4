import { failPoint, onFailPoint } from '@tollbook/kernel'
import { afterEach, expect, test } from 'vitest'
import { armFailPoint, loadConfig, parseFailPoint } from './index.ts'

afterEach(() => onFailPoint(undefined))

test('dies at the named place, the nth time it is passed, and nowhere else', () => {
  let died = 0
  armFailPoint(parseFailPoint('capture.stored:2'), () => void died++)
  failPoint('capture.begun')
  failPoint('capture.stored')
  expect(died).toBe(0)
  failPoint('capture.stored')
  expect(died).toBe(1)
})

test('a place that does not exist is a fault of the configuration', () => {
  expect(parseFailPoint('capture.stored')).toEqual({ name: 'capture.stored', nth: 1 })
  expect(parseFailPoint('nowhere')).toBeUndefined()
  expect(parseFailPoint('capture.stored:0')).toBeUndefined()
  expect(loadConfig({ TOLLBOOK_FAIL_POINT: 'capture.stored:7' }).failPoint).toEqual({ name: 'capture.stored', nth: 7 })
  expect(() => loadConfig({ TOLLBOOK_FAIL_POINT: 'nowhere' })).toThrow(/TOLLBOOK_FAIL_POINT is "nowhere"/)
})
