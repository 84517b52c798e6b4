import { asSourceId } from '@tollbook/kernel'
import { expect, test } from 'vitest'
import { legContext, queueEventFromRow, zoneConverter } from './index.ts'

const context = () => legContext(asSourceId(1), zoneConverter('UTC')!)
const row = {
  ...{ epochMs: 1_795_439_511_250, callid: '1795439500.3', queue: 'support', event: 'RINGNOANSWER', agent: 'SIP/ann' },
  ...{ data: ['15000'], raw: undefined, line: 0 },
}

test('the file and AMI give one key, whatever their clocks show; a second such event gives another', () => {
  const ami = context()
  const file = context()
  const first = queueEventFromRow(row, ami)
  const again = queueEventFromRow({ ...row, epochMs: row.epochMs + 15_000 }, ami)
  const written = queueEventFromRow({ ...row, epochMs: 1_795_439_511_000, line: 7 }, file)
  if (!first.ok || !again.ok || !written.ok) throw new Error('all are read')
  expect(written.value.eventKey).toBe(first.value.eventKey)
  expect(again.value.eventKey).not.toBe(first.value.eventKey)
  expect(first.value.openedAtMs).toBe(1_795_439_500_000)
})

test('what belongs to no call goes by its own second, and one without a time is refused', () => {
  const paused = queueEventFromRow({ ...row, callid: '' }, context())
  const later = queueEventFromRow({ ...row, callid: '', epochMs: row.epochMs + 1000 }, context())
  if (!paused.ok || !later.ok) throw new Error('refused')
  expect(paused.value.openedAtMs).toBe(Math.floor(row.epochMs / 1000) * 1000)
  expect(paused.value.callKey).not.toBe(later.value.callKey)
  expect(queueEventFromRow({ ...row, epochMs: 0 }, context())).toMatchObject({ ok: false })
})
