// One POST to the web server of an Asterisk, its answer handed on as it comes. Says whether a failure can have cost events.

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { type AmiFailure, socketFailure } from './ami-failure.ts'
import { type AmiTarget, targetName } from './ami-target.ts'
import { tlsOptions } from './ami-tls.ts'

export type HttpAnswer = {
  readonly status: number
  /** Media type, `text/plain`. */
  readonly type: string
  readonly cookie: string | undefined
  /** Seconds the session lives without being used; undefined when it was not said. */
  readonly maxAge: number | undefined
  readonly server: string
}

/** `sent`: the request may have arrived there, so that what it asked for may have been taken out of the session. */
export type HttpLoss = { readonly failure: AmiFailure; readonly sent: boolean }

export type HttpPost = {
  /** Undefined when the whole answer came. */
  post(path: string, form: string, cookie: string, timeoutMs: number, take: HttpTaker): Promise<HttpLoss | undefined>
  /** A connection that was used before is open and idle: a request on it does not go out into the unknown. */
  isWarm(): boolean
  /** Breaks what is under way and lets go of kept connections. */
  close(): void
}

export type HttpTaker = { readonly head: (answer: HttpAnswer) => void; readonly body: (chunk: Buffer) => void }

export function httpPost(target: AmiTarget): HttpPost {
  const secure = target.transport === 'https'
  const options = { keepAlive: true, maxSockets: 4, keepAliveMsecs: 5_000 }
  const agent = secure ? new HttpsAgent({ ...options, ...tlsOptions(target) }) : new HttpAgent(options)
  const open = new Set<ReturnType<typeof httpRequest>>()
  const post: HttpPost['post'] = (path, form, cookie, timeoutMs, take) => {
    const { promise, resolve } = Promise.withResolvers<HttpLoss | undefined>()
    const { host, port } = target
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': Buffer.byteLength(form),
      ...(cookie === '' ? {} : { Cookie: cookie }),
    }
    const request = (secure ? httpsRequest : httpRequest)({ host, port, path, method: 'POST', headers, agent })
    open.add(request)
    let sent = false
    const done = (loss: HttpLoss | undefined) => {
      clearTimeout(timer)
      open.delete(request)
      resolve(loss)
    }
    const lost = (failure: AmiFailure) => {
      done({ failure, sent })
      request.destroy()
    }
    const timer = setTimeout(
      () => lost({ kind: sent ? 'silent' : 'unreachable', detail: `no answer in time (${targetName(target)})` }),
      timeoutMs,
    )
    request.on('socket', (socket) => {
      if (!socket.connecting && !secure) sent = true
      else if (request.reusedSocket) sent = true
      else socket.once(secure ? 'secureConnect' : 'connect', () => (sent = true))
    })
    request.on('error', (error) => lost(socketFailure(error, targetName(target))))
    request.on('close', () => lost({ kind: 'lost', detail: 'the connection was lost' }))
    request.on('response', (response) => {
      take.head(answerOf(response))
      response.on('data', take.body)
      response.on('error', (error) => lost(socketFailure(error, targetName(target))))
      response.on('end', () => done(undefined))
    })
    request.end(form)
    return promise
  }
  return {
    post,
    isWarm: () => Object.values(agent.freeSockets).some((sockets) => (sockets ?? []).some((s) => !s.destroyed)),
    close() {
      for (const request of open) request.destroy()
      agent.destroy()
    },
  }
}

function answerOf(response: IncomingMessage): HttpAnswer {
  const { statusCode = 0, headers } = response
  // mansession_id="fb0b83cb"; Version=1; Max-Age=60: the quotes belong to the value.
  const set = headers['set-cookie']?.find((line) => line.startsWith('mansession_id='))
  const age = /Max-Age=(\d{1,9})/i.exec(set ?? '')?.[1]
  return {
    status: statusCode,
    type: (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    cookie: set?.split(';')[0],
    maxAge: age === undefined ? undefined : Number(age),
    server: String(headers.server ?? ''),
  }
}
