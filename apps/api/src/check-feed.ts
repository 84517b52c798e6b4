// Whether a file can be followed, told for the person who sets it up. Looks and leaves: nothing is stored.

import { openTable, tableSettings } from '@tollbook/asterisk/tables'
import { openRecordFile } from '@tollbook/calls/files'
import type { FeedCheck } from './wire.ts'

type FileSettings = {
  readonly path: string
  readonly content: 'auto' | 'cdr' | 'cel' | 'queue_log'
  readonly columns?: string | undefined
}

type Asked =
  | { readonly kind: 'file'; readonly settings: FileSettings }
  | {
      readonly kind: 'table'
      readonly settings: Readonly<Record<string, unknown>>
      readonly secret?: string | undefined
    }

/** The format found, or why it cannot be read. */
export async function checkFeed(asked: Asked): Promise<FeedCheck> {
  if (asked.kind === 'table') return await checkTable(asked.settings, asked.secret ?? '')
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

async function checkTable(settings: Readonly<Record<string, unknown>>, password: string): Promise<FeedCheck> {
  const read = tableSettings(settings)
  if (!read.ok) return { ok: false, kind: 'settings', detail: read.error }
  const open = await openTable(read.value, password)
  if (!open.ok) return { ok: false, ...told(open.error) }
  const { content, idColumn, timeColumn, timeIsIndexed } = open.value
  await open.value.close()
  const by =
    idColumn === undefined ? `by ${timeColumn}${timeIsIndexed ? '' : ', which has no index'}` : `by ${idColumn}`
  return { ok: true, kind: content, detail: `read ${by}` }
}

function told({ kind, reason }: { readonly kind: string; readonly reason: string }) {
  return { kind, detail: reason }
}
