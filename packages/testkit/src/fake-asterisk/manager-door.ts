// The AMI door of the fake PBX: greets, checks logins, sends each session the events of its mask, and breaks on demand.
// Knows no telephony; what there is to tell comes from fake-asterisk.ts.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** Classes of the events a fake PBX has; `read=` of its user allows all of them. */
export type EventClass = 'system' | 'cdr' | 'call' | 'agent'

export type ManagerDoor = {
  readonly port: number
  readonly username: string
  readonly secret: string
  /** Answers and sends nothing any more, as behind a cable that was pulled. */
  silent: boolean
  /** True when a session that wants this class was there and the bytes were handed to it whole. */
  send(kind: EventClass, bytes: Buffer): boolean
  /** Every session is broken off after so many bytes more, wherever in a frame that is. */
  cutAfter(bytes: number): void
  /** Resolves with the number of sessions that are logged in, once there are at least `count`. */
  loggedIn(count?: number): Promise<number>
  /** Logins so far. */
  logins(): number
  /** Breaks all connections. */
  drop(): void
  /** Breaks all connections and listens no more. */
  shut(): Promise<void>
  /** Listens again, where it did before. */
  reopen(): Promise<void>
}

type Session = { readonly socket: Socket; mask: ReadonlySet<string> | 'all'; text: string; in: boolean }

const CHALLENGE = '206080784'
const USERNAME = 'tollbook'
const SECRET = 'fake-secret'
/** More than any collector needs; a client that connects in a loop is not let grow. */
const MOST_SESSIONS = 20

/** Opens the door on a free port of loopback. `uptimeS` is asked at every login. */
export async function managerDoor(uptimeS: () => number): Promise<ManagerDoor> {
  const sessions = new Set<Session>()
  let waiting: { readonly count: number; readonly resolve: (n: number) => void }[] = []
  let left = Number.POSITIVE_INFINITY
  let logins = 0
  const inside = () => [...sessions].filter((session) => session.in)
  const drop = () => {
    for (const { socket } of sessions) socket.destroy()
    sessions.clear()
  }
  const write = (session: Session, bytes: Buffer): boolean => {
    if (door.silent || session.socket.destroyed) return false
    const part = bytes.subarray(0, Math.min(bytes.length, left))
    left -= part.length
    session.socket.write(part)
    if (left > 0) return part.length === bytes.length
    left = Number.POSITIVE_INFINITY
    for (const { socket } of sessions) socket.destroySoon()
    sessions.clear()
    return part.length === bytes.length
  }
  const admitted = () => {
    logins++
    const count = inside().length
    for (const one of waiting) if (count >= one.count) one.resolve(count)
    waiting = waiting.filter((one) => count < one.count)
  }
  const server = createServer((socket) => serve({ socket, mask: 'all', text: '', in: false }))
  const serve = (session: Session) => {
    const { socket } = session
    socket.on('error', () => undefined).on('close', () => sessions.delete(session))
    if (sessions.size >= MOST_SESSIONS) return void socket.destroy()
    sessions.add(session)
    write(session, Buffer.from('Asterisk Call Manager/11.0.0\r\n'))
    socket.on('data', (chunk) => {
      session.text += chunk.toString()
      for (let end = session.text.indexOf('\r\n\r\n'); end >= 0; end = session.text.indexOf('\r\n\r\n')) {
        const lines = session.text.slice(0, end).split('\r\n')
        session.text = session.text.slice(end + 4)
        const { text, close } = answerTo(lines, session, uptimeS(), admitted)
        write(session, Buffer.from(text))
        if (close) socket.end()
      }
    })
  }
  const port = await listen(server, 0)
  const door: ManagerDoor = {
    ...{ port, username: USERNAME, secret: SECRET, silent: false },
    send: (kind, bytes) => {
      const wanting = inside().filter(({ mask }) => mask === 'all' || mask.has(kind))
      return wanting.map((session) => write(session, bytes)).includes(true)
    },
    cutAfter: (bytes) => {
      left = bytes
    },
    loggedIn: (count = 1) =>
      inside().length >= count
        ? Promise.resolve(inside().length)
        : new Promise((resolve) => waiting.push({ count, resolve })),
    logins: () => logins,
    drop,
    shut: async () => {
      drop()
      server.close()
      await once(server, 'close')
    },
    reopen: async () => void (await listen(server, port)),
  }
  return door
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

type Answer = { readonly text: string; readonly close?: boolean }

function answerTo(lines: readonly string[], session: Session, uptimeS: number, admitted: () => void): Answer {
  const header = (name: string) => {
    const line = lines.find((l) => l.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    return line?.slice(name.length + 1).trim() ?? ''
  }
  const reply = (word: string, ...more: string[]) => {
    const id = header('ActionID')
    return [`Response: ${word}`, ...(id === '' ? [] : [`ActionID: ${id}`]), ...more, '', ''].join('\r\n')
  }
  const action = header('Action').toLowerCase()
  if (action === 'challenge') return { text: reply('Success', `Challenge: ${CHALLENGE}`) }
  if (action === 'login') {
    const md5 = createHash('md5').update(`${CHALLENGE}${SECRET}`).digest('hex')
    const known = header('Secret') === SECRET || header('Key').toLowerCase() === md5
    if (header('Username') !== USERNAME || !known)
      return { text: reply('Error', 'Message: Authentication failed'), close: true }
    session.mask = maskOf(header('Events'))
    session.in = true
    admitted()
    const booted = session.mask === 'all' || session.mask.has('system') ? fullyBooted(uptimeS) : ''
    return { text: reply('Success', 'Message: Authentication accepted') + booted }
  }
  if (!session.in) return { text: reply('Error', 'Message: Permission denied') }
  if (action === 'ping') return { text: reply('Success', 'Ping: Pong') }
  if (action === 'events') {
    session.mask = maskOf(header('EventMask'))
    return { text: reply('Success', 'Events: On') }
  }
  if (action === 'logoff') return { text: reply('Goodbye', 'Message: Thanks for all the fish.'), close: true }
  return { text: reply('Error', 'Message: Permission denied') }
}

function maskOf(events: string): Session['mask'] {
  const words = events.toLowerCase().split(/[\s,]+/)
  return events === '' || words.includes('on') || words.includes('all') ? 'all' : new Set(words)
}

function fullyBooted(uptimeS: number): string {
  const up = Math.floor(uptimeS)
  const lines = ['Event: FullyBooted', 'Privilege: system,all', `Uptime: ${up}`, `LastReload: ${up}`]
  return [...lines, 'Status: Fully Booted', '', ''].join('\r\n')
}
