// A small Asterisk manager on loopback: greets, challenges, checks the login, answers Ping, plays recorded bytes.
// Knows no telephony; for that there are the recordings and the real Asterisk.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createSecureServer } from 'node:tls'
import type { TestCertificate } from './test-certificate.ts'

export type FakeAmi = {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly username: string
  secret: string
  /** Answer every login as an Asterisk does that is being stopped. */
  shuttingDown: boolean
  /** Answer nothing any more, as behind a cable that was pulled. */
  silent: boolean
  /** Names of the actions received so far, over all connections. */
  readonly actions: string[]
  /** What Filter was asked to add. */
  readonly filters: string[]
  /** Header lines of the last Login. */
  lastLogin: string[]
  /** Sends bytes to every session that is logged in. */
  play(bytes: Buffer | string): void
  /** Resolves with the number of sessions now logged in, once there are at least `count`. */
  loggedIn(count?: number): Promise<number>
  /** Breaks all connections. */
  drop(): void
  close(): Promise<void>
}

const CHALLENGE = '206080784'

export type FakeAmiOptions = {
  /** Replaces the banner line. */
  readonly greeting?: string
  /** The user may ask for the version and set filters. */
  readonly version?: string
  readonly certificate?: TestCertificate
  /** Challenge is answered with an error. */
  readonly noChallenge?: boolean
  /** Answers to actions, by name: frames without their blank lines, `$ID` for the ActionID. */
  readonly answers?: Readonly<Record<string, readonly string[]>>
}

/** Starts the server on a free port. */
export async function fakeAmi(options: FakeAmiOptions = {}): Promise<FakeAmi> {
  const sockets = new Set<Socket>()
  const sessions = new Set<Socket>()
  const waiting: { readonly count: number; readonly resolve: (n: number) => void }[] = []
  const fake: Omit<FakeAmi, 'port'> = {
    host: '127.0.0.1',
    username: 'tollbook',
    secret: 'fake-secret',
    shuttingDown: false,
    silent: false,
    actions: [],
    filters: [],
    lastLogin: [],
    play: (bytes) => {
      for (const socket of sessions) socket.write(bytes)
    },
    loggedIn: (count = 1) =>
      sessions.size >= count
        ? Promise.resolve(sessions.size)
        : new Promise((resolve) => waiting.push({ count, resolve })),
    drop: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  const onSocket = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket) && sessions.delete(socket))
    socket.write(options.greeting ?? 'Asterisk Call Manager/11.0.0\r\n')
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString()
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const lines = text.slice(0, end).split('\r\n')
        text = text.slice(end + 4)
        const answer = answerTo(lines, fake, sessions.has(socket), options)
        if (answer === undefined) continue
        socket.write(answer.bytes)
        if (answer.loggedIn) {
          sessions.add(socket)
          for (const w of waiting.filter((x) => sessions.size >= x.count)) w.resolve(sessions.size)
        }
        if (answer.close) socket.end()
      }
    })
  }
  const { certificate } = options
  const server = certificate
    ? createSecureServer({ key: certificate.key, cert: certificate.cert }, onSocket)
    : createServer(onSocket)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(fake, { port: (server.address() as AddressInfo).port })
}

type Answer = { readonly bytes: string; readonly loggedIn?: boolean; readonly close?: boolean }

function answerTo(
  lines: readonly string[],
  fake: Omit<FakeAmi, 'port'>,
  loggedIn: boolean,
  { version, noChallenge, answers }: FakeAmiOptions,
): Answer | undefined {
  const header = (name: string) =>
    lines
      .find((l) => l.toLowerCase().startsWith(`${name.toLowerCase()}: `))
      ?.slice(name.length + 2)
      .trim()
  const reply = (word: string, ...more: string[]) =>
    [`Response: ${word}`, `ActionID: ${header('ActionID')}`, ...more, '', ''].join('\r\n')
  const action = header('Action') ?? ''
  fake.actions.push(action)
  if (fake.silent) return undefined
  const frames = answers?.[action]
  if (frames) return { bytes: frames.map((f) => `${f.replaceAll('$ID', header('ActionID') ?? '')}\r\n\r\n`).join('') }
  if (action === 'Challenge' && noChallenge) return { bytes: reply('Error', 'Message: Must specify AuthType') }
  if (action === 'Challenge') return { bytes: reply('Success', `Challenge: ${CHALLENGE}`) }
  if (action === 'Login') {
    fake.lastLogin = [...lines]
    if (fake.shuttingDown) return { bytes: reply('Error', 'Message: Asterisk is shutting down'), close: true }
    const key = createHash('md5')
      .update(CHALLENGE + fake.secret)
      .digest('hex')
    const proven = header('Key') === undefined ? header('Secret') === fake.secret : header('Key') === key
    const good = header('Username') === fake.username && proven
    if (!good) return { bytes: reply('Error', 'Message: Authentication failed'), close: true }
    return { bytes: reply('Success', 'Message: Authentication accepted'), loggedIn: true }
  }
  if (!loggedIn) return { bytes: reply('Error', 'Message: Permission denied') }
  if (action === 'Ping') return { bytes: reply('Success', 'Ping: Pong') }
  if (action === 'Logoff') return { bytes: reply('Goodbye', 'Message: Thanks for all the fish.'), close: true }
  if (action === 'Filter' && version !== undefined) {
    fake.filters.push(lines.filter((line) => /^(MatchCriteria|Filter):/.test(line)).join(' '))
    return { bytes: reply('Success', 'Message: Success') }
  }
  if (action === 'CoreSettings' && version !== undefined)
    return { bytes: reply('Success', `AsteriskVersion: ${version}`) }
  return { bytes: reply('Error', 'Message: Permission denied') }
}
