// What passes the door for rules, and what is said of what does not.

import { describe, expect, it } from 'vitest'
import { DEFAULT_RULES } from './default-rules.ts'
import { readRules } from './read-rules.ts'

describe('readRules', () => {
  it('takes the default rules as they are, through JSON too', () => {
    expect(readRules(JSON.parse(JSON.stringify(DEFAULT_RULES)))).toEqual({ ok: true, value: DEFAULT_RULES })
  })

  it('takes what is missing for empty', () => {
    const read = readRules({ channels: [{ match: 'PJSIP/*', is: 'person' }] })
    expect(read).toMatchObject({
      ok: true,
      value: { contexts: [], dids: [], reviewAfterHours: 4, finalAfterMinutes: 10 },
    })
  })

  it.each([
    [null, 'The rules must be an object'],
    [[], 'The rules must be an object'],
    [{ trunks: [] }, '“trunks” is not a list of rules'],
    [{ channels: {} }, '“channels” must be a list'],
    [{ channels: [{ match: '', is: 'hop' }] }, 'Channel rule 1: the channel must be a text'],
    [{ channels: [{ match: 'a', is: 'robot' }] }, 'Channel rule 1 must be one of person, hop, program, trunk'],
    [{ channels: [{ match: 'a', is: 'hop', when: 1 }] }, 'Channel rule 1 says “when”'],
    [{ channels: [{ match: 'a', is: 'hop' }, 7] }, 'Channel rule 2 must say what it matches'],
    [{ contexts: [{ context: 'a', direction: 'sideways' }] }, 'Context rule 1 must be one of inbound'],
    [{ contexts: [{ context: 'a\nb', direction: 'inbound' }] }, 'line break'],
    [{ dids: ['x'.repeat(201)] }, 'Pattern 1 of “dids” is longer than 200'],
    [{ dids: Array(501).fill('1') }, '“dids” has more than 500'],
    [{ reviewAfterHours: 1.5 }, '“reviewAfterHours” must be a whole number'],
    [{ finalAfterMinutes: -1 }, '“finalAfterMinutes” must be a whole number'],
  ])('%j: %s', (value, fault) => {
    const read = readRules(value)
    expect(read.ok ? '' : read.error.join(' ')).toContain(fault)
  })

  it('says every fault at once', () => {
    const read = readRules({ channels: [{ match: '', is: 'x' }], contexts: [{}] })
    expect(read.ok ? [] : read.error).toHaveLength(4)
  })
})
