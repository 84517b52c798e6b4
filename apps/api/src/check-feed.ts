// Whether a file can be followed, told for the person who sets it up. Looks and leaves: nothing is stored.

import { openRecordFile } from '@tollbook/calls/files'
import { Refusal } from './problem.ts'
import type { FeedCheck } from './wire.ts'

type FileSettings = {
  readonly path: string
  readonly content: 'auto' | 'cdr' | 'cel' | 'queue_log'
  readonly columns?: string | undefined
}

type Asked =
  | { readonly kind: 'file'; readonly settings: FileSettings }
  | { readonly kind: 'table'; readonly settings: object; readonly secret?: string | undefined }

/** The format found, or why it cannot be read. */
export async function checkFeed(asked: Asked): Promise<FeedCheck> {
  if (asked.kind === 'table') throw new Refusal('invalid', 'A table is tried by following it.')
  const { path, content, columns } = asked.settings
  const file = await openRecordFile(path, columns)
  if (!file.ok) return { ok: false, ...told(file.error) }
  await file.value.close()
  const { kind, format, bytesTotal } = file.value
  if (kind === 'ami' || (content !== 'auto' && content !== kind)) {
    return {
      ok: false,
      kind: 'other-content',
      detail: `the file holds ${format}, not ${content === 'auto' ? 'rows' : content}`,
    }
  }
  return { ok: true, kind: format, detail: `${bytesTotal} bytes` }
}

function told({ kind, reason }: { readonly kind: string; readonly reason: string }) {
  return { kind, detail: reason }
}
