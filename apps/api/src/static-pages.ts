// The built pages as files: hashed ones for ever, the rest asked for again; every address that is no file gets the page
// that routes in the browser. Knows nothing of what is in them.

import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { MiddlewareHandler } from 'hono'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

/** Best first. The build leaves them beside the file. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/** Serves GET and HEAD from `dir`; whatever else goes on to the next. '' serves nothing. */
export function staticPages(dir: string): MiddlewareHandler {
  return async (c, next) => {
    if (dir === '' || (c.req.method !== 'GET' && c.req.method !== 'HEAD') || c.req.path.startsWith('/api/'))
      return next()
    const path = filePath(dir, c.req.path)
    const wanted = path !== undefined && (await isFile(path)) ? path : undefined
    // An address with a dot in its last part is a file that is missing; the others are pages of the application.
    const file = wanted ?? (extname(c.req.path) === '' ? join(dir, 'index.html') : undefined)
    if (file === undefined || !(await isFile(file))) return next()
    return answer(file, c.req.path, c.req.header('accept-encoding') ?? '', c.req.header('if-none-match'))
  }
}

/** The file an address names; undefined when it would lie outside the folder. */
function filePath(dir: string, urlPath: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  const path = normalize(join(dir, decoded))
  return path.startsWith(normalize(dir) + sep) && !decoded.includes('\0') ? path : undefined
}

async function answer(file: string, urlPath: string, accepts: string, known: string | undefined): Promise<Response> {
  const { bytes, encoding } = await encoded(file, accepts)
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  const headers: Record<string, string> = {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    // The build puts a hash of the content into every name under /assets/.
    'cache-control': urlPath.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    etag,
  }
  if (known === etag) return new Response(null, { status: 304, headers })
  if (encoding !== undefined) headers['content-encoding'] = encoding
  return new Response(new Uint8Array(bytes), { headers })
}

async function encoded(file: string, accepts: string): Promise<{ bytes: Buffer; encoding: string | undefined }> {
  for (const [encoding, suffix] of ENCODINGS) {
    if (
      new RegExp(`\\b${encoding}\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|$))`).test(accepts) &&
      (await isFile(file + suffix))
    ) {
      return { bytes: await readFile(file + suffix), encoding }
    }
  }
  return { bytes: await readFile(file), encoding: undefined }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
