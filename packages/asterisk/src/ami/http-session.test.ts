import { systemClock } from '@tollbook/kernel'
import { type FakeHttpAmi, fakeHttpAmi, recorded, testCertificate } from '@tollbook/testkit'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import {
  type AmiConnectionOptions,
  type AmiMessage,
  type AmiNotice,
  AmiParser,
  type AmiState,
  connectAmi,
} from './index.ts'
import { framesOfMxml } from './mxml.ts'

const open: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const o of open.splice(0).reverse()) await o.stop()
})

async function server(options?: Parameters<typeof fakeHttpAmi>[0]): Promise<FakeHttpAmi> {
  const fake = await fakeHttpAmi(options)
  open.push({ stop: () => fake.close() })
  return fake
}

const FAST = { loginMs: 2000, actionMs: 2000, pingMs: 10_000, pollMs: 2, againMs: [5, 20], refusedMs: [5, 20] } as const

function watch(fake: FakeHttpAmi, more: Partial<AmiConnectionOptions> = {}) {
  const messages: AmiMessage[] = []
  const notices: AmiNotice[] = []
  const states: AmiState[] = []
  const waiting: { readonly condition: () => boolean; readonly resolve: () => void }[] = []
  const changed = (_: number) => {
    for (const w of waiting) if (w.condition()) w.resolve()
  }
  const connection = connectAmi({
    ...{ host: fake.host, port: fake.port, username: fake.username, secret: fake.secret, transport: 'http' },
    clock: systemClock,
    timing: FAST,
    onMessages: (batch) => changed(messages.push(...batch)),
    onState: (state) => changed(states.push(state)),
    onNotice: (notice) => changed(notices.push(notice)),
    ...more,
  })
  open.push(connection)
  const until = (condition: () => boolean) =>
    condition() ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ condition, resolve }))
  return { ...connection, messages, notices, states, until }
}

const event = (n: number) => `Event: Cdr\r\nPrivilege: cdr,all\r\nUniqueID: ${n}`
const numbers = (messages: readonly AmiMessage[]) =>
  messages.filter((m) => m.name === 'Cdr' && m.suspect === '').map((m) => Number(m.get('UniqueID')))
const kinds = (notices: readonly AmiNotice[]) => notices.map((n) => n.kind)

test.each(['rawman', 'mxml'] as const)('logs in by challenge, fetches events, logs off: %s', async (form) => {
  const fake = await server({ form, prefix: '/asterisk' })
  const ami = watch(fake, { httpPath: 'asterisk/' })
  await ami.until(() => ami.state().version === '22.10.1' && ami.state().bootedAtMs !== undefined)
  expect(ami.state()).toMatchObject({ state: 'live', detail: '' })
  expect(kinds(ami.notices).slice(0, 2)).toEqual(['connected', 'booted'])
  fake.raise(event(1))
  await ami.until(() => numbers(ami.messages).includes(1))
  expect((await ami.action('Ping')).ok).toBe(true)
  await ami.stop()
  expect(fake.actions.slice(0, 2)).toEqual(['Challenge', 'Login'])
  expect(fake.actions.at(-1)).toBe('Logoff')
})

test('where Challenge is refused the secret itself is sent, unless only MD5 is wanted', async () => {
  const fake = await server({ noChallenge: true })
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'live')
  const strict = watch(fake, { auth: 'md5' })
  await strict.until(() => strict.state().state === 'refused')
})

test('over https the certificate is checked, and its name', async () => {
  const certificate = testCertificate()
  const fake = await server({ certificate })
  const trusted = watch(fake, { transport: 'https', caPem: certificate.ca, serverName: certificate.name })
  await trusted.until(() => trusted.state().state === 'live')
  const unknown = watch(fake, { transport: 'https', serverName: certificate.name })
  await unknown.until(() => unknown.state().state === 'refused')
  expect(unknown.state().detail).toContain('its certificate')
  const named = watch(fake, { transport: 'https', caPem: certificate.ca })
  await named.until(() => named.state().state === 'refused')
  expect(named.state().detail).toContain('another name')
})

test('a server without AMI, a wrong secret', async () => {
  const fake = await server({ prefix: '/pbx' })
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'reconnecting')
  expect(ami.state().detail).toContain('no AMI at /mxml')
  const wrong = watch(fake, { httpPath: 'pbx', secret: 'wrong' })
  await wrong.until(() => wrong.state().state === 'refused')
  expect(wrong.state().detail).toContain('Asterisk refuses user "tollbook"')
})

test('a connection that is away between polls loses nothing, and nothing is suspected', async () => {
  const fake = await server()
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'live')
  await fake.polled()
  for (let n = 1; n <= 5; n++) {
    fake.away = true
    await ami.until(() => ami.state().detail !== '')
    fake.raise(event(n))
    fake.away = false
    await ami.until(() => numbers(ami.messages).includes(n) && ami.state().detail === '')
  }
  expect(numbers(ami.messages)).toEqual([1, 2, 3, 4, 5])
  expect(kinds(ami.notices)).not.toContain('disconnected')
})

test('an answer broken anywhere: what came of it is used, what did not is told', async () => {
  const fake = await server()
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'live')
  let next = 1
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 420 }), fc.integer({ min: 1, max: 4 }), async (cut, count) => {
      await fake.polled()
      const told = kinds(ami.notices).filter((k) => k === 'answer-lost').length
      const raised = Array.from({ length: count }, () => next++)
      for (const n of raised) fake.raise(event(n))
      fake.breakAfterBytes = cut
      const after = next++
      await ami.until(() => kinds(ami.notices).filter((k) => k === 'answer-lost').length > told)
      fake.raise(event(after))
      await ami.until(() => numbers(ami.messages).includes(after))
      const got = numbers(ami.messages)
      expect(new Set(got).size).toBe(got.length)
      const gap = ami.notices.findLast((n) => n.kind === 'answer-lost')!
      expect(gap.kind === 'answer-lost' && gap.fromMs <= gap.atMs).toBe(true)
    }),
    { numRuns: 25 },
  )
  expect(kinds(ami.notices)).not.toContain('disconnected')
})

test('a session that Asterisk forgot is a gap, and is logged in again', async () => {
  const fake = await server()
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'live')
  await fake.polled(2)
  fake.expire()
  await ami.until(() => kinds(ami.notices).includes('session-expired'))
  await fake.loggedIn()
  fake.raise(event(7))
  await ami.until(() => numbers(ami.messages).includes(7))
  const gap = ami.notices.find((n) => n.kind === 'session-expired')!
  expect(gap.kind === 'session-expired' && gap.fromMs <= gap.atMs).toBe(true)
  expect(kinds(ami.notices)).not.toContain('disconnected')
})

test('away for longer than the session lives: lost', async () => {
  const fake = await server()
  let nowMs = 1_000_000
  const ami = watch(fake, { clock: { now: () => nowMs } })
  await ami.until(() => ami.state().state === 'live')
  await fake.polled(2)
  fake.away = true
  await ami.until(() => ami.state().detail !== '')
  nowMs += 61_000
  await ami.until(() => kinds(ami.notices).includes('disconnected'))
  fake.away = false
  await ami.until(() => kinds(ami.notices).filter((k) => k === 'connected').length >= 2)
  const [, again] = ami.notices.filter((n) => n.kind === 'connected')
  expect(again?.kind === 'connected' && again.heardAtMs).toBe(1_000_000)
})

test.each(['asterisk-22', 'asterisk-16'])('a recorded list says the same in both forms: %s', (version) => {
  const bodyOf = (name: string) =>
    recorded(`${version}/http/${name}.response`)
      .toString('latin1')
      .split(/\r\n\r\n(.*)/s)[1]!
  const raw = new AmiParser().push(Buffer.from(bodyOf('rawman-queuestatus'), 'latin1'))
  const xml = new AmiParser().push(Buffer.from(framesOfMxml(bodyOf('mxml-queuestatus'))!, 'latin1'))
  expect(raw.length).toBeGreaterThan(3)
  // Both were asked for at moments of their own: what a queue did meanwhile may differ, what it is may not.
  const what = (m: AmiMessage) => [m.kind, m.name, m.get('EventList'), m.get('Queue'), m.get('Name'), m.get('Location')]
  expect(xml.map(what)).toEqual(raw.map(what))
})

test('recorded answers of both forms say the same', () => {
  const bodyOf = (name: string) =>
    recorded(`asterisk-22/http/${name}`)
      .toString('latin1')
      .split(/\r\n\r\n(.*)/s)[1]!
  const frames = framesOfMxml(bodyOf('mxml-waitevent-newline.response'))!
  const messages = new AmiParser().push(Buffer.from(frames, 'latin1'))
  expect(messages[0]).toMatchObject({ kind: 'response', name: 'Success' })
  const cdrs = messages.filter((m) => m.name === 'Cdr')
  expect(cdrs.map((m) => [m.isGenuine, m.get('UniqueID'), m.all('Duration')])).toEqual([
    [false, 'forged', []],
    [true, '1795439094.567', ['0', '99999']],
    [false, 'forged', []],
    [true, '1795439094.566', ['0']],
  ])
  expect(cdrs[1]?.get('CallerID')).toBe('"Lab Caller" <15551230000>')
  const command = new AmiParser().push(Buffer.from(framesOfMxml(bodyOf('mxml-command.response'))!, 'latin1'))
  expect(command[0]?.all('Output')).toEqual([
    'System uptime: 4 minutes, 55 seconds',
    'Last reload: 1 minute, 14 seconds',
  ])
  const raw = new AmiParser().push(Buffer.from(bodyOf('rawman-command.response'), 'latin1'))
  expect(raw[0]?.all('Output').length).toBe(2)
})
