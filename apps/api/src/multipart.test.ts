// Forms as bytes in pieces of any size: what goes in comes out, and broken ones are refused.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partBytes, readMultipart } from './multipart.ts'
import { Refusal } from './problem.ts'

const TYPE = 'multipart/form-data; boundary=----x'
const encode = (parts: readonly { name: string; filename?: string; body: Buffer }[]) =>
  Buffer.concat([
    ...parts.flatMap(({ name, filename, body }) => [
      Buffer.from(`------x\r\nContent-Disposition: form-data; name="${name}"`),
      Buffer.from(`${filename === undefined ? '' : `; filename="${filename}"`}\r\nX: y\r\n\r\n`),
      body,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('------x--\r\n'),
  ])

async function read(bytes: Buffer, piece: number, type = TYPE, max = 1e6) {
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) =>
    bytes.subarray(i * piece, (i + 1) * piece),
  )
  const body = ReadableStream.from(pieces) as ReadableStream<Uint8Array<ArrayBuffer>>
  const request = new Request('http://x', {
    method: 'POST',
    headers: { 'content-type': type },
    body,
    duplex: 'half',
  } as RequestInit)
  const parts: { name: string; filename?: string; body: Buffer }[] = []
  for await (const part of readMultipart(request, max)) {
    const content = await partBytes(part, max)
    parts.push({ name: part.name, ...(part.filename !== undefined && { filename: part.filename }), body: content })
  }
  return parts
}
const kindOf = (work: Promise<unknown>) =>
  work.then(
    () => 'fine',
    (e) => (e instanceof Refusal ? e.kind : e),
  )

describe('readMultipart', () => {
  it('gives back any bytes, cut anywhere', async () => {
    // Bytes of delimiters are what could go wrong, so they are drawn often.
    const byte = fc.oneof(fc.constantFrom(13, 10, 45, 120), fc.integer({ min: 0, max: 255 }))
    const body = fc.array(byte, { maxLength: 200 }).map((b) => Buffer.from(b))
    const safe = body.filter((b) => !b.includes('\r\n------x'))
    const part = fc.record({ name: fc.constantFrom('a', 'b'), filename: fc.constant('f.csv'), body: safe })
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 4 }), fc.integer({ min: 1, max: 64 }), async (parts, piece) => {
        expect(await read(encode(parts), piece)).toEqual(parts)
      }),
      { numRuns: 200 },
    )
  })

  it('skips the rest of a part nobody read', async () => {
    const bytes = encode([
      { name: 'a', body: Buffer.alloc(500, 120) },
      { name: 'b', body: Buffer.from('2') },
    ])
    const request = new Request('http://x', {
      method: 'POST',
      headers: { 'content-type': TYPE },
      body: new Uint8Array(bytes),
    })
    const names: string[] = []
    for await (const part of readMultipart(request, 1e6)) names.push(part.name)
    expect(names).toEqual(['a', 'b'])
  })

  it('takes names as browsers write them', async () => {
    const [part] = await read(encode([{ name: 'a', filename: 'C:\\x\\话单%22.csv', body: Buffer.alloc(0) }]), 7)
    expect(part?.filename).toBe('话单".csv')
    const quoted = 'multipart/form-data; charset=utf-8; boundary="----x"'
    expect(await read(encode([]), 5, quoted)).toEqual([])
  })

  it('refuses what is broken, too large or no form', async () => {
    const bytes = encode([{ name: 'a', body: Buffer.alloc(300, 120) }])
    expect(await kindOf(read(bytes.subarray(0, bytes.length - 6), 10))).toBe('bad-request')
    expect(await kindOf(read(Buffer.from('nothing'), 3))).toBe('bad-request')
    expect(await kindOf(read(bytes, 10, TYPE, 100))).toBe('too-large')
    expect(await kindOf(read(bytes, 10, 'application/json'))).toBe('unsupported-media')
    expect(await kindOf(read(encode(Array(201).fill({ name: 'a', body: Buffer.alloc(0) })), 1000))).toBe('too-large')
  })
})
