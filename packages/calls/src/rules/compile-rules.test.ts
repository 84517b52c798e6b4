// Which rule says what of a channel, a context, a number; and the patterns they are written in.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallRules } from './call-rules.ts'
import { classOfChannel, compileRules, directionOfContext, isDid, pathStepOf, ruleOfChannel } from './compile-rules.ts'
import { DEFAULT_RULES } from './default-rules.ts'
import { globMatches } from './glob.ts'

const NONE: CallRules = {
  ...{ channels: [], contexts: [], closedHours: [], voicemail: [], conference: [], ringGroup: [], ivr: [], queue: [] },
  ...{ dids: [], reviewAfterHours: 4, finalAfterMinutes: 10 },
}
const LAB: CallRules = JSON.parse(readFileSync(new URL('./lab-rules.json', import.meta.url), 'utf8'))

describe('patterns', () => {
  it('say what the same regular expression says', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-'), maxLength: 8 })
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 })
    fc.assert(
      fc.property(pattern, letters, (glob, text) => {
        const regex = glob.replace(/[.-]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')
        expect(globMatches(glob, text)).toBe(new RegExp(`^${regex}$`).test(text))
      }),
      { numRuns: 2_000 },
    )
  })

  it('take no longer for many stars', () => {
    expect(globMatches(`${'*a'.repeat(40)}*b`, 'a'.repeat(500))).toBe(false)
  })
})

describe('channels', () => {
  it('the first rule that fits decides, by the peer and not the one call', () => {
    const rules = compileRules({
      ...NONE,
      channels: [
        { match: 'Local/forward@phones', is: 'hop' },
        { match: 'local/*@PHONES', is: 'person' },
      ],
    })
    expect(ruleOfChannel(rules, { channel: 'Local/forward@phones-0000001a;2' })).toEqual({ kind: 'hop', rule: 0 })
    expect(ruleOfChannel(rules, { channel: 'Local/answer@phones-0000001b;2' })).toEqual({ kind: 'person', rule: 1 })
    expect(ruleOfChannel(rules, { channel: 'PJSIP/201-0000001c' })).toEqual({ kind: undefined, rule: -1 })
  })

  it('a rule with a context or an application fits only there', () => {
    const rules = compileRules({
      ...NONE,
      channels: [
        { match: 'Local/*@lab', context: 'caller', is: 'person' },
        { match: '*', app: 'AGI', is: 'program' },
      ],
    })
    expect(classOfChannel(rules, { channel: 'Local/7@lab-00000001;1', context: 'caller' })).toBe('person')
    expect(classOfChannel(rules, { channel: 'Local/7@lab-00000001;2', context: 'lab' })).toBeUndefined()
    expect(classOfChannel(rules, { channel: 'Local/7@lab-00000001;2', context: 'lab', app: 'agi' })).toBe('program')
  })

  it('a trunk of the directory is one whatever the rules say', () => {
    const person: CallRules = { ...NONE, channels: [{ match: 'PJSIP/*', is: 'person' }] }
    const rules = compileRules(person, { trunkPeers: ['pjsip/NorthLink'] })
    expect(ruleOfChannel(rules, { channel: 'PJSIP/northlink-00000001' })).toEqual({ kind: 'trunk', rule: -1 })
    expect(classOfChannel(rules, { channel: 'PJSIP/201-00000001' })).toBe('person')
  })
})

describe('the default rules', () => {
  const rules = compileRules(DEFAULT_RULES)

  it.each([
    ['PJSIP/trunk-00000001', 'trunk'],
    ['SIP/Provider-2-0000001a', 'trunk'],
    ['PJSIP/sip-out-00000001', 'trunk'],
    ['PJSIP/acme-trunk-00000001', 'trunk'],
    ['Local/201@from-queue-00000004;2', 'hop'],
    ['Local/FMPR-201@from-internal-00000004;1', 'hop'],
    ['PJSIP/201-0000001c', undefined],
    ['SIP/gwen-0000001c', undefined],
    ['Local/answer@phones-0000001c;2', undefined],
  ])('%s: %s', (channel, kind) => expect(classOfChannel(rules, { channel })).toBe(kind))

  it.each([
    ['from-trunk-sip-acme', 'inbound'],
    ['from-pstn', 'inbound'],
    ['from-did-direct', 'inbound'],
    ['outrt-3', 'outbound'],
    ['from-internal', undefined],
  ])('a call that begins in %s: %s', (context, way) => expect(directionOfContext(rules, context)).toBe(way))

  it.each([
    ['ivr-3', 'WaitExten', 'ivr'],
    ['ext-group', 'Dial', 'ringGroup'],
    ['ext-queues', 'Queue', 'queue'],
    ['macro-vm', 'VoiceMail', 'voicemail'],
    ['from-internal', 'ConfBridge', 'conference'],
    ['from-internal', 'Dial', undefined],
  ])('%s running %s: %s', (context, app, step) => expect(pathStepOf(rules, context, app)).toBe(step))
})

describe('the rules of the recordings', () => {
  const rules = compileRules(LAB)

  it.each([
    ['Local/answer@phones-00000001;2', 'person'],
    ['Local/forward@phones-00000001;2', 'hop'],
    ['Local/noanswer@agents-00000001;2', 'person'],
    ['PJSIP/carrier-00000001', 'trunk'],
    ['Local/target@lab-00000001;2', 'program'],
    ['Local/7001@lab-00000001;2', 'person'],
  ])('%s: %s', (channel, kind) => expect(classOfChannel(rules, { channel })).toBe(kind))
})

it('numbers from outside are told by pattern', () => {
  const rules = compileRules({ ...NONE, dids: ['+4420*', '5550199'] })
  expect([isDid(rules, '+442071234567'), isDid(rules, '5550199'), isDid(rules, '555019')]).toEqual([true, true, false])
})
