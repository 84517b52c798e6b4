// Stories of the invented calls, as their channel events would tell them; one of them is the ring group with a transfer
// that the call page was drawn for.

import type { QueueEventRow } from '@tollbook/api/wire'
import type { Ending, StoryInfo } from '@tollbook/api/wire-story'
import { type MockCall, TRUNKS } from './data.ts'

export const ENDING_OF: Readonly<Record<MockCall['outcome'], Ending>> = {
  answered: 'answered_by_person',
  'no-answer': 'no_answer',
  busy: 'busy',
  failed: 'failed',
  program: 'voicemail',
}

/** A ring group that somebody answers and passes on to a mobile. */
export function isTransferred(call: MockCall): boolean {
  return call.direction === 'inbound' && call.outcome === 'answered' && call.legs === 4
}

export function storyOf(call: MockCall): StoryInfo {
  return isTransferred(call) ? transferred(call) : plain(call)
}

const iso = (ms: number) => new Date(ms).toISOString()

function plain(call: MockCall): StoryInfo {
  const trunk = TRUNKS.find((one) => one.id === call.trunk)?.name
  const inbound = call.direction === 'inbound'
  const far = call.direction === 'outbound' ? `PJSIP/${trunk}` : `PJSIP/${inbound ? '204' : call.to}`
  const answered = call.outcome === 'answered'
  const program = call.outcome === 'program'
  const seconds = call.ringS + (answered ? call.talkS : program ? 20 : 0.4)
  const talk = answered ? [{ with: far, from: call.ringS, until: seconds }] : []
  const result = answered
    ? 'answered'
    : call.outcome === 'busy'
      ? 'busy'
      : call.outcome === 'failed'
        ? 'congestion'
        : 'no_answer'
  return {
    startedAt: iso(call.startMs),
    seconds,
    caller: { number: call.from, name: call.fromName, endpoint: inbound ? 'PJSIP/meridian' : `PJSIP/${call.from}` },
    dialled: call.to,
    did: inbound ? call.to : '',
    ending: ENDING_OF[call.outcome],
    answeredBy: answered ? far : null,
    parties: [{ id: far, number: call.direction === 'outbound' ? call.to : '', member: '' }],
    attempts: [
      {
        ...{ party: far, result, alerted: call.ringS > 0, from: 0.2, until: Math.max(0.4, call.ringS) },
        cause: answered ? 16 : result === 'busy' ? 17 : result === 'congestion' ? 34 : 19,
      },
    ],
    transfer: null,
    queue: null,
    talk,
    phases: [
      { party: 'caller', kind: 'ringing', from: 0.2, until: Math.max(0.4, call.ringS) },
      ...(program ? [{ party: 'caller', kind: 'system' as const, from: call.ringS, until: seconds }] : []),
    ],
    path: program ? ['voicemail'] : [],
    fromEvents: true,
    complete: true,
  }
}

function transferred(call: MockCall): StoryInfo {
  const group = ['PJSIP/201', 'PJSIP/202', 'PJSIP/204']
  const passed = 17 + Math.max(60, Math.floor(call.talkS * 0.4))
  const end = Math.max(passed + 74, 17 + call.talkS)
  const mobile = 'PJSIP/northlink'
  const talk = [
    { with: 'PJSIP/204', from: 17, until: passed },
    { with: mobile, from: passed + 11, until: end },
  ]
  return {
    startedAt: iso(call.startMs),
    seconds: end,
    caller: { number: call.from, name: 'Bríd Hanley', endpoint: 'PJSIP/meridian' },
    dialled: call.to,
    did: call.to,
    ending: 'answered_by_person',
    answeredBy: 'PJSIP/204',
    parties: [
      { id: 'PJSIP/201', number: '201', member: 'Ana Kelly' },
      { id: 'PJSIP/202', number: '202', member: 'Tom Byrne' },
      { id: 'PJSIP/203', number: '203', member: 'Wei Zhang' },
      { id: 'PJSIP/204', number: '204', member: 'Marta Silva' },
      { id: mobile, number: '+447700900461', member: '' },
    ],
    attempts: [
      ...group.map((party) => ({
        ...{ party, result: party === 'PJSIP/204' ? ('answered' as const) : ('answered_elsewhere' as const) },
        ...{ alerted: true, from: 6, until: 17, cause: party === 'PJSIP/204' ? 16 : 26 },
      })),
      { party: 'PJSIP/203', result: 'busy', alerted: false, from: 6, until: 6.4, cause: 17 },
      { party: mobile, result: 'answered', alerted: true, from: passed, until: passed + 11, cause: 16 },
    ],
    transfer: {
      ...{ kind: 'blind', by: 'callee', transferer: 'PJSIP/204', target: '00447700900461' },
      ...{ targetAnswered: true, at: passed },
    },
    queue: null,
    talk,
    phases: [
      { party: 'caller', kind: 'system', from: 0, until: 6 },
      { party: 'caller', kind: 'ringing', from: 6, until: 17 },
      { party: 'caller', kind: 'ringing', from: passed, until: passed + 11 },
    ],
    path: ['ivr', 'ringGroup', 'transfer:blind'],
    fromEvents: true,
    complete: true,
  }
}

export function queueEventsOf(call: MockCall): QueueEventRow[] {
  if (!isTransferred(call)) return []
  return [
    {
      ...{ happenedAt: iso(call.startMs + 6000), event: 'ENTERQUEUE', queue: 'sales', agent: '' },
      data: ['', call.from, '1'],
    },
    {
      ...{ happenedAt: iso(call.startMs + 17_000), event: 'CONNECT', queue: 'sales', agent: 'Marta Silva' },
      data: ['11', '1763999985.4421', '11'],
    },
  ]
}
