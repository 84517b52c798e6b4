// English: what happened on a call, told in plain sentences. Same rules as en.ts.

import type { ComponentChildren as Kids } from 'preact'
import { count } from '../format/number.ts'

const cause = (n: number | undefined) => (n === undefined ? '' : ` (cause ${n})`)

export const enStory = {
  stop: '.',
  someone: 'An unknown caller',
  called: (from: Kids, to: Kids): Kids => [from, ' called ', to],
  menu: (time: Kids): Kids => [', listened to a menu for ', time],
  queue: (name: string, time: Kids): Kids => [`, waited in the queue ${name} for `, time],
  rang: (phones: number, time: Kids): Kids => [
    phones > 1 ? ` ${count(phones)} phones rang for ` : ' It rang for ',
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
