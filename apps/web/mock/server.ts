// Development only: serves dist/ and the wire's JSON from invented data, under the same strict content-security policy
// as the real api, so that every page can be looked at without a database.  node mock/server.ts [port]

import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Reply } from './reply.ts'
import { type Answer, makeApi } from './routes.ts'

/** Where `vite build` leaves the pages. */
const DIST = fileURLToPath(new URL('../dist', import.meta.url))

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

type Serving = {
  readonly dist: string
  readonly api: Answer
  readonly listeners: Set<ServerResponse>
  /** What was read before, where making it again would be measured with what is measured. */
  readonly kept: Map<string, string> | undefined
}
type Options = { readonly port?: number; readonly dist?: string; readonly nowMs?: number; readonly keep?: boolean }

/** Starts on loopback; port 0 picks a free one. Resolves once it listens. */
export async function startMock({
  port = 0,
  dist = DIST,
  nowMs = Date.now(),
  keep = false,
}: Options = {}): Promise<{ url: string; close(): Promise<void> }> {
  const serving = {
    dist,
    api: makeApi(nowMs),
    listeners: new Set<ServerResponse>(),
    kept: keep ? new Map() : undefined,
  }
  const server = createServer((request, response) => void handle(request, response, serving))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const at = server.address()
  if (at === null || typeof at === 'string') throw new Error('the mock did not get a port')
  return { url: `http://127.0.0.1:${at.port}`, close: () => close(server) }
}

async function handle(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { dist, api, listeners, kept } = serving
  const url = new URL(request.url ?? '/', 'http://mock')
  response.setHeader('content-security-policy', POLICY)
  if (url.pathname === '/api/v1/events') return listen(response, listeners)
  if (url.pathname.startsWith('/api/')) {
    const before = request.method === 'GET' ? kept?.get(url.href) : undefined
    if (before !== undefined) return send(response, 200, before)
    const body = await readBody(request)
    const answered = api(request.method ?? 'GET', url, body, request.headers.cookie ?? '')
    const text = answered.body === undefined ? '' : JSON.stringify(answered.body)
    send(response, answered.status, text, answered.headers)
    if (request.method !== 'GET') kept?.clear()
    else if (answered.status === 200) kept?.set(url.href, text)
    for (const topic of answered.announce ?? []) {
      for (const one of listeners) one.write(`data: ${JSON.stringify({ topic })}\n\n`)
    }
    return
  }
  serveFile(response, dist, url.pathname, String(request.headers['accept-encoding']).includes('gzip'))
}

function listen(response: ServerResponse, listeners: Set<ServerResponse>): void {
  listeners.add(response)
  response.on('close', () => listeners.delete(response))
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(': hello\n\n')
}

function send(response: ServerResponse, status: number, text: string, headers: Reply['headers'] = {}): void {
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(text)
}

/** Files of the build; every other address is the app, which routes by itself. */
function serveFile(response: ServerResponse, dist: string, path: string, gzip: boolean): void {
  const wanted = join(dist, normalize(path))
  const found = wanted.startsWith(dist) && existsSync(wanted) && statSync(wanted).isFile()
  const file = found ? wanted : join(dist, 'index.html')
  const packed = gzip && existsSync(`${file}.gz`)
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    ...(packed ? { 'content-encoding': 'gzip' } : {}),
  })
  createReadStream(packed ? `${file}.gz` : file).pipe(response)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await startMock({ port: Number(process.argv[2] ?? 8089) })
  console.log(mock.url)
}
