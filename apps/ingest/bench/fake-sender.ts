// A process that is an Asterisk which only sends: logs in whoever comes, then, as it is told over IPC, so many calls a
// second for so long. It keeps a strict schedule and notes how long the socket kept it waiting: Asterisk cuts at 100 ms.

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { callBytes, linkedidOf } from './true-calls.ts'

export type Order =
  /** Every `probeEvery`th call is told back. */
  | { readonly kind: 'calls'; readonly perSecond: number; readonly seconds: number; readonly probeEvery: number }
  /** As fast as the reader takes it. */
  | { readonly kind: 'flood'; readonly seconds: number }

export type Told =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'logged-in' }
  | { readonly kind: 'probe'; readonly linkedid: string; readonly sentMs: number }
  | {
      readonly kind: 'sent'
      readonly calls: number
      readonly bytes: number
      readonly seconds: number
      readonly longestStallMs: number
    }

/** Milliseconds from one burst to the next: finer than a PBX is, coarser than a timer. */
const TICK_MS = 5

const tell = (told: Told) => process.send!(told)
let session: Socket | undefined
let next = 1
let stalledSinceMs: number | undefined
let longestStallMs = 0

const server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.setNoDelay(true)
  socket.write('Asterisk Call Manager/11.0.0\r\n')
  let text = ''
  socket.on('data', (chunk) => {
    text += String(chunk)
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      answer(socket, text.slice(0, end))
      text = text.slice(end + 4)
    }
  })
  socket.on('drain', () => {
    if (stalledSinceMs !== undefined) longestStallMs = Math.max(longestStallMs, performance.now() - stalledSinceMs)
    stalledSinceMs = undefined
  })
  // A bare reader does not log in.
  session = socket
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
tell({ kind: 'listening', port: (server.address() as AddressInfo).port })
process.on('disconnect', () => process.exit(0))
process.on('message', (order: Order) => void (order.kind === 'flood' ? flood(order.seconds) : keepSchedule(order)))

function answer(socket: Socket, action: string): void {
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(action)?.[1]?.trim() ?? ''
  const reply = (...lines: string[]) =>
    socket.write(['Response: Success', `ActionID: ${header('ActionID')}`, ...lines, '', ''].join('\r\n'))
  switch (header('Action').toLowerCase()) {
    case 'challenge':
      reply('Challenge: 206080784')
      return
    case 'login':
      reply('Message: Authentication accepted')
      socket.write(
        'Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1000\r\nLastReload: 1000\r\nStatus: Fully Booted\r\n\r\n',
      )
      session = socket
      tell({ kind: 'logged-in' })
      return
    case 'logoff':
      reply('Message: Thanks for all the fish.')
      socket.end()
      return
    default:
      reply()
  }
}

/** `count` calls in one buffer of their own; they began in the second `epoch`. */
function makeCalls(count: number): { readonly bytes: Buffer; readonly epoch: number } {
  const call = callBytes(Date.now())
  const bytes = Buffer.allocUnsafe(count * call.bytes.length)
  for (let i = 0; i < count; i++) {
    call.patch(next++)
    call.bytes.copy(bytes, i * call.bytes.length)
  }
  return { bytes, epoch: call.epoch }
}

function send(bytes: Buffer): void {
  if (!session!.write(bytes)) stalledSinceMs ??= performance.now()
}

async function keepSchedule({ perSecond, seconds, probeEvery }: Extract<Order, { kind: 'calls' }>): Promise<void> {
  longestStallMs = 0
  const began = performance.now()
  const wanted = Math.round(perSecond * seconds)
  let sent = 0
  let bytes = 0
  while (sent < wanted) {
    const due = Math.min(wanted, Math.floor(((performance.now() - began) / 1000) * perSecond))
    if (due > sent) {
      const first = next
      const { bytes: batch, epoch } = makeCalls(due - sent)
      send(batch)
      const sentMs = Date.now()
      for (let n = first; n < next; n++) {
        if (n % probeEvery === 0) tell({ kind: 'probe', linkedid: linkedidOf(epoch, n), sentMs })
      }
      bytes += batch.length
      sent = due
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
  if (stalledSinceMs !== undefined) longestStallMs = Math.max(longestStallMs, performance.now() - stalledSinceMs)
  tell({ kind: 'sent', calls: sent, bytes, seconds: (performance.now() - began) / 1000, longestStallMs })
}

async function flood(seconds: number): Promise<void> {
  const began = performance.now()
  let sent = 0
  let bytes = 0
  while (performance.now() - began < seconds * 1000) {
    const { bytes: batch } = makeCalls(200)
    sent += 200
    bytes += batch.length
    if (!session!.write(batch)) await once(session!, 'drain')
    else await new Promise((resolve) => setImmediate(resolve))
  }
  tell({ kind: 'sent', calls: sent, bytes, seconds: (performance.now() - began) / 1000, longestStallMs: 0 })
}
