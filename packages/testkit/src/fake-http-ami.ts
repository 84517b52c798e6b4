// A small Asterisk manager over HTTP on loopback: sessions by cookie in which events wait, rawman or mxml, and faults on
// demand. Takes events out of a session before it writes the answer, and does not care who reads it, as Asterisk does.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TestCertificate } from './test-certificate.ts'

export type FakeHttpAmi = {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly username: string
  secret: string
  /** While true every connection is cut at once: nothing arrives here, events wait. */
  away: boolean
  /** The answer to the next WaitEvent is broken off after so many bytes (before its last); its events are gone. */
  breakAfterBytes: number | undefined
  /** Names of the actions received so far. */
  readonly actions: string[]
  /** Puts an event (a frame without its blank line) into every session that is logged in. */
  raise(frame: string): void
  /** Resolves when so many sessions are logged in. */
  loggedIn(count?: number): Promise<void>
  /** Resolves after so many more WaitEvents were answered. */
  polled(times?: number): Promise<void>
  /** Forgets all sessions, with what waits in them. */
  expire(): void
  close(): Promise<void>
}

export type FakeHttpAmiOptions = {
  readonly form?: 'rawman' | 'mxml'
  readonly prefix?: string
  readonly certificate?: TestCertificate
  /** Challenge is answered with an error. */
  readonly noChallenge?: boolean
}

type Session = { readonly id: string; challenge: string; loggedIn: boolean; readonly waiting: string[] }
type Waiter = { readonly ready: () => boolean; readonly resolve: () => void }

export async function fakeHttpAmi(options: FakeHttpAmiOptions = {}): Promise<FakeHttpAmi> {
  const sockets = new Set<Socket>()
  const fake = new Fake(options)
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    // A cut connection is no fault of the fake's.
    fake.take(request, response).catch(() => request.socket.destroy())
  }
  const { certificate } = options
  const server = certificate
    ? createSecureServer({ key: certificate.key, cert: certificate.cert }, listener)
    : createServer(listener)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    if (fake.away) socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  return Object.assign(fake, { port: (server.address() as AddressInfo).port, close })
}

class Fake implements Omit<FakeHttpAmi, 'port' | 'close'> {
  readonly host = '127.0.0.1'
  readonly username = 'tollbook'
  secret = 'fake-secret'
  away = false
  breakAfterBytes: number | undefined = undefined
  readonly actions: string[] = []
  readonly #options: FakeHttpAmiOptions
  readonly #sessions = new Map<string, Session>()
  readonly #waiters: Waiter[] = []
  #polls = 0
  #lastId = 0xfb0b83ca

  constructor(options: FakeHttpAmiOptions) {
    this.#options = options
  }

  raise(frame: string): void {
    for (const session of this.#sessions.values()) if (session.loggedIn) session.waiting.push(frame)
  }

  loggedIn(count = 1): Promise<void> {
    return this.#until(() => [...this.#sessions.values()].filter((s) => s.loggedIn).length >= count)
  }

  polled(times = 1): Promise<void> {
    const wanted = this.#polls + times
    return this.#until(() => this.#polls >= wanted)
  }

  expire(): void {
    this.#sessions.clear()
  }

  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.away) return void request.socket.destroy()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { form = 'rawman', prefix = '' } = this.#options
    if (request.method !== 'POST' || request.url !== `${prefix}/${form}`) return void response.writeHead(404).end()
    const query = new URLSearchParams(Buffer.concat(chunks).toString())
    const session = this.#sessionOf(request)
    const action = query.get('Action') ?? ''
    this.actions.push(action)
    const frames = this.#answerTo(action, query, session)
    if (action === 'Logoff') this.#sessions.delete(session.id)
    const text = form === 'mxml' ? xmlOf(frames) : frames.map((frame) => `${frame}\r\n\r\n`).join('')
    const body = Buffer.from(text, 'latin1')
    response.writeHead(200, {
      Server: 'Asterisk/22.10.1',
      'Content-Type': form === 'mxml' ? 'text/xml' : 'text/plain',
      'Content-Length': body.length,
      'Set-Cookie': `mansession_id="${session.id}"; Version=1; Max-Age=60`,
    })
    const cut = action === 'WaitEvent' ? this.breakAfterBytes : undefined
    if (cut === undefined) response.end(body)
    else {
      this.breakAfterBytes = undefined
      if (cut > 0) response.write(body.subarray(0, Math.min(cut, body.length - 1)), () => request.socket.destroy())
      else request.socket.destroy()
    }
    if (action === 'WaitEvent' && cut === undefined) this.#polls++
    for (const w of this.#waiters) if (w.ready()) w.resolve()
  }

  #until(ready: () => boolean): Promise<void> {
    if (ready()) return Promise.resolve()
    return new Promise<void>((resolve) => this.#waiters.push({ ready, resolve }))
  }

  #sessionOf(request: IncomingMessage): Session {
    const id = /mansession_id="([0-9a-f]+)"/.exec(request.headers.cookie ?? '')?.[1]
    const known = id === undefined ? undefined : this.#sessions.get(id)
    if (known) return known
    const fresh: Session = { id: (++this.#lastId).toString(16), challenge: '', loggedIn: false, waiting: [] }
    this.#sessions.set(fresh.id, fresh)
    return fresh
  }

  #answerTo(action: string, query: URLSearchParams, session: Session): string[] {
    const reply = (word: string, ...more: string[]) =>
      [`Response: ${word}`, `ActionID: ${query.get('ActionID')}`, ...more].join('\r\n')
    const denied = [reply('Error', 'Message: Permission denied')]
    if (action === 'Challenge') {
      if (this.#options.noChallenge) return [reply('Error', 'Message: Must specify AuthType')]
      session.challenge = '206080784'
      return [reply('Success', `Challenge: ${session.challenge}`)]
    }
    if (action === 'Login') {
      const key = createHash('md5')
        .update(session.challenge + this.secret)
        .digest('hex')
      const proven = query.has('Key') ? query.get('Key') === key : query.get('Secret') === this.secret
      if (query.get('Username') !== this.username || !proven) return [reply('Error', 'Message: Authentication failed')]
      session.loggedIn = true
      const booted =
        'Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 100\r\nLastReload: 50\r\nStatus: Fully Booted'
      return [reply('Success', 'Message: Authentication accepted'), booted]
    }
    if (!session.loggedIn) return denied
    if (action === 'WaitEvent') {
      const events = session.waiting.splice(0)
      return [reply('Success', 'Message: Waiting for Event completed.'), ...events, 'Event: WaitEventComplete']
    }
    if (action === 'Ping') return [reply('Success', 'Ping: Pong', 'Timestamp: 1795439086.482572')]
    if (action === 'Logoff') return [reply('Goodbye', 'Message: Thanks for all the fish.')]
    return denied
  }
}

/** As Asterisk makes it of its own text: keys in lower case, values escaped, lines apart. */
function xmlOf(frames: readonly string[]): string {
  const escaped = (s: string) =>
    s
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;')
  const one = (frame: string) => {
    const attributes = frame.split('\r\n').map((line) => {
      const colon = line.indexOf(':')
      return `${line.slice(0, colon).toLowerCase()}='${escaped(line.slice(colon + 1).trimStart())}'`
    })
    return `<response type='object' id='unknown'><generic ${attributes.join(' ')} /></response>\n`
  }
  return `<ajax-response>\n${frames.map(one).join('')}</ajax-response>\n`
}
