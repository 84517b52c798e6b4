// One login over HTTP: events wait in a session that Asterisk keeps for us, and are fetched with WaitEvent.
//
// Asked by experiment (Asterisk 16.28.0 and 22.10.1): a WaitEvent takes events out of the session before it
// writes its answer, and does not notice that nobody reads it any more. What an answer carried that was lost is gone;
// so are, with a WaitEvent that waits, the events of the time until the next one is asked. What comes while no WaitEvent is under
// way waits until the session expires. So events are fetched with `Timeout: 0`, which answers at once with what is there:
// only an answer on its way can be lost (some milliseconds of each poll, not all of it), and that is told as `answer-lost`.
//
// live ── connection away ──► troubled (polls again, growing pauses) ── answered ──► live
//   │                            └── longer than the session lives ──► ended (`lost`)
//   └── "Permission denied": the session is forgotten ──► login again, told as `session-expired` ──► live

import { type Clock, err, ok, type Result } from '@tollbook/kernel'
import type { AmiFailure } from './ami-failure.ts'
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
import { type HttpAnswer, type HttpLoss, httpPost } from './http-post.ts'
import { logIn } from './log-in.ts'
import { framesOfMxml } from './mxml.ts'

/** `httptimeout` where the cookie does not say, seconds. */
const MAX_AGE = 60
/** Between polls of a session in trouble, milliseconds: the session lives for sixty seconds, its connection may be back any moment. */
const MOST_PAUSE_MS = 2_000
/** mxml comes as a whole; rawman is read as it comes. */
const MAX_XML = 32 * 1024 * 1024

type Reply = { readonly messages: readonly AmiMessage[]; readonly status: number; readonly loss: HttpLoss | undefined }

export class HttpSession implements AmiSession {
  readonly amiVersion = ''
  asteriskVersion = ''
  readonly ended: Promise<AmiFailure>
  readonly #target: AmiTarget
  readonly #timing: AmiTiming
  readonly #clock: Clock
  readonly #handlers: AmiHandlers
  readonly #end = Promise.withResolvers<AmiFailure>()
  readonly #http: ReturnType<typeof httpPost>
  #form: 'rawman' | 'mxml' = 'rawman'
  #cookie = ''
  #maxAgeMs = MAX_AGE * 1000
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #loggedIn = false
  /** Polls answered since the last login. */
  #polls = 0
  /** Everything raised before was fetched. */
  #fetchedAtMs: number
  #pingedAtMs: number
  #trouble: { readonly sinceMs: number; lost: string } | undefined
  #lastId = 0

  constructor(target: AmiTarget, handlers: AmiHandlers, clock: Clock, timing: AmiTiming) {
    this.#target = target
    this.#handlers = handlers
    this.#clock = clock
    this.#timing = timing
    this.ended = this.#end.promise
    this.#fetchedAtMs = this.#pingedAtMs = clock.now()
    this.#http = httpPost(target)
  }

  async logIn(): Promise<AmiFailure | undefined> {
    const failure = await this.#logIn(() => this.#handlers.onLogin?.())
    if (failure === undefined) this.#next(0)
    return failure
  }

  heardAtMs(): number {
    return this.#fetchedAtMs
  }

  async action(name: string, headers: Readonly<Record<string, string>> = {}): Promise<Result<AmiMessage, AmiFailure>> {
    const answer = await this.list(name, headers)
    return answer.ok ? ok(answer.value.response) : answer
  }

  async list(name: string, headers: Readonly<Record<string, string>> = {}): Promise<Result<AmiList, AmiFailure>> {
    if (this.#closed) return err({ kind: 'lost', detail: 'the connection was lost' })
    const { messages, status, loss } = await this.#post(name, headers)
    if (loss) return err(loss.failure)
    const response = messages.find((m) => m.kind === 'response')
    if (!response) return err(this.#notAmi(status))
    const id = response.get('ActionID')
    const items = messages.filter((m) => m.kind === 'event' && id !== undefined && m.get('ActionID') === id)
    if (items.length > MAX_LIST_ITEMS)
      return err({ kind: 'too-long', detail: `a list of more than ${MAX_LIST_ITEMS} items` })
    return ok({ response, items: items.filter((m) => !/^complete$/i.test(m.get('EventList') ?? '')) })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    clearTimeout(this.#timer)
    const timer = setTimeout(() => this.fail({ kind: 'stopped', detail: '' }), 2000)
    await this.action('Logoff')
    clearTimeout(timer)
    this.fail({ kind: 'stopped', detail: '' })
  }

  /** Ends the session once; later reasons are ignored. */
  fail(failure: AmiFailure): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#end.resolve(failure)
    this.#http.close()
  }

  /** @param accepted called before the messages that came with the login (FullyBooted) go out. */
  async #logIn(accepted: () => void): Promise<AmiFailure | undefined> {
    this.#loggedIn = false
    return logIn(this.#target, async (name, headers) => {
      let reply = await this.#post(name, headers)
      if (reply.status === 404 && this.#form === 'rawman') {
        this.#form = 'mxml'
        reply = await this.#post(name, headers)
      }
      if (reply.loss) return err(reply.loss.failure)
      const response = reply.messages.find((m) => m.kind === 'response')
      if (!response) return err(this.#notAmi(reply.status))
      if (name === 'Login' && response.name === 'Success') {
        this.#loggedIn = true
        this.#polls = 0
        this.#fetchedAtMs = this.#clock.now()
        accepted()
        this.#handlers.onMessages(reply.messages)
      }
      return ok(response)
    })
  }

  #next(pauseMs: number): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => void this.#poll(), pauseMs)
  }

  async #poll(): Promise<void> {
    const sentMs = this.#clock.now()
    // A connection that is cut at once, or never gets through, takes a Ping with it and no events.
    const cold = this.#http.isWarm() ? undefined : (await this.#post('Ping', {})).loss
    if (this.#closed) return
    if (cold) {
      this.#troubled({ ...cold, sent: false })
      return this.#next(this.#pauseMs())
    }
    const { messages, status, loss } = await this.#post('WaitEvent', { Timeout: '0' })
    if (this.#closed) return
    if (loss) this.#troubled(loss)
    else {
      const response = messages.find((m) => m.kind === 'response')
      if (!response) this.fail(this.#notAmi(status))
      else if (response.name === 'Success') this.#fetched(sentMs)
      else await this.#expired(response)
    }
    if (!this.#trouble) await this.#ping()
    this.#next(this.#pauseMs())
  }

  #pauseMs(): number {
    const { pollMs } = this.#timing
    const troubledMs = this.#trouble ? this.#clock.now() - this.#trouble.sinceMs : 0
    return Math.min(Math.max(MOST_PAUSE_MS, pollMs), pollMs + troubledMs / 8)
  }

  #fetched(sentMs: number): void {
    const { lost = '' } = this.#trouble ?? {}
    if (this.#trouble) this.#handlers.onTrouble?.('')
    // Until now, and not until the loss was noticed: the request itself may have arrived late.
    if (lost !== '') {
      const atMs = this.#clock.now()
      this.#handlers.onNotice?.({ kind: 'answer-lost', fromMs: this.#fetchedAtMs, atMs, detail: lost })
    }
    this.#trouble = undefined
    this.#fetchedAtMs = sentMs
    this.#polls++
  }

  #troubled({ failure, sent }: HttpLoss): void {
    const nowMs = this.#clock.now()
    if (!this.#trouble) this.#handlers.onTrouble?.(failure.detail)
    this.#trouble ??= { sinceMs: nowMs, lost: '' }
    if (sent) this.#trouble.lost ||= failure.detail
    // Longer than Asterisk keeps the session: nothing waits there any more.
    if (nowMs - this.#fetchedAtMs > this.#maxAgeMs) this.fail({ kind: 'lost', detail: failure.detail })
  }

  async #expired(response: AmiMessage): Promise<void> {
    if (this.#polls === 0) {
      const detail = `Asterisk lets nobody wait for events over HTTP: ${response.get('Message') ?? ''}`
      return this.fail({ kind: 'refused', detail })
    }
    const fromMs = this.#fetchedAtMs
    const failure = await this.#logIn(() => {
      this.#handlers.onNotice?.({ kind: 'session-expired', fromMs, atMs: this.#clock.now() })
    })
    if (failure) {
      this.#fetchedAtMs = fromMs
      return this.fail(failure)
    }
    if (this.#trouble) this.#handlers.onTrouble?.('')
    this.#trouble = undefined
  }

  async #ping(): Promise<void> {
    const sentMs = this.#clock.now()
    if (this.#closed || sentMs - this.#pingedAtMs < this.#timing.pingMs) return
    this.#pingedAtMs = sentMs
    const pong = await this.action('Ping')
    if (pong.ok) this.#handlers.onPong?.(pong.value, sentMs)
  }

  /** Messages go to the handlers as they come; those of an answer that was lost too, as far as they came. */
  async #post(name: string, headers: Readonly<Record<string, string>>): Promise<Reply> {
    const id = `tollbook-${++this.#lastId}`
    const form = new URLSearchParams(actionHeaders(name, id, headers).map(([key, value]) => [key, value])).toString()
    const parser = new AmiParser()
    const messages: AmiMessage[] = []
    const hear = (all: readonly AmiMessage[]) => {
      // The end of our own answer is no event of the PBX.
      const more = all.filter((m) => m.name !== 'WaitEventComplete')
      messages.push(...more)
      if (this.#loggedIn && more.length > 0) this.#handlers.onMessages(more)
    }
    let status = 0
    let xml: Buffer[] | undefined
    let size = 0
    const head = (answer: HttpAnswer) => {
      status = answer.status
      this.#learn(answer)
      if (answer.type === 'text/xml') xml = []
    }
    const body = (chunk: Buffer) => {
      size += chunk.length
      if (xml === undefined) hear(parser.push(chunk))
      else if (size <= MAX_XML) xml.push(chunk)
    }
    const timeoutMs = this.#loggedIn ? this.#timing.actionMs : this.#timing.loginMs
    const loss = await this.#http.post(this.#path(), form, this.#cookie, timeoutMs, { head, body })
    if (xml !== undefined) {
      const frames = framesOfMxml(Buffer.concat(xml).toString('latin1')) ?? ''
      hear(parser.push(Buffer.from(frames, 'latin1')))
    }
    hear(parser.end())
    return { messages, status, loss: size > MAX_XML && xml ? { failure: TOO_LONG, sent: true } : loss }
  }

  #learn(answer: HttpAnswer): void {
    if (answer.cookie !== undefined) this.#cookie = answer.cookie
    if (answer.maxAge !== undefined && this.#loggedIn) this.#maxAgeMs = answer.maxAge * 1000
    const version = /^Asterisk\/(\d[\w.-]*)/.exec(answer.server)?.[1]
    if (version !== undefined) this.asteriskVersion = version
  }

  #path(): string {
    const prefix = (this.#target.httpPath ?? '').replace(/^\/+|\/+$/g, '')
    return `${prefix === '' ? '' : `/${prefix}`}/${this.#form}`
  }

  #notAmi(status: number): AmiFailure {
    const where = targetName(this.#target)
    if (status === 404) {
      const detail = `no AMI at ${this.#path()} (${where}): webenabled = yes in manager.conf, or another prefix`
      return { kind: 'not-ami', detail }
    }
    return { kind: 'not-ami', detail: `it does not answer as an Asterisk manager (${where}, HTTP ${status})` }
  }
}

const TOO_LONG: AmiFailure = { kind: 'too-long', detail: 'an answer of more than 32 MiB of XML' }
