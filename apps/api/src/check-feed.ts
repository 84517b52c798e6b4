// Whether a file can be followed, told for the person who sets it up. Looks and leaves: nothing is stored.

import { openCdrFile } from '@tollbook/calls'
import { Refusal } from './problem.ts'
import type { FeedCheck } from './wire.ts'

type Asked =
  | { readonly kind: 'file'; readonly settings: { readonly path: string } }
  | { readonly kind: 'table'; readonly settings: object; readonly secret?: string | undefined }

/** The format found, or why it cannot be read. */
export async function checkFeed(asked: Asked): Promise<FeedCheck> {
  if (asked.kind === 'table') throw new Refusal('invalid', 'A table is tried by following it.')
  const file = await openCdrFile(asked.settings.path)
  if (!file.ok) return { ok: false, kind: file.error.kind, detail: file.error.reason }
  await file.value.close()
  return { ok: true, kind: file.value.format, detail: `${file.value.bytesTotal} bytes` }
}
