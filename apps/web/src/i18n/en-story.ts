// English: what happened on a call, told in plain sentences. Same rules as en.ts.

import type { ComponentChildren as Kids } from 'preact'
import { count } from '../format/number.ts'

const SMALL = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten']
const capital = (n: number) => SMALL[n] ?? count(n)

const cause = (n: number | undefined) => (n === undefined ? '' : ` (cause ${n})`)

export const enStory = {
  stop: '.',
  moment: 'less than a second',
  someone: 'An unknown caller',
  called: (from: Kids, to: Kids): Kids => [from, ' called ', to],
  menu: (time: Kids): Kids => [', listened to a menu for ', time],
  queue: (name: string, time: Kids): Kids => [`, waited in the queue ${name} for `, time],
  rang: (phones: number, time: Kids): Kids => [
    phones > 1 ? ` ${capital(phones)} phones rang for ` : ' It rang for ',
    time,
  ],
  busyToo: (n: number): Kids => (n > 1 ? `; ${count(n)} more were busy` : '; one more was busy'),
  unreached: (n: number): Kids => (n > 1 ? `; ${count(n)} could not be reached` : '; one could not be reached'),
  answered: (who: Kids, time: Kids): Kids => [' ', who, ' answered and they talked for ', time, '.'],
  passed: {
    blind: (by: Kids, to: Kids): Kids => [' ', by, ' passed the call on to ', to],
    attended: (by: Kids, to: Kids): Kids => [' ', by, ' asked first and passed the call on to ', to],
    redirect: (by: Kids, to: Kids): Kids => [' The call of ', by, ' was moved to ', to],
  },
  moved: (to: Kids): Kids => [' The call was moved to ', to],
  talkedOn: (time: Kids): Kids => [', where they talked for ', time, '.'],
  noPerson: ', where no person took it.' as Kids,
  also: (who: Kids, time: Kids): Kids => [' Then they talked with ', who, ' for ', time, '.'],
  parked: (time: Kids): Kids => [' The call was parked for ', time, '.'],
  ended: {
    ivr_only: (time: Kids): Kids => [' Only a program answered, for ', time, '.'],
    voicemail: (time: Kids): Kids => [' Nobody but the voicemail answered, for ', time, '.'],
    closed_hours: (time: Kids): Kids => [' It was closed: only an announcement answered, for ', time, '.'],
    queue_abandoned: (time: Kids): Kids => [' The caller waited ', time, ' in the queue and gave up.'],
    queue_timeout: (time: Kids): Kids => [' The caller waited ', time, ' in the queue until it gave up on them.'],
    busy: (_time: Kids, n?: number): Kids => ` The line was busy${cause(n)}.`,
    no_answer: (_time: Kids, n?: number): Kids => ` Nobody answered${cause(n)}.`,
    congestion: (_time: Kids, n?: number): Kids => ` The network had no way through${cause(n)}.`,
    cancelled: (time: Kids): Kids => [' The caller gave up after ', time, '.'],
    failed: (_time: Kids, n?: number): Kids => ` The call failed${cause(n)}.`,
  },
}

/** How a call ended, where more is known than its outcome. */
export const enEndings = {
  unknown: 'Unknown',
  answered_by_person: 'Answered',
  ivr_only: 'Menu only',
  queue_abandoned: 'Left the queue',
  queue_timeout: 'Queue timed out',
  busy: 'Busy',
  no_answer: 'No answer',
  congestion: 'Congestion',
  cancelled: 'Caller gave up',
  failed: 'Failed',
  voicemail: 'Voicemail',
  closed_hours: 'Closed hours',
}

/** Steps on the way of a call. */
export const enSteps = {
  queue: (name: string) => (name ? `queue ${name}` : 'queue'),
  transferred: 'transferred',
  park: 'parked',
  voicemail: 'voicemail',
}

/** The rest of the call page's timeline, rows and audit. */
export const enCallPage = {
  kinds: {
    talk: 'talking',
    ring: 'ringing',
    wait: 'waiting',
    menu: 'menu',
    program: 'program',
    park: 'parked',
    fail: 'not reached',
  },
  results: {
    answered_elsewhere: 'answered elsewhere',
    busy: 'busy',
    no_answer: 'no answer',
    cancelled: 'caller gave up',
    congestion: 'congestion',
    unavailable: 'unavailable',
    unallocated: 'no such number',
  },
  transfers: { blind: 'blind transfer', attended: 'attended transfer', redirect: 'moved' },
  with: (who: string) => `with ${who}`,
  fromRows: 'No channel events came with this call: it is told from its records alone, to the second.',
  role: 'Role',
  roles: {
    billable_leg: 'billable leg',
    transfer_continuation: 'after the transfer',
    system_leg: 'with a program',
    attempt_failed: 'attempt failed',
    dialplan_failed: 'ended in the dialplan',
    local_half: 'local half',
    forward_leg: 'forwarded hop',
    consultation: 'consultation',
    fork_overlap: 'overlaps (ForkCDR)',
    after_dial_step: 'step after the dial',
    park: 'parked',
    after_park: 'after parking',
    transfer_target_system: 'transferred to a program',
  },
  toldBy: (way: string) => `told by ${way}`,
  cameBy: 'came by',
  showEvents: (n: number) => `Show ${count(n)} events`,
  changes: 'Changes',
  changesHint: 'what the call was before it became what it is',
  changedAt: 'When',
  changedBy: 'Why',
  changed: 'What',
  causes: {
    'late-rows': 'late rows came',
    events: 'events came',
    rules: 'other rules',
    zone: 'another time zone',
    merged: 'two calls were one',
  },
  fields: {
    startedAtMs: 'start',
    answeredAtMs: 'answer',
    endedAtMs: 'end',
    talkS: 'talk',
    ringS: 'ringing',
    waitS: 'waiting',
    durationS: 'length',
    billS: 'billable',
    outcome: 'outcome',
    ending: 'ending',
    legs: 'legs',
    attempts: 'attempts',
    final: 'final',
    fromNumber: 'from',
    toNumber: 'to',
    fromName: 'name',
    answeredBy: 'answered by',
    accountcode: 'account code',
    direction: 'direction',
    accountId: 'account',
    trunkId: 'trunk',
    carrierId: 'carrier',
    destinationId: 'destination',
    segments: 'parts',
  },
}
