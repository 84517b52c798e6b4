import { recorded } from '@tollbook/testkit'
import { expect, test } from 'vitest'
import { AmiMessage, AmiParser, amiRecords, queueEventFromAmi } from './index.ts'

/** Rows of a recording, as queue_log would write them. */
function queueLog(name: string): string[] {
  const parser = new AmiParser()
  const records = amiRecords()
  const all = records.push([...parser.push(recorded(name)), ...parser.end()])
  return all.flatMap((r) =>
    r.kind === 'queue'
      ? [
          [Math.floor(r.row.epochMs / 1000), r.row.callid, r.row.queue, r.row.agent, r.row.event, ...r.row.data].join(
            '|',
          ),
        ]
      : [],
  )
}

test('the words of queue_log, from 22', () => {
  // As queue_log of the same call, save the position at the end of COMPLETECALLER, which AMI does not tell.
  expect(queueLog('asterisk-22/scenarios/queue.ami')).toEqual([
    '1795440165|1795440164.79|support||ENTERQUEUE||15551230000|1',
    '1795440167|1795440164.79|support|Agent Never|RINGNOANSWER|2000',
    '1795440169|1795440164.79|support|Agent Prompt|CONNECT|4|1795440168.84|1',
    '1795440170|1795440164.79|support|Agent Prompt|COMPLETECALLER|4|1',
  ])
})

test('and from 16', () => {
  expect(queueLog('asterisk-16/scenarios/queue.ami').map((line) => line.split('|').slice(2).join('|'))).toEqual([
    'support||ENTERQUEUE||15551230000|1',
    'support|Agent Never|RINGNOANSWER|2000',
    expect.stringMatching(/^support\|Agent Prompt\|CONNECT\|4\|\d+\.\d+\|1$/),
    'support|Agent Prompt|COMPLETECALLER|4|1',
  ])
})

const JOIN =
  'Event: QueueCallerJoin\r\nPrivilege: agent,all\r\nCallerIDNum: 7\r\nUniqueid: 1.2\r\nQueue: a\r\nPosition: 1'
const rowOf = (text: string, receivedAtMs?: number) =>
  queueEventFromAmi(AmiMessage.fromRaw(Buffer.from(text), ''), receivedAtMs)

test('without a Timestamp the time of receiving counts, without either the row is refused', () => {
  expect(rowOf(JOIN, 5_000)).toMatchObject({ ok: true, value: { epochMs: 5_000 } })
  expect(rowOf(JOIN)).toMatchObject({ ok: false, error: { kind: 'incomplete' } })
})

test('what is forged, cut or no number is refused', () => {
  expect(rowOf(JOIN.replace('Privilege: agent,all\r\n', ''), 5)).toMatchObject({ error: { kind: 'forged' } })
  expect(rowOf(JOIN.replace('Position: 1', 'Position: 1e3'), 5)).toMatchObject({ error: { kind: 'implausible' } })
  expect(rowOf(JOIN.replace('Queue: a', 'Queue: '), 5)).toMatchObject({ error: { kind: 'incomplete' } })
  expect(queueEventFromAmi(AmiMessage.fromRaw(Buffer.from(JOIN), 'cut'), 5)).toMatchObject({ ok: false })
})
