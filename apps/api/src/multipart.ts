// multipart/form-data read as a stream (RFC 7578): parts come one after another and are never held whole, so a form
// may carry gigabytes. Knows no disk and no route.

import { Refusal } from './problem.ts'

export type Part = {
  /** The field's name. */
  readonly name: string
  /** Last path component of the file's name; undefined for a plain field. */
  readonly filename: string | undefined
  /** The bytes; must be read to the end before the next part is asked for. */
  readonly body: AsyncIterable<Buffer>
}

/** A form of ours has a handful of fields and as many files as a person can drop at once. */
const MAX_PARTS = 200
/** Headers of one part; browsers need some 200 bytes. */
const MAX_HEADER = 16 * 1024

/** The parts of a request body. Throws `unsupported-media`, `bad-request` (broken form) or `too-large` (over `maxBytes`). */
export async function* readMultipart(request: Request, maxBytes: number): AsyncGenerator<Part> {
  const boundary = boundaryOf(request.headers.get('content-type') ?? '')
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  if (request.body === null) throw broken()
  const bytes = byteReader(request.body, maxBytes)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // The first delimiter may stand at the very beginning, without the line end that belongs to the others.
  bytes.prepend(Buffer.from('\r\n'))
  await drain(until(bytes, delimiter))
  for (let parts = 0; await anotherPart(bytes); parts++) {
    if (parts === MAX_PARTS) throw new Refusal('too-large', `At most ${MAX_PARTS} parts.`)
    const body = until(bytes, delimiter)
    yield { ...disposition(await headersOf(bytes)), body }
    await drain(body)
  }
}

/** A plain field's text; `too-large` above 64 KiB. */
export async function fieldText(part: Part): Promise<string> {
  return (await partBytes(part, 64 * 1024)).toString('utf8')
}

/** A whole part in memory; `too-large` above `max` bytes. */
export async function partBytes(part: Part, max: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of part.body) {
    size += chunk.length
    if (size > max) throw tooLarge(max)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

type ByteReader = {
  /** What has been read and not yet taken. */
  pending: Buffer
  prepend(bytes: Buffer): void
  /** Reads on; false at the end of the body. */
  more(): Promise<boolean>
}

function byteReader(body: ReadableStream<Uint8Array>, maxBytes: number): ByteReader {
  const reader = body.getReader()
  let total = 0
  return {
    pending: Buffer.alloc(0),
    prepend(bytes) {
      this.pending = Buffer.concat([bytes, this.pending])
    },
    async more() {
      const { done, value } = await reader.read()
      if (done) return false
      total += value.byteLength
      if (total > maxBytes) throw tooLarge(maxBytes)
      const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk])
      return true
    },
  }
}

/** Everything up to the delimiter, which is taken too. Keeps back only what could be the delimiter's beginning. */
async function* until(bytes: ByteReader, delimiter: Buffer): AsyncGenerator<Buffer> {
  while (true) {
    const at = bytes.pending.indexOf(delimiter)
    if (at >= 0) {
      const last = bytes.pending.subarray(0, at)
      bytes.pending = bytes.pending.subarray(at + delimiter.length)
      if (last.length > 0) yield last
      return
    }
    const safe = bytes.pending.length - delimiter.length + 1
    if (safe > 0) {
      const chunk = bytes.pending.subarray(0, safe)
      bytes.pending = bytes.pending.subarray(safe)
      yield chunk
    }
    if (!(await bytes.more())) throw broken()
  }
}

/** After a delimiter: a line end announces a part, two dashes the end. */
async function anotherPart(bytes: ByteReader): Promise<boolean> {
  while (bytes.pending.length < 2) if (!(await bytes.more())) throw broken()
  const mark = bytes.pending.toString('latin1', 0, 2)
  bytes.pending = bytes.pending.subarray(2)
  if (mark === '--') return false
  if (mark !== '\r\n') throw broken()
  return true
}

async function headersOf(bytes: ByteReader): Promise<string> {
  let at = bytes.pending.indexOf('\r\n\r\n')
  while (at < 0) {
    if (bytes.pending.length > MAX_HEADER || !(await bytes.more())) throw broken()
    at = bytes.pending.indexOf('\r\n\r\n')
  }
  const text = bytes.pending.toString('utf8', 0, at)
  bytes.pending = bytes.pending.subarray(at + 4)
  return text
}

function disposition(headers: string): { name: string; filename: string | undefined } {
  const line = headers.split('\r\n').find((h) => /^content-disposition:/i.test(h)) ?? ''
  const name = parameter(line, 'name')
  if (name === undefined) throw broken()
  return { name, filename: parameter(line, 'filename')?.split(/[\\/]/).at(-1) }
}

/** Browsers write quotes and line ends in names as %22, %0D and %0A, and nothing else so. */
function parameter(header: string, name: string): string | undefined {
  const value = new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(header)?.[1]
  return value?.replace(/%22/g, '"').replace(/%0D|%0A/gi, ' ')
}

function boundaryOf(contentType: string): string {
  const m = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  const boundary = m?.[1] ?? m?.[2]
  if (boundary === undefined) throw new Refusal('unsupported-media', 'Send multipart/form-data.')
  return boundary
}

async function drain(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of chunks);
}

function broken(): Refusal {
  return new Refusal('bad-request', 'The upload is broken or was cut off.')
}

function tooLarge(max: number): Refusal {
  return new Refusal('too-large', `At most ${max} bytes.`)
}
