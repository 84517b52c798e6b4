import { recorded } from '@tollbook/testkit'
import { expect, test } from 'vitest'
import { queueLogReader } from './queue-log-reader.ts'

const read = (text: string | Buffer) => {
  const reader = queueLogReader()
  return [...reader.push(Buffer.from(text)), ...reader.end()]
}

test('recordings: every line a row', () => {
  for (const version of ['asterisk-22', 'asterisk-16']) {
    const items = read(recorded(`${version}/queue_log`))
    expect(items.map((item) => item.kind)).toEqual(new Array(13).fill('row'))
  }
  const [start, enter] = read(recorded('asterisk-22/queue_log'))
  expect(start).toMatchObject({ row: { callid: '', queue: '', agent: '', event: 'QUEUESTART', data: [], line: 1 } })
  expect(enter).toMatchObject({
    row: {
      epochMs: 1795440165000,
      callid: '1795440164.79',
      queue: 'support',
      agent: '',
      data: ['', '15551230000', '1'],
    },
  })
})

test('what is no row is kept with its reason; a half-written last line is none', () => {
  const items = read(
    'hello\n1795440170|1.2|q|NONE|ABANDON|1|1|5\r\n17954401|1.2|q|NONE|x\n\n1795440170|1.2|q|NONE|ABAN',
  )
  expect(items.map((i) => (i.kind === 'row' ? i.row.event : `${i.line} ${i.reason}`))).toEqual([
    '1 1 fields; a queue_log has at least 5',
    'ABANDON',
    '3 time "17954401" is not an epoch',
    '5 the file ends in the middle of this row',
  ])
})

test('cut anywhere, the same rows, and consumed says where reading may go on', () => {
  const bytes = recorded('asterisk-22/queue_log')
  const whole = read(bytes)
  for (let cut = 0; cut <= bytes.length; cut += 7) {
    const first = queueLogReader()
    const head = first.push(bytes.subarray(0, cut))
    const again = queueLogReader(first.line())
    const rest = [...again.push(bytes.subarray(first.consumed())), ...again.end()]
    expect([...head, ...rest]).toEqual(whole)
  }
})
