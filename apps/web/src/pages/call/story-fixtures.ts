// Calls as real PBXs recorded them, written down as stories by hand: for tests. Times are seconds after the start.

import type { StoryAttempt, StoryInfo, StoryParty } from '@tollbook/api/wire-story'

const START = '2026-11-23T13:22:44.717Z'

export function story(change: Partial<StoryInfo>): StoryInfo {
  return {
    ...{ startedAt: START, seconds: 6, caller: { number: '1001', name: 'Alice', endpoint: 'PJSIP/alice' } },
    ...{
      dialled: '7000',
      did: '',
      ending: 'answered_by_person',
      answeredBy: null,
      parties: [],
      attempts: [],
      transfer: null,
    },
    ...{ queue: null, talk: [], phases: [], path: [], fromEvents: true, complete: true },
    ...change,
  }
}

export const party = (id: string, number = '', member = ''): StoryParty => ({ id, number, member })

export function attempt(
  of: string,
  result: StoryAttempt['result'],
  from: number,
  until: number,
  cause = 16,
): StoryAttempt {
  const silent = ['busy', 'congestion', 'unavailable', 'unallocated'].includes(result)
  return { party: of, result, alerted: !silent && until > from, from, until, cause }
}

/** Two agents in turn; the second one takes it. */
export const queueCall = story({
  ...{ seconds: 6.005, dialled: 'queue', answeredBy: 'Local/answer@agents', path: ['queue:support'] },
  parties: [party('Local/noanswer@agents', '', 'Agent Never'), party('Local/answer@agents', '', 'Agent Prompt')],
  attempts: [
    attempt('Local/noanswer@agents', 'no_answer', 0.5, 2.502, 0),
    attempt('Local/answer@agents', 'answered', 3.5, 4.5),
  ],
  queue: { name: 'support', result: 'connected', from: 0.5, until: 4.507 },
  talk: [{ with: 'Local/answer@agents', from: 4.509, until: 6.004 }],
  phases: [
    { party: 'caller', kind: 'system', from: 0, until: 0.5 },
    { party: 'caller', kind: 'waiting', from: 0.5, until: 4.507 },
  ],
})

/** Three telephones ring, one of them is busy. */
export const groupCall = story({
  ...{ seconds: 3.505, dialled: 'group', answeredBy: 'Local/answer@phones' },
  parties: [party('Local/ring@phones'), party('Local/answer@phones'), party('Local/busy@phones')],
  attempts: [
    attempt('Local/ring@phones', 'answered_elsewhere', 0.002, 1.003, 26),
    attempt('Local/answer@phones', 'answered', 0.002, 1.003),
    attempt('Local/busy@phones', 'busy', 0.002, 0.01, 17),
  ],
  talk: [{ with: 'Local/answer@phones', from: 1.003, until: 3.504 }],
  phases: [{ party: 'caller', kind: 'ringing', from: 0.002, until: 1.003 }],
})

/** The callee asks 7001, then hangs up: caller and 7001 talk on. */
export const attendedTransfer = story({
  ...{ seconds: 7.094, dialled: 'transferable', answeredBy: 'Local/stay@phones', path: ['transfer:attended'] },
  parties: [party('Local/stay@phones'), party('Local/7001@lab', '7001')],
  attempts: [attempt('Local/stay@phones', 'answered', 0.001, 0.001)],
  transfer: {
    ...{ kind: 'attended', by: 'callee', transferer: 'Local/stay@phones', target: '7001', targetAnswered: true },
    at: 5.654,
  },
  talk: [
    { with: 'Local/stay@phones', from: 0.002, until: 4.589 },
    { with: 'Local/7001@lab', from: 5.654, until: 7.092 },
  ],
})

/** The callee passes the call on to a program. */
export const blindTransfer = story({
  ...{ seconds: 3.11, dialled: 'transferable', answeredBy: 'Local/stay@phones', path: ['transfer:blind'] },
  parties: [party('Local/stay@phones')],
  attempts: [attempt('Local/stay@phones', 'answered', 0.001, 0.001)],
  transfer: {
    ...{ kind: 'blind', by: 'callee', transferer: 'Local/stay@phones', target: 'target', targetAnswered: false },
    at: 1.108,
  },
  talk: [{ with: 'Local/stay@phones', from: 0.004, until: 1.107 }],
  phases: [{ party: 'caller', kind: 'system', from: 1.11, until: 3.11 }],
})

export const abandoned = story({
  ...{ seconds: 3.6, dialled: 'queue', ending: 'queue_abandoned', path: ['queue:support'] },
  parties: [party('Local/noanswer@agents', '', 'Agent Never')],
  attempts: [attempt('Local/noanswer@agents', 'cancelled', 0.6, 2.6, 0)],
  queue: { name: 'support', result: 'abandoned', from: 0.5, until: 3.5 },
  phases: [{ party: 'caller', kind: 'waiting', from: 0.5, until: 3.5 }],
})

export const menuOnly = story({
  ...{ seconds: 12.4, dialled: 'ivr', ending: 'ivr_only', path: ['ivr'] },
  phases: [{ party: 'caller', kind: 'system', from: 0, until: 12.4 }],
})

/** A forwarded telephone: the hop only dials on. */
export const forwarded = story({
  ...{ seconds: 20, dialled: '204', answeredBy: 'PJSIP/trunk' },
  parties: [party('Local/forward@phones'), party('PJSIP/trunk', '+447700900461')],
  attempts: [attempt('Local/forward@phones', 'forwarded', 0.1, 0.2), attempt('PJSIP/trunk', 'answered', 0.2, 8)],
  talk: [{ with: 'PJSIP/trunk', from: 8, until: 20 }],
  phases: [{ party: 'caller', kind: 'ringing', from: 0.2, until: 8 }],
})
