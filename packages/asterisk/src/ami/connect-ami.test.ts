import { systemClock } from '@tollbook/kernel'
import { type FakeAmi, fakeAmi } from '@tollbook/testkit'
import { afterEach, expect, test } from 'vitest'
import { type AmiConnection, type AmiConnectionOptions, type AmiMessage, type AmiState, connectAmi } from './index.ts'

const open: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const o of open.splice(0).reverse()) await o.stop()
})

async function server(options?: Parameters<typeof fakeAmi>[0]): Promise<FakeAmi> {
  const fake = await fakeAmi(options)
  open.push({ stop: () => fake.close() })
  return fake
}

const FAST = { loginMs: 2000, actionMs: 2000, pingMs: 10_000, againMs: [5, 20], refusedMs: [5, 20] } as const

type Watched = AmiConnection & {
  readonly states: AmiState[]
  readonly messages: AmiMessage[]
  /** Resolves when a state or a message makes the condition true. */
  until(condition: () => boolean): Promise<void>
}

function watch(
  fake: { host: string; port: number; username: string; secret: string },
  more: Partial<AmiConnectionOptions> = {},
): Watched {
  const states: AmiState[] = []
  const messages: AmiMessage[] = []
  const waiting: { readonly condition: () => boolean; readonly resolve: () => void }[] = []
  const changed = () => {
    for (const w of waiting) if (w.condition()) w.resolve()
  }
  const connection = connectAmi({
    host: fake.host,
    port: fake.port,
    username: fake.username,
    secret: fake.secret,
    clock: systemClock,
    timing: FAST,
    onMessages: (batch) => {
      messages.push(...batch)
      changed()
    },
    onState: (state) => {
      states.push(state)
      changed()
    },
    ...more,
  })
  open.push(connection)
  const until = (condition: () => boolean) =>
    condition() ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ condition, resolve }))
  return { ...connection, states, messages, until }
}

const EVENT = 'Event: Reload\r\nPrivilege: system,all\r\n\r\n'

test('logs in by challenge, hands out events, logs off', async () => {
  const fake = await server({ version: '22.10.1' })
  const ami = watch(fake)
  await ami.until(() => ami.state().version === '22.10.1')
  expect(ami.state()).toMatchObject({ state: 'live', detail: '' })
  expect(fake.lastLogin).toContain('Events: system,cdr,call,agent')
  expect(fake.lastLogin.join()).not.toContain(fake.secret)
  fake.play(EVENT)
  await ami.until(() => ami.messages.some((m) => m.name === 'Reload'))
  expect((await ami.action('Ping')).ok).toBe(true)
  await ami.stop()
  expect(fake.actions.at(-1)).toBe('Logoff')
  expect(ami.state().state).toBe('stopped')
})

test('where the user may not ask for the version, the banner tells the release', async () => {
  const fake = await server()
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'live')
  expect(ami.state().version).toBe('22 (AMI 11.0.0)')
})

test('a wrong secret is refused, says so without the secret, and works once it is put right', async () => {
  const fake = await server()
  const ami = watch({ ...fake, secret: 'changed-later' })
  await ami.until(() => ami.state().state === 'refused')
  expect(ami.state().detail).toBe(
    'Asterisk refuses user "tollbook": wrong name or secret, or this address is not permitted (manager.conf)',
  )
  fake.secret = 'changed-later'
  await ami.until(() => ami.state().state === 'live')
})

test('nobody listens: reconnecting, and why', async () => {
  const fake = await server()
  await fake.close()
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'reconnecting')
  expect(ami.state().detail).toBe(`nothing listens there (127.0.0.1:${fake.port})`)
})

test('an Asterisk that is being stopped is not taken for bad credentials', async () => {
  const fake = await server()
  fake.shuttingDown = true
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'reconnecting')
  expect(ami.state().detail).toBe('Asterisk is shutting down')
  fake.shuttingDown = false
  await ami.until(() => ami.state().state === 'live')
})

test('comes back after a loss, and a record cut by it is marked', async () => {
  const fake = await server()
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'live')
  fake.play('Event: Cdr\r\nPrivilege: cdr,all\r\nAccountCode: half')
  fake.drop()
  await ami.until(() => ami.states.filter((s) => s.state === 'live').length >= 2)
  await ami.until(() => ami.messages.some((m) => m.suspect === 'cut' && m.name === 'Cdr'))
})

test('something else that listens there', async () => {
  const fake = await server({ greeting: 'SSH-2.0-OpenSSH_9.2\r\n' })
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'reconnecting')
  expect(ami.state().detail).toBe('it does not greet as an Asterisk manager')
})

test('a silent connection is pinged and then given up', async () => {
  const fake = await server()
  const ami = watch(fake, { timing: { ...FAST, pingMs: 20 } })
  await ami.until(() => ami.state().state === 'live')
  fake.silent = true
  await ami.until(() => ami.state().state === 'reconnecting')
  expect(ami.states.some((s) => s.detail === 'Asterisk has gone silent')).toBe(true)
  expect(fake.actions).toContain('Ping')
})

test('stopping while it waits for the next attempt returns at once', async () => {
  const fake = await server()
  await fake.close()
  const ami = watch(fake, { timing: { ...FAST, againMs: [60_000, 60_000] } })
  await ami.until(() => ami.state().state === 'reconnecting')
  await ami.stop()
  expect(ami.state().state).toBe('stopped')
})

test('a line break in a header is a fault of the program', async () => {
  const fake = await server()
  const ami = watch(fake)
  await ami.until(() => ami.state().state === 'live')
  await expect(ami.action('Ping', { Bad: 'a\r\nAction: Originate' })).rejects.toThrow('line break')
})
