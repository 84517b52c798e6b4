// The recorded AMI sessions that frames are fuzzed from: calls, queues, odd framing, answers and lists.

import { recorded } from '@tollbook/testkit'

const NAMES = [
  ...['asterisk-22/all-cdr-cel.ami', 'asterisk-22/edge/actions.ami', 'asterisk-22/edge/framing.ami'],
  ...['asterisk-22/scenarios/hugefield.ami', 'asterisk-22/scenarios/newline.ami', 'asterisk-22/scenarios/unicode.ami'],
  ...['asterisk-22/scenarios/queue.ami', 'asterisk-16/scenarios/queue.ami', 'asterisk-16/scenarios/newline.ami'],
]

export function recordedSessions(): Buffer[] {
  return NAMES.map(recorded)
}
