// One login on one socket: banner, MD5 challenge, actions, keep-alive, log-off. Does not reconnect (connect-ami does).
//
// The socket is read as fast as it gives: Asterisk cuts a client whose socket stays full for 100 ms, without a word. So
// handlers are called and never waited for.

import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { assert, type Clock, err, ok, type Result } from '@tollbook/kernel'
import { type AmiFailure, loginFailure, socketFailure } from './ami-failure.ts'
import type { AmiMessage } from './ami-message.ts'
import { AmiParser } from './ami-parser.ts'

export type AmiTarget = {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly secret: string
  /** Event classes asked for; ANDed with the user's `read=`. CEL comes in class `call`. */
  readonly events: string
}

/** Milliseconds; the defaults suit a PBX on any continent. */
export type AmiTiming = {
  /** For the connection and each step of the login; a wrong secret is answered after about one second. */
  readonly loginMs: number
  readonly actionMs: number
  /** After this much silence a Ping is sent; after three times as much the connection counts as dead. */
  readonly pingMs: number
}

export const AMI_TIMING: AmiTiming = { loginMs: 10_000, actionMs: 10_000, pingMs: 15_000 }

export type AmiSession = {
  /** AMI version of the banner, `11.0.0`. */
  readonly amiVersion: string
  /** Sends an action and gives its response (also `Response: Error`: that is an answer). */
  action(name: string, headers?: Readonly<Record<string, string>>): Promise<Result<AmiMessage, AmiFailure>>
  /** Our time of the last bytes that came. */
  heardAtMs(): number
  /** Resolves when the connection has ended, with the reason. */
  readonly ended: Promise<AmiFailure>
  /** Logs off and closes; waits two seconds at most. */
  close(): Promise<void>
}

/**
 * Connects and logs in. Events go to `onMessages` from the moment of login, in batches as they arrive from the socket.
 * @param signal gives up at once when it fires.
 */
export async function openAmiSession(
  target: AmiTarget,
  onMessages: (messages: readonly AmiMessage[]) => void,
  clock: Clock,
  signal: AbortSignal,
  timing: AmiTiming = AMI_TIMING,
): Promise<Result<AmiSession, AmiFailure>> {
  const session = new Session(target, onMessages, clock, timing)
  const stop = () => session.fail({ kind: 'stopped', detail: '' })
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  void session.ended.then(() => signal.removeEventListener('abort', stop))
  const failure = await session.login()
  if (failure === undefined) return ok(session)
  session.fail(failure)
  return err(failure)
}

type Pending = { readonly settle: (result: Result<AmiMessage, AmiFailure>) => void; readonly timer: NodeJS.Timeout }

class Session implements AmiSession {
  amiVersion = ''
  readonly ended: Promise<AmiFailure>
  readonly #target: AmiTarget
  readonly #timing: AmiTiming
  readonly #clock: Clock
  readonly #socket: Socket
  readonly #parser = new AmiParser()
  readonly #pending = new Map<string, Pending>()
  readonly #onMessages: (messages: readonly AmiMessage[]) => void
  readonly #greeted = Promise.withResolvers<AmiFailure | undefined>()
  readonly #end = Promise.withResolvers<AmiFailure>()
  readonly #pinger: NodeJS.Timeout
  #loggedIn = false
  #heardAtMs: number
  #lastId = 0

  constructor(
    target: AmiTarget,
    onMessages: (messages: readonly AmiMessage[]) => void,
    clock: Clock,
    timing: AmiTiming,
  ) {
    this.#target = target
    this.#onMessages = onMessages
    this.#clock = clock
    this.#timing = timing
    this.ended = this.#end.promise
    this.#heardAtMs = clock.now()
    this.#socket = connect({ host: target.host, port: target.port, keepAlive: true, noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#socket.on('error', (error) => this.fail(socketFailure(error, `${target.host}:${target.port}`)))
    this.#socket.on('close', () => {
      const rest = this.#parser.end()
      if (this.#loggedIn && rest.length > 0) this.#onMessages(rest)
      this.fail({ kind: 'lost', detail: 'the connection was lost' })
    })
    this.#pinger = setInterval(() => this.#keepAlive(), timing.pingMs)
    this.#pinger.unref()
  }

  async login(): Promise<AmiFailure | undefined> {
    const late = setTimeout(() => {
      const detail = this.#socket.connecting ? 'no answer in time' : 'it does not greet as an Asterisk manager'
      this.fail({
        kind: this.#socket.connecting ? 'unreachable' : 'not-ami',
        detail: `${detail} (${this.#target.host}:${this.#target.port})`,
      })
    }, this.#timing.loginMs)
    const noGreeting = await this.#greeted.promise
    clearTimeout(late)
    if (noGreeting) return noGreeting
    const challenge = await this.action('Challenge', { AuthType: 'MD5' })
    if (!challenge.ok) return challenge.error
    const nonce = challenge.value.get('Challenge')
    if (nonce === undefined) return loginFailure(challenge.value.get('Message') ?? '', this.#target.username)
    // From here on events may come, and those right behind the response belong to us already.
    this.#loggedIn = true
    const login = await this.action('Login', {
      AuthType: 'MD5',
      Username: this.#target.username,
      Key: createHash('md5')
        .update(nonce + this.#target.secret)
        .digest('hex'),
      Events: this.#target.events,
    })
    if (!login.ok) return login.error
    if (login.value.name === 'Success') return undefined
    return loginFailure(login.value.get('Message') ?? '', this.#target.username)
  }

  heardAtMs(): number {
    return this.#heardAtMs
  }

  action(name: string, headers: Readonly<Record<string, string>> = {}): Promise<Result<AmiMessage, AmiFailure>> {
    const { promise, resolve } = Promise.withResolvers<Result<AmiMessage, AmiFailure>>()
    if (this.#socket.destroyed) {
      resolve(err({ kind: 'lost', detail: 'the connection was lost' }))
      return promise
    }
    const id = `tollbook-${++this.#lastId}`
    const lines = Object.entries({ Action: name, ActionID: id, ...headers }).map(([key, value]) => {
      assert(!/[\r\n]/.test(key + value), `a line break in the AMI header ${key}`)
      return `${key}: ${value}\r\n`
    })
    const timer = setTimeout(() => {
      this.#settle(id, err({ kind: 'silent', detail: `no answer to ${name} in time` }))
    }, this.#timing.actionMs)
    this.#pending.set(id, { settle: resolve, timer })
    this.#socket.write(`${lines.join('')}\r\n`)
    return promise
  }

  async close(): Promise<void> {
    if (this.#socket.destroyed) return
    // Closing with unread data in flight resets the connection and can lose the action: wait for Goodbye.
    const timer = setTimeout(() => this.fail({ kind: 'stopped', detail: '' }), 2000)
    await this.action('Logoff')
    clearTimeout(timer)
    this.fail({ kind: 'stopped', detail: '' })
  }

  /** Ends the session once; later reasons are ignored. */
  fail(failure: AmiFailure): void {
    clearInterval(this.#pinger)
    this.#greeted.resolve(failure)
    this.#end.resolve(failure)
    for (const id of [...this.#pending.keys()]) this.#settle(id, err(failure))
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#heardAtMs = this.#clock.now()
    const messages = this.#parser.push(chunk)
    for (const message of messages) {
      if (message.kind === 'banner') this.#greet(message.name)
      else if (message.kind === 'response') this.#settle(message.get('ActionID') ?? '', ok(message))
    }
    if (this.#loggedIn && messages.length > 0) this.#onMessages(messages)
  }

  #greet(line: string): void {
    const version = /^Asterisk Call Manager\/(\S+)/.exec(line)
    if (version) {
      this.amiVersion = version[1] ?? ''
      this.#greeted.resolve(undefined)
    } else this.fail({ kind: 'not-ami', detail: 'it does not greet as an Asterisk manager' })
  }

  #settle(id: string, result: Result<AmiMessage, AmiFailure>): void {
    const pending = this.#pending.get(id)
    if (!pending) return
    clearTimeout(pending.timer)
    this.#pending.delete(id)
    pending.settle(result)
  }

  #keepAlive(): void {
    const silentMs = this.#clock.now() - this.#heardAtMs
    if (silentMs > 3 * this.#timing.pingMs) this.fail({ kind: 'silent', detail: 'Asterisk has gone silent' })
    else if (this.#loggedIn && silentMs >= this.#timing.pingMs) void this.action('Ping')
  }
}
