// What happened, in plain words: the stories of recorded calls in both languages, and the shapes a call can have.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { en } from '../../i18n/en.ts'
import { zhCN } from '../../i18n/zh-CN.ts'
import * as calls from './story-fixtures.ts'
import { attempt, party, story } from './story-fixtures.ts'
import { type Looks, type StoryWords, storySentence } from './story-sentence.ts'
import { storySteps } from './story-steps.ts'

const LOOKS: Looks = {
  who: ({ name, number }) => (number ? `${name} (${number})` : name),
  again: ({ name }) => name,
  number: (number) => number,
  time: (seconds) => `${Math.round(seconds * 10) / 10} s`,
}

function say(told: Parameters<typeof storySentence>[0], words: StoryWords = en.call.story): string {
  return ([storySentence(told, words, LOOKS)] as unknown[])
    .flat(9)
    .filter((one) => typeof one === 'string')
    .join('')
}

test('a queue whose second agent takes the call', () => {
  expect(say(calls.queueCall)).toBe(
    'Alice (1001) called queue, waited in the queue support for 4 s. Two phones rang for 3 s. ' +
      'Agent Prompt (answer) answered and they talked for 1.5 s.',
  )
  expect(say(calls.queueCall, zhCN.call.story)).toBe(
    'Alice (1001) 拨打 queue，在队列 support 中等待 4 s。2 部话机振铃 3 s。Agent Prompt (answer) 接听，通话 1.5 s。',
  )
})

test('a ring group: who rang, who was busy, who took it', () => {
  expect(say(calls.groupCall)).toBe(
    'Alice (1001) called group. Two phones rang for 1 s; one more was busy. answer answered and they talked for 2.5 s.',
  )
})

test('transfers: asked first, and to a program', () => {
  expect(say(calls.attendedTransfer)).toBe(
    'Alice (1001) called transferable. stay answered and they talked for 4.6 s. ' +
      'stay asked first and passed the call on to 7001, where they talked for 1.4 s.',
  )
  expect(say(calls.blindTransfer)).toBe(
    'Alice (1001) called transferable. stay answered and they talked for 1.1 s. ' +
      'stay passed the call on to target, where no person took it.',
  )
  expect(say(calls.attendedTransfer, zhCN.call.story)).toContain('stay 先行咨询，再将通话转给 7001，又通话 1.4 s。')
})

test('calls nobody took', () => {
  expect(say(calls.abandoned)).toContain('The caller waited 3 s in the queue and gave up.')
  expect(say(calls.menuOnly)).toBe('Alice (1001) called ivr. Only a program answered, for 12.4 s.')
  const busy = story({
    ending: 'busy',
    parties: [party('PJSIP/bob')],
    attempts: [attempt('PJSIP/bob', 'busy', 0, 0, 17)],
  })
  expect(say(busy)).toBe('Alice (1001) called 7000. The line was busy (cause 17).')
  expect(say(story({ ending: 'cancelled', seconds: 9 }))).toBe(
    'Alice (1001) called 7000. The caller gave up after 9 s.',
  )
  const failed = story({
    ...{ ending: 'failed', parties: [party('PJSIP/trunk')] },
    attempts: [attempt('PJSIP/trunk', 'unallocated', 0, 0.2, 1)],
  })
  expect(say(failed)).toBe('Alice (1001) called 7000. The call failed (cause 1).')
})

test('a hop that only dials on is nobody', () => {
  expect(say(calls.forwarded)).toBe(
    'Alice (1001) called 7000. It rang for 7.8 s. +447700900461 answered and they talked for 12 s.'.replace(
      '7000',
      '204',
    ),
  )
})

test('an unknown caller, and one known by number only', () => {
  expect(say(story({ caller: { number: '', name: '', endpoint: '' } }))).toMatch(/^An unknown caller called 7000\./)
  expect(say(story({ caller: { number: '1001', name: '', endpoint: '' } }))).toMatch(/^1001 called/)
})

test('whatever happened is told once, ends in a full stop, and in both languages', () => {
  const second = fc.integer({ min: 0, max: 600 })
  const tried = fc.record({
    who: fc.constantFrom('PJSIP/1', 'PJSIP/2', 'PJSIP/3'),
    result: fc.constantFrom('answered', 'answered_elsewhere', 'busy', 'no_answer', 'cancelled', 'unallocated'),
    at: second,
    ring: second,
  })
  const ending = fc.constantFrom(
    'answered_by_person',
    'ivr_only',
    'queue_timeout',
    'busy',
    'no_answer',
    'failed',
    'unknown',
  )
  fc.assert(
    fc.property(fc.array(tried, { maxLength: 6 }), ending, fc.boolean(), (attempts, how, transferred) => {
      const told = story({
        ...{ ending: how, seconds: 1300, parties: ['PJSIP/1', 'PJSIP/2', 'PJSIP/3'].map((id) => party(id)) },
        attempts: attempts.map(({ who, result, at, ring }) => attempt(who, result as 'busy', at, at + ring)),
        talk: attempts
          .filter((one) => one.result === 'answered')
          .map(({ who, at, ring }) => ({ with: who, from: at + ring, until: at + ring + 10 })),
        transfer: transferred
          ? { kind: 'blind', by: 'callee', transferer: 'PJSIP/1', target: '9', targetAnswered: true, at: 300 }
          : null,
      })
      for (const words of [en.call.story, zhCN.call.story]) {
        const text = say(told, words)
        expect(text).toMatch(/[.。]$/)
        expect(text).not.toMatch(/undefined|NaN|\[object|[.。]{2}/)
      }
      const kinds = storySteps(told).map((step) => step.kind)
      for (const once of ['called', 'rang', 'answered', 'transferred', 'ended']) {
        expect(kinds.filter((kind) => kind === once).length).toBeLessThanOrEqual(1)
      }
      expect(kinds.includes('answered') && kinds.includes('ended')).toBe(false)
    }),
    { numRuns: 60 },
  )
})
