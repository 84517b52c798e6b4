import { systemClock } from '@tollbook/kernel'
import { type FakeAmi, fakeAmi, recorded, testCertificate } from '@tollbook/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import { filtersByName } from './event-filter.ts'
import {
  type AmiConnectionOptions,
  type AmiHandlers,
  AmiMessage,
  type AmiNotice,
  AmiParser,
  type AmiTarget,
  commandOutput,
  connectAmi,
  openAmiSession,
  runCommand,
} from './index.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function server(options?: Parameters<typeof fakeAmi>[0]): Promise<FakeAmi> {
  const fake = await fakeAmi(options)
  open.push(() => fake.close())
  return fake
}

const TIMING = { loginMs: 2000, actionMs: 2000, pingMs: 10_000, pollMs: 10 }
/** One turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve))
const NEVER = new AbortController().signal

async function session(fake: FakeAmi, target: Partial<AmiTarget> = {}, handlers: Partial<AmiHandlers> = {}) {
  const { host, port, username, secret } = fake
  const all = { onMessages: () => undefined, ...handlers }
  const opened = await openAmiSession(
    { host, port, username, secret, events: 'off', ...target },
    ...([all, systemClock, NEVER, TIMING] as const),
  )
  if (opened.ok) open.push(() => opened.value.close())
  return opened
}

async function live(fake: FakeAmi, target: Partial<AmiTarget> = {}, handlers: Partial<AmiHandlers> = {}) {
  const opened = await session(fake, target, handlers)
  if (!opened.ok) throw new Error(opened.error.detail)
  return opened.value
}

describe('the login', () => {
  test('sends the secret in clear only where Challenge is refused, or where that is wanted', async () => {
    const fake = await server()
    await live(fake, { auth: 'plain' })
    expect(fake.lastLogin).toContain(`Secret: ${fake.secret}`)
    const old = await server({ noChallenge: true })
    await live(old)
    expect(old.lastLogin).toContain(`Secret: ${old.secret}`)
    expect(await session(old, { auth: 'md5' })).toMatchObject({ ok: false, error: { kind: 'refused' } })
  })

  test('one that is stopping is not sent the secret', async () => {
    const fake = await server({
      answers: { Challenge: ['Response: Error\r\nActionID: $ID\r\nMessage: Asterisk is shutting down'] },
    })
    expect(await session(fake)).toMatchObject({ ok: false, error: { kind: 'shutting-down' } })
    expect(fake.actions).toEqual(['Challenge'])
  })
})

describe('over TLS', () => {
  const certificate = testCertificate()

  test('with the authority and the name it works', async () => {
    const fake = await server({ certificate, version: '22.10.1' })
    const ami = await live(fake, { transport: 'tls', caPem: certificate.ca, serverName: certificate.name })
    expect((await ami.action('Ping')).ok).toBe(true)
  })

  test.each([
    ['an authority nobody knows', { serverName: certificate.name }, /authority that is not (trusted|known) here/],
    ['another name', { caPem: certificate.ca, serverName: 'other.test' }, /bears another name/],
    ['the address instead of the name', { caPem: certificate.ca }, /bears another name/],
    [
      'a wrong authority',
      { caPem: certificate.cert.replace(/.*/s, certificate.cert), serverName: 'other.test' },
      /certificate/,
    ],
  ])('%s: untrusted', async (_, target, words) => {
    const fake = await server({ certificate })
    const refused = await session(fake, { transport: 'tls', ...target })
    expect(refused).toMatchObject({ ok: false, error: { kind: 'untrusted', detail: expect.stringMatching(words) } })
    expect(fake.actions).toEqual([])
  })

  test('a port that speaks no TLS, and TLS where none is expected', async () => {
    const plain = await server()
    const wrong = await session(plain, { transport: 'tls', caPem: certificate.ca, serverName: certificate.name })
    expect(wrong).toMatchObject({ ok: false, error: { kind: 'not-ami', detail: expect.stringContaining('TLS') } })
  })
})

describe('lists', () => {
  const item = (n: number) => `Event: QueueMember\r\nActionID: $ID\r\nName: ${n}`
  const other = 'Event: Hangup\r\nPrivilege: call,all\r\nUniqueid: 1.2'
  const start = 'Response: Success\r\nActionID: $ID\r\nEventList: start\r\nMessage: follows'
  const end = 'Event: QueueStatusComplete\r\nActionID: $ID\r\nEventList: Complete\r\nListItems: 2'

  test('items by ActionID, up to Complete; other events pass through', async () => {
    const fake = await server({ answers: { QueueStatus: [start, item(1), other, item(2), end] } })
    const heard: string[] = []
    const ami = await live(fake, {}, { onMessages: (all) => heard.push(...all.map((m) => m.name)) })
    const list = await ami.list('QueueStatus')
    expect(list.ok && list.value.items.map((m) => m.get('Name'))).toEqual(['1', '2'])
    expect(heard).toContain('Hangup')
  })

  test('an error is an answer without items; one that never ends is given up', async () => {
    const error = 'Response: Error\r\nActionID: $ID\r\nMessage: Permission denied'
    const fake = await server({ answers: { Status: [error], Endless: [start, item(1)] } })
    const ami = await live(fake)
    const list = await ami.list('Status')
    expect(list.ok && [list.value.response.name, list.value.items.length]).toEqual(['Error', 0])
    const { host, port, username, secret } = fake
    const quick = await openAmiSession(
      { host, port, username, secret, events: 'off' },
      { onMessages: () => undefined },
      ...([systemClock, NEVER, { ...TIMING, actionMs: 30 }] as const),
    )
    if (!quick.ok) throw new Error('no session')
    expect(await quick.value.list('Endless')).toMatchObject({ ok: false, error: { kind: 'silent' } })
    await quick.value.close()
  })
})

describe('command output', () => {
  test('repeated Output, also of a command that is refused', async () => {
    const good =
      'Response: Success\r\nActionID: $ID\r\nMessage: Command output follows\r\nOutput: a\r\nOutput: \r\nOutput: b'
    const fake = await server({ answers: { Command: [good] } })
    const ran = await runCommand(await live(fake), 'core show uptime')
    expect(ran).toEqual({ ok: true, value: { accepted: true, lines: ['a', '', 'b'] } })
    const actions = new AmiParser().push(recorded('asterisk-22/edge/actions.ami'))
    const bad = actions.find((m) => m.kind === 'response' && m.name === 'Error' && m.get('Output') !== undefined)!
    expect(commandOutput(bad)).toMatchObject({ accepted: false, lines: [expect.stringContaining('No such command')] })
  })

  test('before Asterisk 14: text as it is', () => {
    const text = 'Response: Follows\r\nPrivilege: Command\r\nActionID: 1\r\nUptime: 3\nReload: 4\n--END COMMAND--'
    expect(commandOutput(AmiMessage.fromRaw(Buffer.from(text), ''))).toEqual({
      accepted: true,
      lines: ['Uptime: 3', 'Reload: 4'],
    })
  })
})

describe('the event filter', () => {
  const connected = async (version?: string) => {
    const fake = await server(version === undefined ? {} : { version })
    const { promise, resolve } = Promise.withResolvers<void>()
    const { host, port, username, secret } = fake
    const options: AmiConnectionOptions = {
      ...{ host, port, username, secret, clock: systemClock, timing: TIMING },
      onMessages: (all) => {
        if (all.some((m) => m.name === 'Marker')) resolve()
      },
      onState: () => undefined,
    }
    const ami = connectAmi(options)
    open.push(() => ami.stop())
    await fake.loggedIn()
    return { fake, ami, marked: promise }
  }

  test('by name where the version has it, never with an empty Filter alone', async () => {
    const { fake } = await connected('22.10.1')
    while (fake.filters.length < 9) await turn()
    expect(fake.filters[0]).toBe('MatchCriteria: name(Cdr) Filter: ')
    expect(new Set(fake.filters).size).toBe(9)
  })

  test.each(['16.28.0', '18.25.0', '22.0.0'])('by text in %s', async (version) => {
    const { fake } = await connected(version)
    while (fake.filters.length < 1) await turn()
    expect(fake.filters).toEqual([expect.stringMatching(/^Filter: \^Event: \(Cdr\|CEL\|/)])
  })

  test('a user who may not ask goes on without', async () => {
    const { fake, ami, marked } = await connected()
    while (!fake.actions.includes('Filter')) await turn()
    fake.play('Event: Marker\r\nPrivilege: system,all\r\n\r\n')
    await marked
    expect(ami.state().state).toBe('live')
  })

  test('which versions have it', () => {
    const old = ['', '1.8.32', '13.38.0', '16.28.0', '18.9-cert1', '18.25.2', '20.10.0', '21.5.0', '22.0.0']
    expect(old.filter(filtersByName)).toEqual([])
    const since = ['18.26.0', '20.11.0', '21.6.1', '22.1.0', '22.10.1~dfsg', '23.0.0', '24.1.0']
    expect(since.filter(filtersByName)).toEqual(since)
  })
})

describe('notices', () => {
  const booted = (uptime: number) =>
    `Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: ${uptime}\r\nLastReload: 3\r\nStatus: Fully Booted\r\n\r\n`

  const watched = async (more: Partial<AmiConnectionOptions> = {}) => {
    const fake = await server({
      answers: { Ping: ['Response: Success\r\nActionID: $ID\r\nPing: Pong\r\nTimestamp: 1795000000.500000'] },
    })
    const notices: AmiNotice[] = []
    const waiting: { readonly condition: () => boolean; readonly resolve: () => void }[] = []
    const changed = () => {
      for (const w of waiting) if (w.condition()) w.resolve()
    }
    const { host, port, username, secret } = fake
    const ami = connectAmi({
      ...{ host, port, username, secret, clock: { now: () => 1_000_000 } },
      timing: { ...TIMING, againMs: [5, 20] },
      onMessages: () => undefined,
      onState: changed,
      onNotice: (notice) => {
        notices.push(notice)
        changed()
      },
      ...more,
    })
    open.push(() => ami.stop())
    const until = (condition: () => boolean) =>
      condition() ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ condition, resolve }))
    await fake.loggedIn()
    return { fake, ami, notices, until }
  }

  test('boot, reload, shutdown, loss, and a restart meanwhile', async () => {
    const { fake, ami, notices, until } = await watched({ bootedAtMs: 900_000 })
    fake.play(booted(100))
    fake.play('Event: Reload\r\nPrivilege: system,all\r\nModule: cdr\r\nStatus: 0\r\n\r\n')
    fake.play('Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\nRestart: True\r\n\r\n')
    await until(() => notices.some((n) => n.kind === 'shutdown'))
    fake.drop()
    await until(() => notices.filter((n) => n.kind === 'connected').length === 2)
    await fake.loggedIn()
    fake.play(booted(1))
    await until(() => notices.filter((n) => n.kind === 'booted').length === 2)
    const atMs = 1_000_000
    expect(notices).toEqual([
      { kind: 'connected', atMs, heardAtMs: undefined },
      { kind: 'booted', atMs, bootedAtMs: 900_000, reloadedAtMs: 997_000, restarted: false },
      { kind: 'reload', atMs, module: 'cdr' },
      { kind: 'shutdown', atMs, restart: true },
      { kind: 'disconnected', atMs, heardAtMs: atMs, failure: expect.objectContaining({ kind: 'lost' }) },
      { kind: 'connected', atMs, heardAtMs: atMs },
      { kind: 'booted', atMs, bootedAtMs: 999_000, reloadedAtMs: 997_000, restarted: true },
    ])
    expect(ami.state().bootedAtMs).toBe(999_000)
  })

  test('suspect messages, the clock by Pong, the name of the system', async () => {
    const { fake, ami, notices, until } = await watched({
      timing: { ...TIMING, pingMs: 5 },
      clock: { now: () => 1_795_000_000_000 },
    })
    fake.play(
      'Event: CEL\r\nPrivilege: call,all\r\nSystemName: pbx-ny1\r\nA: b\r\nEvent: CEL\r\nPrivilege: call,all\r\nSystemName: pbx-ny1\r\n\r\n',
    )
    await until(() => notices.some((n) => n.kind === 'suspect'))
    await until(() => ami.state().clockOffsetMs === 500 && ami.state().systemName === 'pbx-ny1')
  })
})
