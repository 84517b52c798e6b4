import { recorded } from '@tollbook/testkit'
import { describe, expect, test } from 'vitest'
import { AmiWatch } from './ami-watch.ts'
import { AmiMessage, AmiParser } from './index.ts'

const NOW = 1_795_439_700_000

function messagesOf(name: string): AmiMessage[] {
  const parser = new AmiParser()
  return [...parser.push(recorded(name)), ...parser.end()]
}

describe('recorded sessions', () => {
  test('a reload of one module, and of all', () => {
    const notices = new AmiWatch().see(messagesOf('asterisk-22/edge/reload.ami'), NOW)
    expect(notices).toEqual([
      { kind: 'booted', atMs: NOW, bootedAtMs: NOW - 219_000, reloadedAtMs: NOW - 219_000, restarted: false },
      { kind: 'reload', atMs: NOW, module: 'cdr' },
      { kind: 'reload', atMs: NOW, module: '' },
    ])
  })

  test.each(['asterisk-22', 'asterisk-16'])('a login just after a restart: %s', (version) => {
    const watch = new AmiWatch(NOW - 300_000)
    const [booted] = watch.see(messagesOf(`${version}/edge/boot-after-restart.ami`), NOW)
    expect(booted).toMatchObject({ kind: 'booted', restarted: true })
    expect(watch.facts.bootedAtMs).toBeGreaterThan(NOW - 10_000)
  })

  test('the name of the system, and the clock by the time of events', () => {
    const watch = new AmiWatch()
    const messages = messagesOf('variants-22/systemname-tz-channelvars.ami')
    watch.see(messages, NOW)
    expect(watch.facts.systemName).toBe('pbx-ny1')
    expect(watch.facts.clockOffsetMs).toBeTypeOf('number')
  })

  test('a connection that was cut leaves one suspect message, a whole one none', () => {
    const cut = recorded('asterisk-22/edge/sigkill-with-calls.ami')
    const parser = new AmiParser()
    const notices = new AmiWatch().see([...parser.push(cut.subarray(0, 40_000)), ...parser.end()], NOW)
    expect(notices.filter((n) => n.kind === 'suspect')).toHaveLength(1)
    const whole = new AmiWatch().see(messagesOf('variants-22/tls-session.ami'), NOW)
    expect(whole).toEqual([])
  })
})

test('the uptime of one start varies by its seconds; an earlier reading stands', () => {
  const booted = (uptime: number) =>
    AmiMessage.fromRaw(Buffer.from(`Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: ${uptime}`), '')
  const watch = new AmiWatch()
  watch.see([booted(100)], NOW)
  const [again] = watch.see([booted(101)], NOW + 2_500)
  expect(again).toMatchObject({ restarted: false, bootedAtMs: NOW - 100_000 })
  expect(watch.see([booted(3)], NOW + 10_000)[0]).toMatchObject({ restarted: true, bootedAtMs: NOW + 7_000 })
})

test('the clock is smoothed; one that was set jumps; a slow Pong is not heard', () => {
  const pong = (ms: number) =>
    AmiMessage.fromRaw(
      Buffer.from(
        `Response: Success\r\nPing: Pong\r\nTimestamp: ${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}000`,
      ),
      '',
    )
  const watch = new AmiWatch()
  watch.pong(pong(NOW + 100), NOW, NOW)
  expect(watch.facts.clockOffsetMs).toBe(100)
  watch.pong(pong(NOW + 180), NOW, NOW)
  expect(watch.facts.clockOffsetMs).toBe(110)
  watch.pong(pong(NOW + 60_000), NOW - 3_000, NOW)
  expect(watch.facts.clockOffsetMs).toBe(110)
  watch.pong(pong(NOW + 60_000), NOW, NOW)
  expect(watch.facts.clockOffsetMs).toBe(60_000)
})
