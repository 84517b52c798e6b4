// Files on their way to an import: written to disk as they arrive, and looked at as soon as their first bytes are there.
// Nothing is in the database yet; when anything is wrong every file of the request is removed again.

import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { sniffRecords } from '@tollbook/asterisk'
import type { ApiConfig } from './api-deps.ts'
import { fieldText, type Part, readMultipart } from './multipart.ts'
import { Refusal } from './problem.ts'

export type StoredFile = {
  readonly filename: string
  readonly storedPath: string
  readonly bytes: number
  readonly format: string
}

export type Upload = { readonly fields: Readonly<Record<string, string>>; readonly files: readonly StoredFile[] }

/** Enough for the sniffer to see several rows; also read from inside a .gz. */
const HEAD_BYTES = 64 * 1024

/** Stores the files of a form, which come behind their `columns` if they have any. `not-cdr` names the file that is none; `invalid` when there is no file at all. */
export async function storeUpload(
  request: Request,
  { uploadDir, maxUploadBytes }: Pick<ApiConfig, 'uploadDir' | 'maxUploadBytes'>,
): Promise<Upload> {
  await mkdir(uploadDir, { recursive: true, mode: 0o700 })
  const fields: Record<string, string> = {}
  const files: StoredFile[] = []
  const paths: string[] = []
  try {
    for await (const part of readMultipart(request, maxUploadBytes)) {
      if (part.filename === undefined) {
        fields[part.name] = await fieldText(part)
        continue
      }
      const path = join(uploadDir, randomUUID())
      paths.push(path)
      files.push(await storeFile(part, path, fields.columns))
    }
    if (files.length === 0) throw new Refusal('invalid', undefined, [{ field: 'file', message: 'is missing' }])
    return { fields, files }
  } catch (error) {
    await removeStored(paths)
    throw error
  }
}

/** Removes stored files that will not become an import after all. */
export async function removeStored(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true })
}

async function storeFile(part: Part, path: string, columns: string | undefined): Promise<StoredFile> {
  const filename = plainName(part.filename ?? '')
  const file = await open(path, 'wx', 0o600)
  try {
    const { head, bytes, format } = await writeSniffing(part, file, filename, columns)
    const known = format ?? (await formatOf(head, true, filename, columns))
    await file.sync()
    return { filename, storedPath: path, bytes, format: known }
  } finally {
    await file.close()
  }
}

async function writeSniffing(part: Part, file: FileHandle, filename: string, columns: string | undefined) {
  let head: Buffer = Buffer.alloc(0)
  let format: string | undefined
  let bytes = 0
  for await (const chunk of part.body) {
    if (format === undefined) {
      head = Buffer.concat([head, chunk])
      if (head.length >= HEAD_BYTES) format = await formatOf(head, false, filename, columns)
    }
    await file.writeFile(chunk) // goes on where the last one ended; unlike write() it never stops half-way
    bytes += chunk.length
  }
  return { head, bytes, format }
}

async function formatOf(
  head: Buffer,
  complete: boolean,
  filename: string,
  columns: string | undefined,
): Promise<string> {
  const zipped = head[0] === 0x1f && head[1] === 0x8b
  const plain = zipped ? await unzippedHead(head) : { bytes: head, complete }
  const found = plain ? sniffRecords(plain.bytes, { complete: plain.complete && complete, columns }) : undefined
  if (found?.ok) return found.value.name
  throw new Refusal(
    'not-cdr',
    `${filename}: ${found ? found.error.reason : 'the .gz is broken'}. Nothing was imported.`,
  )
}

/** The first bytes inside a .gz; undefined when it is broken. `complete` when there is no more in it. */
async function unzippedHead(head: Buffer): Promise<{ bytes: Buffer; complete: boolean } | undefined> {
  const gunzip = createGunzip()
  gunzip.end(head)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      // A small .gz can hold very much: stop as soon as there is enough.
      if (size >= HEAD_BYTES) return { bytes: Buffer.concat(chunks), complete: false }
    }
    return { bytes: Buffer.concat(chunks), complete: true }
  } catch {
    // Cut off in the middle is what a head is; without a single byte it is no .gz.
    return size > 0 ? { bytes: Buffer.concat(chunks), complete: false } : undefined
  }
}

function plainName(filename: string): string {
  const plain = filename.replace(/\p{Cc}/gu, ' ').trim()
  return plain === '' ? 'upload' : plain.slice(0, 255)
}
