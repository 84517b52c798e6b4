// One login on one socket, plain or TLS: banner, login, actions, lists, keep-alive, log-off. Does not come back.
//
// The socket is read as fast as it gives: Asterisk cuts a client whose socket stays full for 100 ms, without a word. So
// handlers are called and never waited for.

import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Clock, err, ok, type Result } from '@tollbook/kernel'
import { type AmiFailure, socketFailure } from './ami-failure.ts'
import type { AmiMessage } from './ami-message.ts'
import { AmiParser } from './ami-parser.ts'
import {
  type AmiHandlers,
  type AmiList,
  type AmiSession,
  type AmiTarget,
  type AmiTiming,
  actionHeaders,
  MAX_LIST_ITEMS,
  targetName,
} from './ami-target.ts'
import { tlsOptions } from './ami-tls.ts'
import { logIn } from './log-in.ts'

type Pending = {
  readonly name: string
  readonly settle: (result: Result<AmiList, AmiFailure>) => void
  /** Undefined where a response alone is waited for. */
  readonly items: AmiMessage[] | undefined
  response: AmiMessage | undefined
  timer: NodeJS.Timeout
}

export class SocketSession implements AmiSession {
  amiVersion = ''
  readonly asteriskVersion = ''
  readonly ended: Promise<AmiFailure>
  readonly #target: AmiTarget
  readonly #timing: AmiTiming
  readonly #clock: Clock
  readonly #handlers: AmiHandlers
  readonly #socket: Socket
  readonly #parser = new AmiParser()
  readonly #pending = new Map<string, Pending>()
  readonly #greeted = Promise.withResolvers<AmiFailure | undefined>()
  readonly #end = Promise.withResolvers<AmiFailure>()
  readonly #pinger: NodeJS.Timeout
  #connected = false
  #loggedIn = false
  #loginId = ''
  #heardAtMs: number
  #tickedAtMs: number
  #lastId = 0

  constructor(target: AmiTarget, handlers: AmiHandlers, clock: Clock, timing: AmiTiming) {
    this.#target = target
    this.#handlers = handlers
    this.#clock = clock
    this.#timing = timing
    this.ended = this.#end.promise
    this.#heardAtMs = this.#tickedAtMs = clock.now()
    const { host, port } = target
    const secure = target.transport === 'tls'
    this.#socket = secure ? connectTls({ host, port, ...tlsOptions(target) }) : connect({ host, port })
    this.#socket.setKeepAlive(true)
    this.#socket.setNoDelay(true)
    this.#socket.on(secure ? 'secureConnect' : 'connect', () => {
      this.#connected = true
    })
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#socket.on('error', (error) => this.#ends(socketFailure(error, targetName(target))))
    this.#socket.on('close', () => this.#ends({ kind: 'lost', detail: 'the connection was lost' }))
    this.#pinger = setInterval(() => this.#keepAlive(), timing.pingMs)
    this.#pinger.unref()
  }

  async logIn(): Promise<AmiFailure | undefined> {
    const late = setTimeout(() => {
      const where = targetName(this.#target)
      if (this.#connected) this.fail({ kind: 'not-ami', detail: `${NO_GREETING} (${where})` })
      else this.fail({ kind: 'unreachable', detail: `no answer in time (${where})` })
    }, this.#timing.loginMs)
    const noGreeting = await this.#greeted.promise
    clearTimeout(late)
    return noGreeting ?? logIn(this.#target, (name, headers) => this.action(name, headers))
  }

  heardAtMs(): number {
    return this.#heardAtMs
  }

  async action(name: string, headers: Readonly<Record<string, string>> = {}): Promise<Result<AmiMessage, AmiFailure>> {
    const answer = await this.#send(name, headers, undefined)
    return answer.ok ? ok(answer.value.response) : answer
  }

  list(name: string, headers: Readonly<Record<string, string>> = {}): Promise<Result<AmiList, AmiFailure>> {
    return this.#send(name, headers, [])
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

  /** The connection is gone: what lies unfinished in the parser goes out, then the session ends. */
  #ends(failure: AmiFailure): void {
    const rest = this.#parser.end()
    if (this.#loggedIn && rest.length > 0) this.#handlers.onMessages(rest)
    const lost = this.#loggedIn && failure.kind === 'unreachable'
    this.fail(lost ? { ...failure, kind: 'lost' } : failure)
  }

  #send(
    name: string,
    headers: Readonly<Record<string, string>>,
    items: AmiMessage[] | undefined,
  ): Promise<Result<AmiList, AmiFailure>> {
    const { promise, resolve } = Promise.withResolvers<Result<AmiList, AmiFailure>>()
    const id = `tollbook-${++this.#lastId}`
    const lines = actionHeaders(name, id, headers).map(([key, value]) => `${key}: ${value}\r\n`)
    if (this.#socket.destroyed) return Promise.resolve(err({ kind: 'lost', detail: 'the connection was lost' }))
    if (name === 'Login') this.#loginId = id
    this.#pending.set(id, { name, settle: resolve, items, response: undefined, timer: this.#timer(id, name) })
    this.#socket.write(`${lines.join('')}\r\n`)
    return promise
  }

  #timer(id: string, name: string): NodeJS.Timeout {
    const late: AmiFailure = { kind: 'silent', detail: `no answer to ${name} in time` }
    return setTimeout(() => this.#settle(id, err(late)), this.#timing.actionMs)
  }

  #receive(chunk: Buffer): void {
    this.#heardAtMs = this.#clock.now()
    const messages = this.#parser.push(chunk)
    let heard: readonly AmiMessage[] = this.#loggedIn ? messages : []
    messages.forEach((message, i) => {
      if (message.kind === 'banner') this.#greet(message.name)
      else if (message.kind === 'response' && this.#answer(message)) heard = messages.slice(i)
      else if (this.#pending.size > 0 && message.kind === 'event') this.#item(message)
    })
    if (this.#loggedIn && heard.length > 0) this.#handlers.onMessages(heard)
  }

  #greet(line: string): void {
    const version = /^Asterisk Call Manager\/(\S+)/.exec(line)
    if (version) {
      this.amiVersion = version[1] ?? ''
      this.#greeted.resolve(undefined)
    } else this.fail({ kind: 'not-ami', detail: NO_GREETING })
  }

  /** True for the answer that lets us in: from it on what comes is ours, also what came with it. */
  #answer(message: AmiMessage): boolean {
    const id = message.get('ActionID') ?? ''
    const pending = this.#pending.get(id)
    if (!pending) return false
    if (pending.items && /^start$/i.test(message.get('EventList') ?? '')) {
      pending.response = message
      return false
    }
    const accepted = !this.#loggedIn && id === this.#loginId && message.name === 'Success'
    if (accepted) {
      this.#loggedIn = true
      this.#handlers.onLogin?.()
    }
    this.#settle(id, ok({ response: message, items: [] }))
    return accepted
  }

  /** An item of a list, or its end; other events pass. */
  #item(message: AmiMessage): void {
    const id = message.get('ActionID')
    const pending = id === undefined ? undefined : this.#pending.get(id)
    if (id === undefined || !pending?.items || !pending.response) return
    const { response, items } = pending
    if (/^complete$/i.test(message.get('EventList') ?? '')) this.#settle(id, ok({ response, items }))
    else if (items.push(message) > MAX_LIST_ITEMS) this.#settle(id, err({ kind: 'too-long', detail: TOO_LONG }))
    else {
      clearTimeout(pending.timer)
      pending.timer = this.#timer(id, pending.name)
    }
  }

  #settle(id: string, result: Result<AmiList, AmiFailure>): void {
    const pending = this.#pending.get(id)
    if (!pending) return
    clearTimeout(pending.timer)
    this.#pending.delete(id)
    pending.settle(result)
  }

  #keepAlive(): void {
    const nowMs = this.#clock.now()
    const slept = nowMs - this.#tickedAtMs > 2 * this.#timing.pingMs
    this.#tickedAtMs = nowMs
    // A machine that slept may have bytes waiting: they come before the next turn of this clock.
    if (!slept && nowMs - this.#heardAtMs > 3 * this.#timing.pingMs) {
      this.fail({ kind: 'silent', detail: 'Asterisk has gone silent' })
    } else if (this.#loggedIn) void this.#ping()
  }

  async #ping(): Promise<void> {
    const sentMs = this.#clock.now()
    const pong = await this.action('Ping')
    if (pong.ok) this.#handlers.onPong?.(pong.value, sentMs)
  }
}

const NO_GREETING = 'it does not greet as an Asterisk manager'
const TOO_LONG = `a list of more than ${MAX_LIST_ITEMS} items`
